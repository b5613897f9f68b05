import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { evaluatePolicies } from "../../../src/protocol/iam/evaluate.ts";
import type { RequestContext } from "../../../src/protocol/iam/request-context.ts";
import type { PolicyDocument } from "../../../src/protocol/principal.ts";
import { allow, API, decide, deny, policy } from "./policies.ts";

describe("statements", () => {
  const cases: readonly [string, readonly PolicyDocument[], string][] = [
    ["no policy denies", [], "implicit deny"],
    ["a matching allow allows", [policy(allow({ Action: "apigateway:GET", Resource: API }))], "explicit allow"],
    ["a single statement needs no list", [{ Version: "2012-10-17", Statement: allow() }], "explicit allow"],
    ["all services and actions", [policy(allow({ Action: "*:*" }))], "explicit allow"],
    ["actions have no case", [policy(allow({ Action: "APIGateway:g?t" }))], "explicit allow"],
    ["resources have case", [policy(allow({ Resource: API.toUpperCase().replace("ARN:", "arn:") }))], "implicit deny"],
    [
      "one of several actions is enough",
      [policy(allow({ Action: ["apigateway:POST", "apigateway:GET"] }))],
      "explicit allow",
    ],
    ["another action does not match", [policy(allow({ Action: "apigateway:GE" }))], "implicit deny"],
    [
      "a wildcard reaches over slashes and colons",
      [policy(allow({ Resource: "arn:aws:apigateway:*" }))],
      "explicit allow",
    ],
    [
      "deny wins over allow, wherever it stands",
      [policy(allow(), deny({ Action: "apigateway:GET" }))],
      "explicit deny",
    ],
    ["deny of another policy wins too", [policy(allow()), policy(deny({ Resource: API }))], "explicit deny"],
    [
      "a deny that does not match does not count",
      [policy(allow(), deny({ Action: "apigateway:DELETE" }))],
      "explicit allow",
    ],
    ["NotAction excepts", [policy({ Effect: "Allow", NotAction: "apigateway:GET", Resource: "*" })], "implicit deny"],
    [
      "NotAction allows the others",
      [policy({ Effect: "Allow", NotAction: "apigateway:DELETE", Resource: "*" })],
      "explicit allow",
    ],
    ["NotResource excepts", [policy({ Effect: "Allow", Action: "*", NotResource: `${API}*` })], "implicit deny"],
    [
      "NotResource of a deny spares",
      [policy(allow(), { Effect: "Deny", Action: "*", NotResource: API })],
      "explicit allow",
    ],
  ];
  for (const [what, policies, expected] of cases) it(what, () => assert.equal(decide(policies), expected));

  it("the deciding statement is told", () => {
    const policies = [policy(allow()), policy(allow({ Action: "s3:*" }), deny({ Sid: "NoReads" }))];
    assert.deepEqual(evaluatePolicies(policies, { action: "apigateway:GET", resource: API }).statement, {
      policy: 1,
      statement: 1,
      sid: "NoReads",
    });
  });
});

describe("policy variables", () => {
  const home = (resource: string, version = "2012-10-17"): PolicyDocument => ({
    Version: version,
    Statement: allow({ Resource: resource }),
  });
  const at = (path: string) => `arn:aws:s3:::bucket/${path}`;
  const cases: readonly [string, PolicyDocument, string, RequestContext, string][] = [
    [
      "take the value of the request",
      home(at("${aws:username}/*")),
      at("ana/x"),
      { "aws:username": "ana" },
      "explicit allow",
    ],
    [
      "of another value do not match",
      home(at("${aws:username}/*")),
      at("bob/x"),
      { "aws:username": "ana" },
      "implicit deny",
    ],
    ["are looked up without case", home(at("${AWS:UserName}")), at("ana"), { "aws:username": "ana" }, "explicit allow"],
    ["without a value match nothing", home(at("${aws:username}*")), at("x"), {}, "implicit deny"],
    ["have a default", home(at("${aws:username, 'all'}")), at("all"), {}, "explicit allow"],
    [
      "prefer the value to the default",
      home(at("${aws:username, 'all'}")),
      at("all"),
      { "aws:username": "ana" },
      "implicit deny",
    ],
    [
      "hold wildcards as plain characters",
      home(at("${aws:username}")),
      at("anything"),
      { "aws:username": "*" },
      "implicit deny",
    ],
    ["escape wildcards", home(at("a${*}b${?}${$}")), at("a*b?$"), {}, "explicit allow"],
    ["escaped do not match others", home(at("a${*}b")), at("axb"), {}, "implicit deny"],
    [
      "are plain text in the first version",
      home(at("${aws:username}"), "2008-10-17"),
      at("ana"),
      { "aws:username": "ana" },
      "implicit deny",
    ],
  ];
  for (const [what, document, resource, context, expected] of cases) {
    it(what, () => assert.equal(decide([document], "s3:GetObject", resource, context), expected));
  }

  it("without a value, an exception is taken the closed way", () => {
    const except = (effect: string) => ({ Effect: effect, Action: "*", NotResource: at("${aws:username}") });
    assert.equal(decide([policy(except("Allow"))], "s3:GetObject", at("x")), "implicit deny");
    assert.equal(decide([policy(allow(), except("Deny"))], "s3:GetObject", at("x")), "explicit deny");
  });
});
