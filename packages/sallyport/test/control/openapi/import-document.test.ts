/** Reading an OpenAPI document: formats, bounds, variables, base path. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MAXIMUM_DOCUMENT_BYTES } from "../../../src/control/openapi/document.ts";
import { get, INTEGRATION, keysOf, plan, refusal } from "./import-fixtures.ts";

describe("document", () => {
  const refused: readonly [name: string, text: string, reason: RegExp][] = [
    ["text that is neither JSON nor YAML", "{ ", /./],
    ["an empty text", "", /not an object/],
    ["a list", "[]", /not an object/],
    ["Swagger 2.0", '{"swagger":"2.0","info":{"title":"t"},"paths":{}}', /Swagger/],
    ["OpenAPI 3.1", '{"openapi":"3.1.0","info":{"title":"t"},"paths":{}}', /3\.1\.0/],
    ["no version", '{"info":{"title":"t"},"paths":{}}', /undefined/],
    ["no title", '{"openapi":"3.0.1","info":{},"paths":{}}', /title/],
    ["no paths", '{"openapi":"3.0.1","info":{"title":"t"}}', /paths/],
    ["paths that are a list", '{"openapi":"3.0.1","info":{"title":"t"},"paths":[]}', /paths/],
    ["two YAML documents", "a: 1\n---\nb: 1\n", /./],
    ["a YAML key twice", "openapi: 3.0.1\nopenapi: 3.0.1\n", /unique/],
    ["brackets a thousand deep", `a: ${"[".repeat(1000)}`, /deep/],
    ["sequences a thousand deep", `${"- ".repeat(1000)}x`, /deep/],
    ["JSON a hundred thousand deep", `{"a":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, /./],
    ["a thousand anchors", Array.from({ length: 1001 }, (_, index) => `k${index}: &a${index} x\n`).join(""), /anchors/],
    ["more than 6 MB", `{"a":"${"x".repeat(MAXIMUM_DOCUMENT_BYTES)}"}`, /larger/],
    [
      "an alias bomb",
      `a: &a [x,x,x,x,x,x,x,x,x,x]\n${[..."bcdefg"].map((name, index) => `${name}: &${name} [${Array(10).fill(`*${"abcdef"[index]}`).join(",")}]\n`).join("")}`,
      /alias/i,
    ],
  ];
  for (const [name, text, reason] of refused) {
    test(`refuses ${name}`, async () => {
      const { message, cause } = await refusal(text);
      assert.equal(message, "Invalid OpenAPI input.");
      assert.match((cause as Error).message, reason);
    });
  }

  test("JSON and YAML give the same plan, versions keep their zero", async () => {
    const json = `{"openapi":"3.0.1","info":{"title":"pets","version":1.0},"paths":{"/x":{"get":{"${INTEGRATION}":
      {"type":"HTTP_PROXY","httpMethod":"GET","uri":"https://example.com","payloadFormatVersion":1.0}}}}}`;
    const yaml = `openapi: 3.0.1
info: { title: pets, version: 1.0 }
paths:
  /x:
    get:
      ${INTEGRATION}:
        type: HTTP_PROXY
        httpMethod: GET
        uri: https://example.com
        payloadFormatVersion: 1.0
`;
    const [one, other] = [await plan(json), await plan(yaml)];
    assert.equal(one.api.Version, "1.0");
    assert.equal(one.integrations[0]?.input.PayloadFormatVersion, "1.0");
    assert.deepEqual({ ...other, findings: undefined }, { ...one, findings: undefined });
  });

  test("YAML anchors, merge keys and integer keys work", async () => {
    const planned = await plan(`openapi: "3.0.1"
info: { title: 7 }
paths:
  /a: { get: { ${INTEGRATION}: &base { type: http_proxy, httpMethod: GET, uri: "https://a", payloadFormatVersion: "1.0", responseParameters: { 200: { "append:header.x": 1 } } } } }
  /b: { get: { ${INTEGRATION}: { <<: *base, uri: "https://b" } } }
`);
    assert.equal(planned.api.Name, "7");
    assert.deepEqual(
      planned.integrations.map((integration) => integration.input.IntegrationUri),
      ["https://a", "https://b"],
    );
    assert.deepEqual(planned.integrations[1]?.input.ResponseParameters, { "200": { "append:header.x": "1" } });
  });

  test("large YAML is parsed beside, with the same answers", async () => {
    const path = (_: unknown, index: number) => `  /p${index}: { get: { operationId: op${index} } }\n`;
    const large = `openapi: 3.0.1\ninfo: { title: large, version: 1.0 }\npaths:\n${Array.from({ length: 1500 }, path).join("")}`;
    const planned = await plan(large);
    assert.equal(planned.routes.length, 1500);
    assert.equal(planned.api.Version, "1.0");
    assert.match(((await refusal(`${large}paths: {}\n`)).cause as Error).message, /unique/);
  });

  test("AWS variables are replaced", async () => {
    const uri = "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${AWS::Other}";
    const planned = await plan(get({ [INTEGRATION]: { type: "aws_proxy", uri } }));
    assert.equal(
      planned.integrations[0]?.input.IntegrationUri,
      "arn:aws:lambda:eu-west-1:111122223333:function:${AWS::Other}",
    );
  });
});

describe("base path", () => {
  const variable = [{ url: "https://h/{basePath}", variables: { basePath: { default: "a/b/c" } } }];
  const rows: readonly [mode: string | undefined, servers: object[], routes: string[]][] = [
    [undefined, variable, ["GET /e", "GET /"]],
    ["ignore", variable, ["GET /e", "GET /"]],
    ["prepend", variable, ["GET /a/b/c/e", "GET /a/b/c"]],
    ["split", variable, ["GET /b/c/e", "GET /b/c"]],
    ["prepend", [{ url: "https://h/a/b/" }], ["GET /a/b/e", "GET /a/b"]],
    ["prepend", [{ url: "/v{n}?q", variables: { n: { default: 2 } } }], ["GET /v2/e", "GET /v2"]],
    ["split", [{ url: "https://h/a" }], ["GET /e", "GET /"]],
    ["prepend", [{ url: "https://h" }], ["GET /e", "GET /"]],
    ["prepend", [], ["GET /e", "GET /"]],
  ];
  for (const [mode, servers, routes] of rows) {
    test(`${mode ?? "absent"} with ${JSON.stringify(servers)}`, async () => {
      assert.deepEqual(keysOf(await plan({ servers, paths: { "/e": { get: {} }, "/": { get: {} } } }, mode)), routes);
    });
  }

  test("the default route has no base path", async () => {
    const paths = { "/$default": { "x-amazon-apigateway-any-method": { isDefaultRoute: true } } };
    assert.deepEqual(keysOf(await plan({ servers: variable, paths }, "prepend")), ["$default"]);
  });

  test("another mode is refused", async () => {
    assert.match((await refusal({}, "append")).message, /basepath/);
  });
});
