import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import type { MappingInput } from "../../src/expressions/mapping/value-reader.ts";
import { parseParameterMapping } from "../../src/expressions/parameter-mapping.ts";
import { MAX_MAPPED_VALUE_BYTES } from "../../src/expressions/mapping/header-edits.ts";
import { type MappedRequest, RequestMapping } from "../../src/expressions/mapping/request-mapping.ts";
import { requestContext } from "./request-facts.ts";

function mapping(entries: Readonly<Record<string, string>>): RequestMapping {
  const parsed = Object.entries(entries).map(([key, text]) => {
    const entry = parseParameterMapping("request", key, text);
    assert.ok(entry.kind !== "fault", key);
    return entry;
  });
  return new RequestMapping(parsed);
}

function run(entries: Readonly<Record<string, string>>, headers: readonly string[], query?: string): MappedRequest {
  const context = requestContext({ headers, query });
  const input: MappingInput = { context, headers, body: undefined };
  const mapped = mapping(entries).run(input);
  assert.ok(mapped.kind === "mapped");
  return mapped;
}

const queryAfter = (entries: Readonly<Record<string, string>>, query?: string) => run(entries, [], query).query;

describe("mapped headers", () => {
  const scenarios: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    readonly string[],
    readonly string[],
  ])[] = [
    ["append to none", { "append:header.a": "1" }, ["b", "2"], ["b", "2", "a", "1"]],
    ["append to one", { "append:header.A": "1" }, ["a", "0"], ["a", "0", "A", "1"]],
    ["overwrite none", { "overwrite:header.a": "1" }, [], ["a", "1"]],
    ["overwrite several", { "overwrite:header.a": "1" }, ["A", "0", "b", "2", "a", "3"], ["b", "2", "a", "1"]],
    ["remove several, in any case", { "remove:header.A": "''" }, ["a", "0", "b", "2", "A", "3"], ["b", "2"]],
    ["remove what is not there", { "remove:header.a": "" }, ["b", "2"], ["b", "2"]],
    [
      "EX-6.2 rename: every value is of the original",
      { "append:header.header2": "$request.header.header1", "remove:header.header1": "''" },
      ["header1", "v"],
      ["header2", "v"],
    ],
    [
      "swap",
      { "overwrite:header.a": "$request.header.b", "overwrite:header.b": "$request.header.a" },
      ["a", "1", "b", "2"],
      ["a", "2", "b", "1"],
    ],
    ["leave out without value", { "overwrite:header.a": "$request.header.none" }, ["a", "1"], ["a", "1"]],
    [
      "overwrite with nothing where a placeholder has no value",
      { "overwrite:header.a": "${context.none}" },
      ["a", "1"],
      ["a", ""],
    ],
    ["remove, then append", { "append:header.a": "1", "remove:header.a": "" }, ["a", "0"], ["a", "1"]],
    ["overwrite, then append", { "append:header.a": "2", "overwrite:header.a": "1" }, ["a", "0"], ["a", "1", "a", "2"]],
    ["have one host at most", { "append:header.host": "x" }, ["Host", "h"], ["host", "x"]],
  ];
  for (const [name, entries, before, after] of scenarios) {
    it(name, () => assert.deepEqual(run(entries, before).headers, after));
  }

  it("stay in their order and spelling where no mapping names them", () => {
    const name = fc.constantFrom("a", "A", "b", "c", "X-d");
    const headers = fc.array(fc.tuple(name, fc.string({ maxLength: 3 })), { maxLength: 8 });
    fc.assert(
      fc.property(headers, (pairs) => {
        const after = run({ "overwrite:header.a": "1", "remove:header.b": "" }, pairs.flat()).headers;
        const untouched = pairs.filter(([key]) => !["a", "b"].includes(key.toLowerCase())).flat();
        assert.deepEqual(after, [...untouched, "a", "1"]);
      }),
    );
  });
});

describe("a mapped query", () => {
  const scenarios: readonly (readonly [
    string,
    Readonly<Record<string, string>>,
    string | undefined,
    string | undefined,
  ])[] = [
    ["EX-6.4 overwrite several", { "overwrite:querystring.t": "c" }, "t=a&t=b", "t=c"],
    ["EX-6.5 remove", { "remove:querystring.t": "''" }, "t=1&u=2", "u=2"],
    ["remove the last", { "remove:querystring.t": "" }, "t=1", undefined],
    ["overwrite none", { "overwrite:querystring.t": "c" }, undefined, "t=c"],
    ["overwrite in its place", { "overwrite:querystring.t": "c" }, "a=1&t=0&b=2&t=1", "a=1&t=c&b=2"],
    ["append", { "append:querystring.t": "c d" }, "t=a", "t=a&t=c%20d"],
    ["names decoded, with their case", { "remove:querystring.t": "" }, "%74=1&T=2&t", "T=2"],
    ["the rest as it was sent", { "overwrite:querystring.t": "&=#" }, "%zz=&&x=%2F+1&t=", "%zz=&&x=%2F+1&t=%26%3D%23"],
    ["nothing of nothing", { "remove:querystring.t": "" }, undefined, undefined],
    ["an empty query", { "remove:querystring.t": "" }, "", ""],
    ["no value, no change", { "overwrite:querystring.t": "$context.none" }, "t=1", "t=1"],
    ["remove, then append", { "append:querystring.t": "1", "remove:querystring.t": "" }, "t=0", "t=1"],
  ];
  for (const [name, entries, before, after] of scenarios) {
    it(name, () => assert.equal(queryAfter(entries, before), after));
  }

  it("is what an edit of the decoded pairs gives, whatever was sent", () => {
    const piece = fc.string({ unit: fc.constantFrom("a", "t", "1", "%20", "+", "☕"), maxLength: 3 });
    const pairs = fc.array(fc.tuple(piece, piece), { maxLength: 6 });
    fc.assert(
      fc.property(pairs, (sent) => {
        const query = sent.map(([key, text]) => `${encodeURIComponent(key)}=${encodeURIComponent(text)}`).join("&");
        const after = queryAfter({ "overwrite:querystring.t": "new", "append:querystring.a": "added" }, query);
        const expected = new URLSearchParams(query);
        expected.set("t", "new");
        expected.append("a", "added");
        assert.equal(new URLSearchParams(after).toString(), expected.toString());
      }),
    );
  });
});

describe("what a mapping may write", () => {
  it("is bounded", () => {
    const context = requestContext({ headers: ["x", "a".repeat(MAX_MAPPED_VALUE_BYTES)] });
    const result = (text: string) =>
      mapping({ "overwrite:header.y": text }).run({ context, headers: context.headers, body: undefined });
    assert.equal(result("$request.header.x").kind, "mapped");
    assert.deepEqual(result("${request.header.x}!"), {
      kind: "too-large",
      part: "header",
      bytes: MAX_MAPPED_VALUE_BYTES + 1,
    });
  });
});
