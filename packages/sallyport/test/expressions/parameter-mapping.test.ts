import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { parseMappingValue } from "../../src/expressions/mapping-value.ts";
import { parseParameterMapping } from "../../src/expressions/parameter-mapping.ts";
import { isReservedHeader } from "../../src/expressions/reserved-headers.ts";

const header = (name: string) => ({ kind: "header", name }) as const;
const text = (...parts: readonly unknown[]) => ({ kind: "text", parts });

describe("parameter mappings of HTTP APIs", () => {
  const right: readonly (readonly [string, "request" | "response", string, string, object])[] = [
    [
      "EX-6.1",
      "request",
      "append:header.header1",
      "$context.requestId",
      {
        kind: "append",
        destination: header("header1"),
        value: { kind: "source", source: { kind: "context", name: "requestId" } },
      },
    ],
    ["EX-6.2", "request", "remove:header.header1", "''", { kind: "remove", destination: header("header1") }],
    [
      "EX-6.3",
      "request",
      "overwrite:path",
      "/v2/${request.path.id}",
      {
        kind: "overwrite",
        destination: { kind: "path" },
        value: text("/v2/", { kind: "pathVariable", name: "id" }),
      },
    ],
    [
      "EX-6.4",
      "request",
      "overwrite:querystring.t",
      "$request.body.type",
      {
        kind: "overwrite",
        destination: { kind: "querystring", name: "t" },
        value: { kind: "source", source: { kind: "body", path: [{ kind: "name", name: "type" }] } },
      },
    ],
    [
      "EX-6.5",
      "request",
      "remove:querystring.t",
      "",
      { kind: "remove", destination: { kind: "querystring", name: "t" } },
    ],
    [
      "EX-6.6",
      "response",
      "overwrite:statuscode",
      "403",
      {
        kind: "overwrite",
        destination: { kind: "statuscode" },
        value: text("403"),
      },
    ],
    [
      "EX-6.7",
      "response",
      "append:header.error",
      "$stageVariables.environmentId",
      {
        kind: "append",
        destination: header("error"),
        value: { kind: "source", source: { kind: "stageVariable", name: "environmentId" } },
      },
    ],
    [
      "host",
      "request",
      "overwrite:header.host",
      "a.example",
      {
        kind: "overwrite",
        destination: header("host"),
        value: text("a.example"),
      },
    ],
    [
      "a computed status",
      "response",
      "overwrite:statuscode",
      "$response.header.code",
      {
        kind: "overwrite",
        destination: { kind: "statuscode" },
        value: { kind: "source", source: header("code") },
      },
    ],
  ];
  for (const [what, side, key, value, expected] of right) {
    it(`hold ${what}: ${key} = ${value}`, () => assert.deepEqual(parseParameterMapping(side, key, value), expected));
  }

  const wrong: readonly (readonly ["request" | "response", string, string, string])[] = [
    ["request", "header.a", "b", "key"],
    ["request", "replace:header.a", "b", "key"],
    ["request", "append:header", "b", "key"],
    ["request", "append:header.", "b", "key"],
    ["request", "append:header.a b", "b", "key"],
    ["request", "append:path", "b", "key"],
    ["request", "remove:path", "", "key"],
    ["request", "overwrite:path.a", "b", "key"],
    ["request", "overwrite:statuscode", "200", "key"],
    ["response", "overwrite:path", "/", "key"],
    ["response", "append:querystring.a", "b", "key"],
    ["response", "append:statuscode", "200", "key"],
    ["request", "overwrite:header.Authorization", "b", "reserved"],
    ["request", "remove:header.via", "", "reserved"],
    ["response", "append:header.access-control-allow-origin", "*", "reserved"],
    ["response", "overwrite:statuscode", "199", "status"],
    ["response", "overwrite:statuscode", "2000", "status"],
    ["response", "overwrite:statuscode", "", "status"],
    ["request", "append:header.a", "$response.header.a", "source"],
    ["response", "append:header.a", "$request.header.a", "source"],
    ["request", "append:header.a", "$request.body..a", "source"],
    ["request", "append:header.a", "$request.body[?(@.b)]", "source"],
    ["request", "append:header.a", "x${request.header.}", "source"],
    ["request", "append:header.a", "${$request.header.a}", "source"],
    ["request", "append:header.a", "${request.header.a", "source"],
    ["request", "append:header.a", "$default", "source"],
  ];
  for (const [side, key, value, fault] of wrong) {
    it(`are no ${side} mapping as ${key} = ${value}: ${fault}`, () => {
      const parsed = parseParameterMapping(side, key, value);
      assert.equal(parsed.kind === "fault" ? parsed.fault : parsed.kind, fault);
    });
  }

  it("read every source that the guide lists for requests", () => {
    const sources = ["header.a", "querystring.a", "path", "path.a", "body", "body.a[0].b", "body['a b']", "body.a[*]"];
    for (const source of sources) {
      assert.equal(parseMappingValue("request", `$request.${source}`).kind, "source", source);
    }
    for (const source of ["header.a", "body", "body.a"]) {
      assert.equal(parseMappingValue("response", `$response.${source}`).kind, "source", source);
    }
  });

  it("leave dollar signs alone that begin no expression", () => {
    assert.deepEqual(parseMappingValue("request", "$5 or a$b"), text("$5 or a$b"));
    const parsed = parseMappingValue("request", "${request.path.a}-${context.requestId}!");
    assert.deepEqual(
      parsed,
      text({ kind: "pathVariable", name: "a" }, "-", { kind: "context", name: "requestId" }, "!"),
    );
  });

  it("keep text without placeholders as it is, whatever it says", () => {
    const plain = fc.string().filter((value) => !value.includes("${") && !/^\$[a-zA-Z]/.test(value));
    fc.assert(
      fc.property(plain, (value) =>
        assert.deepEqual(parseMappingValue("request", value), value === "" ? text() : text(value)),
      ),
    );
  });

  it("give back text and placeholders in their order", () => {
    const piece = fc.oneof(
      fc.stringMatching(/^[a-z/-]{1,5}$/).map((literal) => [literal, literal] as const),
      fc
        .stringMatching(/^[a-zA-Z0-9_]{1,5}$/)
        .map((name) => [`\${stageVariables.${name}}`, { kind: "stageVariable", name }] as const),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), (pieces) => {
        const merged: unknown[] = [];
        for (const [, part] of pieces) {
          const last = merged.at(-1);
          if (typeof part === "string" && typeof last === "string") merged[merged.length - 1] = last + part;
          else merged.push(part);
        }
        assert.deepEqual(parseMappingValue("request", pieces.map(([source]) => source).join("")), text(...merged));
      }),
    );
  });
});

describe("reserved headers", () => {
  const reserved = [
    "Authorization",
    "TE",
    "trailers",
    "Via",
    "X-Amzn-Trace-Id",
    "x-amz-date",
    "apigw-requestid",
    "Origin",
  ];
  for (const name of reserved) it(`include ${name}`, () => assert.equal(isReservedHeader(name), true));
  for (const name of ["host", "x-forwarded", "cookie", "content-type", "amz"]) {
    it(`do not include ${name}`, () => assert.equal(isReservedHeader(name), false));
  }
});
