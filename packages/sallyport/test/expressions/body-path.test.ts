import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { bodyPathOf, parseBodyPath } from "../../src/expressions/body-path.ts";

describe("body paths", () => {
  it("are names, indexes and wildcards", () => {
    assert.deepEqual(parseBodyPath(".a['b c'][2].*[*]"), [
      { kind: "name", name: "a" },
      { kind: "name", name: "b c" },
      { kind: "index", index: 2 },
      { kind: "wildcard" },
      { kind: "wildcard" },
    ]);
  });

  for (const text of ["a", ".", "..a", ".a.", "[", "[-1]", "[a]", "[?(@.a)]", ".a b", "[99999999999]"]) {
    it(`are refused as ${text}`, () => assert.equal(parseBodyPath(text), undefined));
  }

  it("stand behind the body", () => {
    assert.deepEqual(bodyPathOf("body"), []);
    assert.deepEqual(bodyPathOf("body[0]"), [{ kind: "index", index: 0 }]);
    assert.equal(bodyPathOf("bodyguard"), undefined);
    assert.equal(bodyPathOf("header.body"), undefined);
  });

  it("end for every text, whole or not at all", () => {
    const step = fc.oneof(
      fc.stringMatching(/^[a-z_-]{1,4}$/).map((name) => `.${name}`),
      fc.nat({ max: 999 }).map((index) => `[${index}]`),
    );
    fc.assert(
      fc.property(fc.array(step), fc.string(), (steps, tail) => {
        assert.equal(parseBodyPath(steps.join(""))?.length, steps.length);
        const parsed = parseBodyPath(steps.join("") + tail);
        assert.ok(parsed === undefined || parsed.length >= steps.length);
      }),
    );
  });
});
