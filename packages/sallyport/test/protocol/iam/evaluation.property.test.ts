import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import { compileGlob, matchesGlob } from "../../../src/protocol/iam/glob.ts";
import { contextKeys } from "../../../src/protocol/iam/request-context.ts";
import { decide, policy } from "./policies.ts";

describe("globs", () => {
  const none = contextKeys({});
  const matches = (pattern: string, text: string) =>
    matchesGlob(compileGlob(pattern, { wildcards: true, variables: false }), text, none);

  it("match as the written rule says", () => {
    const tiny = fc.string({ unit: fc.constantFrom(..."ab*?"), maxLength: 8 });
    fc.assert(
      fc.property(tiny, fc.string({ unit: fc.constantFrom(..."ab"), maxLength: 8 }), (pattern, text) => {
        assert.equal(matches(pattern, text), rule(pattern, text));
      }),
      { numRuns: 2000 },
    );
  });

  it("take bounded time for patterns made to be slow", () => {
    const started = performance.now();
    assert.equal(matches(`${"a*".repeat(500)}b`, "a".repeat(5000)), false);
    assert.ok(performance.now() - started < 5000);
  });
});

/** The rule, word by word. */
function rule(pattern: string, text: string): boolean {
  if (pattern === "") return text === "";
  if (pattern[0] === "*") return rule(pattern.slice(1), text) || (text !== "" && rule(pattern, text.slice(1)));
  return text !== "" && (pattern[0] === "?" || pattern[0] === text[0]) && rule(pattern.slice(1), text.slice(1));
}

describe("decisions over many statements", () => {
  const action = fc.constantFrom("a:Get", "a:Put", "b:Get");
  const resource = fc.constantFrom("arn:aws:a:::x", "arn:aws:a:::y");
  const statement = fc.record({
    Effect: fc.constantFrom("Allow", "Deny"),
    Action: fc.oneof(action, fc.constantFrom("*", "a:*", "*:Get".replace("*:", "b:"))),
    Resource: fc.oneof(resource, fc.constantFrom("*", "arn:aws:a:::*")),
  });

  it("any deny wins, else any allow, else no; order and grouping do not matter", () => {
    fc.assert(
      fc.property(fc.array(statement, { minLength: 1, maxLength: 6 }), action, resource, (statements, wanted, on) => {
        const effects = statements
          .filter((one) => rule(one.Action.toLowerCase(), wanted.toLowerCase()) && rule(one.Resource, on))
          .map(({ Effect }) => Effect);
        const expected = effects.includes("Deny")
          ? "explicit deny"
          : effects.includes("Allow")
            ? "explicit allow"
            : "implicit deny";
        assert.equal(decide([policy(...statements)], wanted, on), expected);
        assert.equal(
          decide(
            statements.toReversed().map((one) => policy(one)),
            wanted,
            on,
          ),
          expected,
        );
      }),
      { numRuns: 300 },
    );
  });
});
