import assert from "node:assert/strict";
import { test } from "node:test";
import { isLoopback } from "../../src/config/loopback.ts";

const cases: readonly [string, boolean][] = [
  ["127.0.0.1", true],
  ["127.255.0.9", true],
  ["::1", true],
  ["::ffff:127.0.0.1", true],
  ["localhost", true],
  ["a1b2.execute-api.us-east-1.localhost", true],
  ["LOCALHOST.", true],
  ["0.0.0.0", false],
  ["::", false],
  ["::ffff:10.0.0.1", false],
  ["10.0.0.1", false],
  ["localhost.example.com", false],
  ["127.0.0.1.example.com", false],
  ["notlocalhost", false],
  ["", false],
];
for (const [host, expected] of cases) {
  test(`${JSON.stringify(host)} is ${expected ? "" : "not "}of this machine only`, () => {
    assert.equal(isLoopback(host), expected);
  });
}
