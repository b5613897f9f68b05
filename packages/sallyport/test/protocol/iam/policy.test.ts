import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parsePolicy } from "../../../src/protocol/iam/policy.ts";
import { PolicyError } from "../../../src/protocol/iam/policy-error.ts";
import type { PolicyDocument } from "../../../src/protocol/principal.ts";
import { allow, decide, policy } from "./policies.ts";

describe("a malformed policy is refused with its place", () => {
  const wrong = (more: object) => policy(allow(), { ...allow(), ...more });
  const { Action: _, ...withoutAction } = allow();
  const cases: readonly [string, unknown, string][] = [
    ["no object", "x", "policy"],
    ["a list", [], "policy"],
    ["null", null, "policy"],
    ["another version", { Version: "2012-10-18", Statement: allow() }, "policy.Version"],
    ["an unknown element", { Statment: [] }, "policy.Statment"],
    ["no statement", { Version: "2012-10-17" }, "policy.Statement"],
    ["an empty list of statements", policy(), "policy.Statement"],
    ["a statement that is none", { Statement: ["x"] }, "policy.Statement[0]"],
    ["an unknown effect", wrong({ Effect: "allow" }), "policy.Statement[1].Effect"],
    ["a misspelt element", wrong({ Conditions: {} }), "policy.Statement[1].Conditions"],
    ["a principal", wrong({ Principal: "*" }), "policy.Statement[1]"],
    ["both Action and NotAction", wrong({ NotAction: "a:b" }), "policy.Statement[1]"],
    ["neither", policy(withoutAction), "policy.Statement[0]"],
    ["an empty list of actions", wrong({ Action: [] }), "policy.Statement[1].Action"],
    ["an action without a service", wrong({ Action: "GET" }), "policy.Statement[1].Action"],
    ["an action that is a number", wrong({ Action: ["a:b", 5] }), "policy.Statement[1].Action[1]"],
    ["a resource that is no ARN", wrong({ Resource: ["bucket"] }), "policy.Statement[1].Resource[0]"],
    [
      "a resource beyond the bound",
      wrong({ Resource: `arn:aws:s3:::${"a".repeat(2048)}` }),
      "policy.Statement[1].Resource",
    ],
    [
      "an unknown operator",
      wrong({ Condition: { StringEqual: { k: "a" } } }),
      'policy.Statement[1].Condition.StringEqual["k"]',
    ],
    [
      "an operator from the prototype",
      wrong({ Condition: { toString: { k: "a" } } }),
      'policy.Statement[1].Condition.toString["k"]',
    ],
    [
      "an unknown quantifier",
      wrong({ Condition: { "ForSomeValues:StringEquals": { k: "a" } } }),
      'policy.Statement[1].Condition.ForSomeValues:StringEquals["k"]',
    ],
    [
      "a number that is none",
      wrong({ Condition: { NumericEquals: { k: "one" } } }),
      'policy.Statement[1].Condition.NumericEquals["k"]',
    ],
    [
      "a date that is none",
      wrong({ Condition: { DateEquals: { k: "soon" } } }),
      'policy.Statement[1].Condition.DateEquals["k"]',
    ],
    ["a boolean that is none", wrong({ Condition: { Bool: { k: "yes" } } }), 'policy.Statement[1].Condition.Bool["k"]'],
    [
      "a block that is none",
      wrong({ Condition: { IpAddress: { k: "10.0.0.0/33" } } }),
      'policy.Statement[1].Condition.IpAddress["k"]',
    ],
    [
      "a value that is an object",
      wrong({ Condition: { StringEquals: { k: {} } } }),
      'policy.Statement[1].Condition.StringEquals["k"]',
    ],
    ["no value", wrong({ Condition: { StringEquals: { k: [] } } }), 'policy.Statement[1].Condition.StringEquals["k"]'],
    [
      "Null with IfExists",
      wrong({ Condition: { NullIfExists: { k: "true" } } }),
      'policy.Statement[1].Condition.NullIfExists["k"]',
    ],
    ["a condition that is a list", wrong({ Condition: [] }), "policy.Statement[1].Condition"],
  ];
  for (const [what, document, place] of cases) {
    it(what, () => {
      assert.throws(
        () => parsePolicy(document as PolicyDocument),
        (error) => error instanceof PolicyError && error.place === place && error.message.startsWith(`${place}: `),
      );
    });
  }

  it("and never evaluated, even when another policy would allow", () => {
    assert.throws(() => decide([policy(allow()), wrong({ Effect: "Maybe" })]), PolicyError);
  });
});
