import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { parseHttpIdentitySource, parseWebSocketIdentitySource } from "../../src/expressions/identity-source.ts";

describe("identity sources", () => {
  const cases: readonly (readonly [string, string, object])[] = [
    ["$request.header.Authorization", "route.request.header.Authorization", { kind: "header", name: "Authorization" }],
    ["$request.querystring.a", "route.request.querystring.a", { kind: "querystring", name: "a" }],
    ["$context.identity.sourceIp", "context.identity.sourceIp", { kind: "context", name: "identity.sourceIp" }],
    ["$stageVariables.v", "stageVariables.v", { kind: "stageVariable", name: "v" }],
  ];
  for (const [http, webSocket, source] of cases) {
    it(`are ${http} for HTTP APIs and ${webSocket} for WebSocket APIs, not the other way round`, () => {
      assert.deepEqual(parseHttpIdentitySource(http), source);
      assert.deepEqual(parseWebSocketIdentitySource(webSocket), source);
      assert.equal(parseHttpIdentitySource(webSocket), undefined);
      assert.equal(parseWebSocketIdentitySource(http), undefined);
    });
  }

  it("are nothing else", () => {
    for (const text of ["", "$request.body.a", "$request.header.", "$request.header.a b", "method.request.header.a"]) {
      assert.equal(parseHttpIdentitySource(text), undefined, text);
      assert.equal(parseWebSocketIdentitySource(text), undefined, text);
    }
  });
});
