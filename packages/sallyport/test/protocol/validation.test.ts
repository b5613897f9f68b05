import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { shapePattern } from "../../src/protocol/pattern.ts";
import { loadServiceModel } from "../../src/protocol/service-model.ts";
import type { ServiceModel } from "../../src/protocol/service-model.ts";
import { violationMessage, violations } from "../../src/protocol/validation.ts";

const apigateway = loadServiceModel("apigatewayv2");
const sts = loadServiceModel("sts");

type Case = readonly [string, ServiceModel, string, object, readonly string[]];

describe("the rules of the model", () => {
  const name = { Name: "n", ProtocolType: "HTTP" };
  const cases: readonly Case[] = [
    ["what keeps to all of them breaks none", apigateway, "CreateApi", { ...name, Tags: { a: "b" } }, []],
    ["missing members", apigateway, "CreateApi", {}, ["Name is required", "ProtocolType is required"]],
    ["a missing label", apigateway, "GetApi", {}, ["ApiId is required"]],
    [
      "a required text that is empty",
      apigateway,
      "CreateApi",
      { ...name, Name: "" },
      ["Invalid length 0 of Name. Must be between 1 and 128"],
    ],
    ["an optional text that is empty clears", apigateway, "CreateApi", { ...name, Description: "", Version: "" }, []],
    [
      "a text too long",
      apigateway,
      "CreateApi",
      { ...name, Version: "x".repeat(65) },
      ["Invalid length 65 of Version. Must be between 1 and 64"],
    ],
    [
      "characters are counted, not UTF-16 units",
      apigateway,
      "CreateApi",
      { ...name, Version: "\u{1f600}".repeat(64) },
      [],
    ],
    [
      "characters beyond the limit",
      apigateway,
      "CreateApi",
      { ...name, Version: "\u{1f600}".repeat(65) },
      ["Invalid length 65 of Version. Must be between 1 and 64"],
    ],
    [
      "an unknown value of an enum",
      apigateway,
      "CreateApi",
      { ...name, ProtocolType: "http" },
      ["Invalid value http for ProtocolType. Must be one of [WEBSOCKET, HTTP]"],
    ],
    [
      "a nested number out of its range",
      apigateway,
      "CreateApi",
      { ...name, CorsConfiguration: { MaxAge: 86_401 } },
      ["Invalid value 86401 for CorsConfiguration.MaxAge. Must be between -1 and 86400"],
    ],
    ["the edges of a range", apigateway, "CreateApi", { ...name, CorsConfiguration: { MaxAge: -1 } }, []],
    [
      "a nested element",
      apigateway,
      "CreateRoute",
      { ApiId: "a", RouteKey: "$default", AuthorizationScopes: ["ok", "x".repeat(65)] },
      ["Invalid length 65 of AuthorizationScopes[1]. Must be between 1 and 64"],
    ],
    [
      "an empty element",
      apigateway,
      "CreateRoute",
      { ApiId: "a", RouteKey: "$default", AuthorizationScopes: [""] },
      ["Invalid length 0 of AuthorizationScopes[0]. Must be between 1 and 64"],
    ],
    [
      "a value of a map",
      apigateway,
      "CreateStage",
      { ApiId: "a", StageName: "s", RouteSettings: { "GET /x": { LoggingLevel: "LOUD" } } },
      ['Invalid value LOUD for RouteSettings["GET /x"].LoggingLevel. Must be one of [ERROR, INFO, OFF]'],
    ],
    [
      "an empty value of a map removes",
      apigateway,
      "UpdateIntegration",
      { ApiId: "a", IntegrationId: "i", RequestParameters: { "append:header.a": "" } },
      [],
    ],
    [
      "a value of a map too long",
      apigateway,
      "UpdateIntegration",
      { ApiId: "a", IntegrationId: "i", RequestParameters: { k: "x".repeat(513) } },
      ['Invalid length 513 of RequestParameters["k"]. Must be between 1 and 512'],
    ],
    [
      "a pattern",
      sts,
      "AssumeRole",
      { RoleArn: "arn:aws:iam::111122223333:role/r", RoleSessionName: "a b" },
      ["Invalid value a b for RoleSessionName. Must match [\\w+=,.@-]*"],
    ],
    [
      "a list too long",
      sts,
      "AssumeRole",
      {
        RoleArn: "arn:aws:iam::111122223333:role/r",
        RoleSessionName: "ab",
        TransitiveTagKeys: Array.from({ length: 51 }, (_, at) => `k${at}`),
      },
      ["Invalid length 51 of TransitiveTagKeys. Must be at most 50"],
    ],
    ["an operation without input", apigateway, "Nothing", { a: 1 }, []],
  ];
  for (const [what, model, operation, input, messages] of cases) {
    it(what, () => {
      assert.deepEqual(violations(model, operation, input).map(violationMessage), messages);
    });
  }

  it("a violation tells the member, the value and the limits", () => {
    assert.deepEqual(violations(apigateway, "CreateApi", { ...name, CorsConfiguration: { MaxAge: -2 } }), [
      { rule: "range", member: "CorsConfiguration.MaxAge", value: -2, min: -1, max: 86_400 },
    ]);
  });

  it("a long value is cut in the message", () => {
    const [violation] = violations(apigateway, "CreateApi", { ...name, ProtocolType: "x".repeat(1000) });
    assert.ok(violation && violationMessage(violation).length < 200);
  });
});

describe("every pattern of the models", () => {
  for (const [model, names] of [
    [apigateway, "apigatewayv2"],
    [sts, "sts"],
  ] as const) {
    it(`compiles: ${names}`, () => {
      const patterns = Object.values(model.shapes).flatMap(({ pattern }) => (pattern === undefined ? [] : [pattern]));
      assert.ok(patterns.length > 0);
      for (const pattern of patterns)
        assert.equal(shapePattern(pattern).test("abcdefghij1234567890"), pattern !== "[\\d]*", pattern);
    });
  }

  it("knows characters beyond the basic plane", () => {
    const arn = shapePattern(sts.shapes["arnType"]?.pattern ?? "");
    assert.deepEqual(
      ["\u{1f600}", "\u{10ffff}", "a\nb", "\u0000", ""].map((text) => arn.test(text)),
      [true, true, true, false, false],
    );
  });
});
