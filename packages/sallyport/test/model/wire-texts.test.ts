import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { decodePercent, decodeUnreserved, encodePath, encodeSegment } from "../../src/model/percent-encoding.ts";
import { headerCount, headerValue, joinedHeader, sameHeaderName } from "../../src/model/raw-headers.ts";
import { requestIds } from "../../src/model/request-id.ts";
import { traceRoots } from "../../src/model/trace-id.ts";

for (const [encoded, decoded] of [
  ["a%20b", "a b"],
  ["%E2%98%95", "☕"],
  ["a+b", "a+b"],
  ["%zz%4", "%zz%4"],
  ["%2F", "/"],
  ["%ff", "\ufffd"],
  ["plain", "plain"],
  ["caf\u00c3\u00a9", "café"],
] as const) {
  test(`${JSON.stringify(encoded)} decodes to ${JSON.stringify(decoded)}`, () => {
    assert.equal(decodePercent(encoded), decoded);
  });
}

test("only escapes of unreserved characters are decoded for comparison", () => {
  assert.equal(decodeUnreserved("%70ets%2D1%7E%2F%3A%zz"), "pets-1~%2F%3A%zz");
});

test("a segment keeps the characters that a segment may hold", () => {
  assert.equal(encodeSegment("a:b@c!$&'()*+,;=-._~"), "a:b@c!$&'()*+,;=-._~");
  assert.equal(encodeSegment("a/b?c#d%e ☕"), "a%2Fb%3Fc%23d%25e%20%E2%98%95");
  assert.equal(encodePath("a b/c/"), "a%20b/c/");
});

test("what is encoded decodes to itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme" }), (text) => {
      assert.equal(decodePercent(encodePath(text)), text.toWellFormed());
    }),
  );
});

const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

test("no text makes encoding or decoding throw", () => {
  fc.assert(
    fc.property(anyText, (text) => {
      assert.match(encodeSegment(text), /^[\x21-\x7e]*$/);
      assert.equal(typeof decodePercent(text), "string");
    }),
  );
});

test("header names compare without regard to case, and nothing else", () => {
  const name = fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,12}$/);
  fc.assert(
    fc.property(name, fc.stringMatching(/^[a-z0-9-]{1,12}$/), (found, wanted) => {
      assert.equal(sameHeaderName(found, wanted), found.toLowerCase() === wanted);
      assert.ok(sameHeaderName(wanted.toUpperCase(), wanted));
    }),
  );
});

test("headers are found, counted and joined", () => {
  const headers = ["Host", "a", "X-One", "1", "x-one", "2"];
  assert.equal(headerValue(headers, "x-one"), "1");
  assert.equal(headerValue(headers, "x-two"), undefined);
  assert.equal(headerCount(headers, "x-one"), 2);
  assert.equal(joinedHeader(headers, "x-one"), "1,2");
  assert.equal(joinedHeader(headers, "x-two"), undefined);
});

/** Counts up, so that every pool is another. */
function counter(): (bytes: Uint8Array) => void {
  let next = 0;
  return (bytes) => {
    for (let at = 0; at < bytes.length; at += 4) new DataView(bytes.buffer, bytes.byteOffset).setUint32(at, next++);
  };
}

test("request ids are 15 characters and an equals sign, and differ", () => {
  const next = requestIds(counter());
  const ids = new Set(Array.from({ length: 1_000 }, next));
  assert.equal(ids.size, 1_000);
  for (const id of ids) assert.match(id, /^[A-Za-z0-9_-]{15}=$/);
});

test("trace roots hold the time in seconds", () => {
  const next = traceRoots(counter(), () => 0x67fd88a4 * 1000 + 999);
  const roots = new Set(Array.from({ length: 1_000 }, next));
  assert.equal(roots.size, 1_000);
  for (const root of roots) assert.match(root, /^1-67fd88a4-[0-9a-f]{24}$/);
});
