import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { RequestContext } from "../../../src/protocol/iam/request-context.ts";
import { allow, API, decide, policy } from "./policies.ts";

describe("conditions", () => {
  const S = "StringEquals";
  const cases: readonly [string, object, RequestContext, boolean][] = [
    ["StringEquals", { [S]: { k: "a" } }, { k: "a" }, true],
    ["StringEquals with case", { [S]: { k: "A" } }, { k: "a" }, false],
    ["StringEquals takes no wildcard", { [S]: { k: "*" } }, { k: "a" }, false],
    ["one of several values", { [S]: { k: ["x", "a"] } }, { k: "a" }, true],
    ["keys without case", { [S]: { "AWS:K": "a" } }, { "aws:k": "a" }, true],
    ["every key must hold", { [S]: { k: "a", l: "b" } }, { k: "a", l: "c" }, false],
    ["every operator must hold", { [S]: { k: "a" }, StringLike: { l: "b*" } }, { k: "a", l: "c" }, false],
    ["an absent key does not equal", { [S]: { k: "a" } }, {}, false],
    ["IfExists lets an absent key pass", { StringEqualsIfExists: { k: "a" } }, {}, true],
    ["IfExists checks a key that is there", { StringEqualsIfExists: { k: "a" } }, { k: "b" }, false],
    ["StringNotEquals", { StringNotEquals: { k: ["a", "b"] } }, { k: "c" }, true],
    ["StringNotEquals of one value", { StringNotEquals: { k: ["a", "b"] } }, { k: "b" }, false],
    ["StringNotEquals of an absent key", { StringNotEquals: { k: "a" } }, {}, true],
    ["StringEqualsIgnoreCase", { StringEqualsIgnoreCase: { k: "${v}B" } }, { k: "AB", v: "a" }, true],
    ["StringNotEqualsIgnoreCase", { StringNotEqualsIgnoreCase: { k: "AB" } }, { k: "ab" }, false],
    ["StringLike", { StringLike: { k: "a?c*" } }, { k: "abcdef" }, true],
    ["StringNotLike", { StringNotLike: { k: "a*" } }, { k: "abc" }, false],
    ["a variable in a value", { [S]: { k: "${v}" } }, { k: "x", v: "x" }, true],
    ["a variable without a value", { [S]: { k: "${v}" } }, { k: "${v}" }, false],
    ["NumericLessThan", { NumericLessThan: { k: 10 } }, { k: "9.5" }, true],
    ["NumericLessThan at the edge", { NumericLessThan: { k: "10" } }, { k: "10" }, false],
    ["NumericGreaterThanEquals", { NumericGreaterThanEquals: { k: 10 } }, { k: "10" }, true],
    ["NumericEquals by value", { NumericEquals: { k: "1.0" } }, { k: "1" }, true],
    ["NumericEquals of no number", { NumericEquals: { k: "1" } }, { k: "one" }, false],
    ["NumericNotEquals", { NumericNotEquals: { k: 1 } }, { k: "1" }, false],
    ["DateLessThan", { DateLessThan: { k: "2026-01-31T12:00:00Z" } }, { k: "2026-01-31T11:59:59Z" }, true],
    ["DateGreaterThan with seconds", { DateGreaterThan: { k: "1769860000" } }, { k: "2026-01-31T11:46:39Z" }, false],
    ["DateEquals of a day", { DateEquals: { k: "2026-01-31" } }, { k: "2026-01-31T00:00:00Z" }, true],
    ["Bool", { Bool: { k: true } }, { k: "true" }, true],
    ["Bool of the other", { Bool: { k: "true" } }, { k: "false" }, false],
    ["IpAddress in a block", { IpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.2.3" }, true],
    ["IpAddress outside", { IpAddress: { k: ["10.0.0.0/8", "192.0.2.1"] } }, { k: "192.0.2.2" }, false],
    ["IpAddress of version 6", { IpAddress: { k: "2001:db8::/32" } }, { k: "2001:db8:1::1" }, true],
    ["IpAddress of the other version", { IpAddress: { k: "0.0.0.0/0" } }, { k: "2001:db8::1" }, false],
    ["IpAddress of an absent key", { IpAddress: { k: "0.0.0.0/0" } }, {}, false],
    ["NotIpAddress", { NotIpAddress: { k: "10.0.0.0/8" } }, { k: "10.1.2.3" }, false],
    ["NotIpAddress of an absent key", { NotIpAddress: { k: "10.0.0.0/8" } }, {}, true],
    [
      "ArnLike by parts",
      { ArnLike: { k: "arn:aws:iam::*:role/*" } },
      { k: "arn:aws:iam::111122223333:role/a/b" },
      true,
    ],
    [
      "ArnLike does not reach over a colon",
      { ArnLike: { k: "arn:aws:*:role/x" } },
      { k: "arn:aws:iam::1:role/x" },
      false,
    ],
    [
      "ArnEquals takes wildcards",
      { ArnEquals: { k: "arn:aws:sns:*:*:t?" } },
      { k: "arn:aws:sns:eu-west-1:1:t1" },
      true,
    ],
    ["ArnNotEquals", { ArnNotEquals: { k: "arn:aws:sns:*:*:t" } }, { k: "arn:aws:sns:r:1:t" }, false],
    ["Null asks for absence", { Null: { k: "true" } }, {}, true],
    ["Null of a key that is there", { Null: { k: true } }, { k: "x" }, false],
    ["Null false asks for presence", { Null: { k: "false" } }, { k: "x" }, true],
    ["ForAllValues", { "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "b", "a"] }, true],
    ["ForAllValues with one more", { "ForAllValues:StringEquals": { k: ["a", "b"] } }, { k: ["a", "c"] }, false],
    ["ForAllValues of an absent key", { "ForAllValues:StringEquals": { k: "a" } }, {}, true],
    ["ForAnyValue", { "ForAnyValue:StringLike": { k: "b*" } }, { k: ["a", "bc"] }, true],
    ["ForAnyValue of none", { "ForAnyValue:StringLike": { k: "b*" } }, { k: ["a", "c"] }, false],
    ["ForAnyValue of an absent key", { "ForAnyValue:StringEquals": { k: "a" } }, {}, false],
    ["ForAnyValue negated of an absent key", { "ForAnyValue:StringNotEquals": { k: "a" } }, {}, false],
    ["ForAnyValue with IfExists", { "ForAnyValue:StringEqualsIfExists": { k: "a" } }, {}, true],
    ["an empty list is an absent key", { [S]: { k: "a" } }, { k: [] }, false],
    ["a second value does not get around a negation", { StringNotEquals: { k: "a" } }, { k: ["a", "b"] }, false],
    ["an empty condition holds", {}, {}, true],
  ];
  for (const [what, condition, context, expected] of cases) {
    it(what, () => {
      assert.equal(
        decide([policy(allow({ Condition: condition }))], "a:b", API, context),
        expected ? "explicit allow" : "implicit deny",
      );
    });
  }
});
