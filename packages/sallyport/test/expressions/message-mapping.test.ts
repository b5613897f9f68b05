import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  parseDeclaredParameter,
  parseMessageRequestMapping,
  parseMessageResponseMapping,
} from "../../src/expressions/message-mapping.ts";

describe("parameter mappings of WebSocket APIs", () => {
  const right: readonly (readonly [string, string, object])[] = [
    ["header.authToken", "route.request.querystring.authToken", { kind: "querystring", name: "authToken" }],
    ["header.h", "route.request.multivalueheader.x-a", { kind: "multivalueheader", name: "x-a" }],
    ["path.id", "method.request.header.id", { kind: "header", name: "id" }],
    ["header.cid", "context.connectionId", { kind: "context", name: "connectionId" }],
    ["querystring.env", "stageVariables.env", { kind: "stageVariable", name: "env" }],
    ["header.fixed", "'x'", { kind: "literal", text: "x" }],
    ["header.empty", "''", { kind: "literal", text: "" }],
    ["header.all", "route.request.body", { kind: "body", path: [] }],
    [
      "header.b",
      "route.request.body.a[0]",
      {
        kind: "body",
        path: [
          { kind: "name", name: "a" },
          { kind: "index", index: 0 },
        ],
      },
    ],
  ];
  for (const [key, value, source] of right) {
    it(`hold integration.request.${key} = ${value}`, () => {
      const [kind, name] = key.split(".");
      const parsed = parseMessageRequestMapping(`integration.request.${key}`, value);
      assert.deepEqual(parsed, { kind: "mapping", destination: { kind, name }, source });
    });
  }

  const wrong: readonly (readonly [string, string, string])[] = [
    ["header.a", "'b'", "key"],
    ["integration.request.cookie.a", "'b'", "key"],
    ["integration.request.header.a b", "'b'", "key"],
    ["integration.request.header.a", "b", "source"],
    ["integration.request.header.a", "$request.header.b", "source"],
    ["integration.request.header.a", "route.request.path.b", "source"],
    ["integration.request.header.a", "route.request.body..b", "source"],
    ["integration.request.header.a", "'b", "source"],
  ];
  for (const [key, value, fault] of wrong) {
    it(`are none as ${key} = ${value}: ${fault}`, () => {
      assert.deepEqual(parseMessageRequestMapping(key, value), { kind: "fault", fault });
    });
  }

  it("write headers of the answer from what the integration answered", () => {
    const expected = { kind: "mapping", destination: { kind: "header", name: "a" } };
    for (const key of ["method.response.header.a", "route.response.header.a"]) {
      assert.deepEqual(parseMessageResponseMapping(key, "integration.response.header.b"), {
        ...expected,
        source: { kind: "header", name: "b" },
      });
    }
    assert.deepEqual(parseMessageResponseMapping("method.response.header.a", "route.request.header.b"), {
      kind: "fault",
      fault: "source",
    });
  });

  it("read what the route declares", () => {
    assert.deepEqual(parseDeclaredParameter("route.request.header.a"), { kind: "header", name: "a" });
    assert.deepEqual(parseDeclaredParameter("route.request.querystring.b"), { kind: "querystring", name: "b" });
    for (const key of ["route.request.body.a", "header.a", "route.request.header."]) {
      assert.equal(parseDeclaredParameter(key), undefined);
    }
  });
});
