import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { checkKey, compareKeys, rangeOf } from "../../src/ledger/keyspace.ts";
import { byBytes } from "./history-model.ts";

const character = fc.constantFrom("a", "b", "/", "\ud7ff", "\ue000", "\uffff", "\u{10000}", "\u{10fffe}", "\u{10ffff}");
const text = fc.oneof(
  fc.array(character, { maxLength: 4 }).map((characters) => characters.join("")),
  fc.string({ unit: "binary", maxLength: 5 }).map((any) => any.replaceAll("\0", "0")),
);
const isKey = (key: string): boolean => key !== "" && !key.startsWith("\u{10ffff}");

describe("keys", () => {
  it("are compared as the stores compare them, by their bytes", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        assert.equal(Math.sign(compareKeys(a, b)), byBytes(a, b));
      }),
    );
  });

  it("are in the range of a prefix exactly when they begin with it", () => {
    fc.assert(
      fc.property(text, text, text, (prefix, rest, other) => {
        const { from, to } = rangeOf(prefix);
        for (const key of [prefix + rest, other].filter(isKey)) {
          checkKey(key);
          const isInside = byBytes(from, key) <= 0 && byBytes(key, to) < 0;
          assert.equal(isInside, key.startsWith(prefix), JSON.stringify({ prefix, key, to }));
        }
      }),
    );
  });
});
