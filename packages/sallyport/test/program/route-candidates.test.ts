import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseHttpRouteKey, type HttpRouteKey } from "../../src/model/route-key.ts";
import { RouteTable } from "../../src/program/route-table.ts";

function tableOf(routeKeys: readonly string[]): RouteTable<string> {
  return routeKeys.reduce((table, text) => {
    const key = parseHttpRouteKey(text);
    assert.notEqual(key.kind, "fault", text);
    return table.with(key as HttpRouteKey, text);
  }, RouteTable.empty<string>());
}

test("candidates are all routes that take a request, best first", () => {
  const table = tableOf(["GET /p/{a}", "ANY /p/{a}", "GET /p/{a+}", "ANY /{a+}", "POST /p/x", "GET /p/x", "$default"]);
  const lost = ["GET /p/{a}", "ANY /p/{a}", "GET /p/{a+}", "ANY /{a+}", "$default"];
  assert.deepEqual(table.candidates("GET", "/p/x", 0, 10), ["GET /p/x", ...lost]);
  assert.deepEqual(table.candidates("GET", "/p/x", 0, 2), ["GET /p/x", "GET /p/{a}"]);
  assert.deepEqual(table.candidates("GET", "/dev/p/y", 4, 10), lost);
  assert.deepEqual(table.candidates("GET", "/", 0, 10), ["$default"]);
});

test("property: the first candidate is the one that is chosen", () => {
  const segment = fc.constantFrom("a", "b", "{x}");
  const routeKey = fc
    .tuple(fc.constantFrom("GET", "ANY", "POST"), fc.array(segment, { maxLength: 3 }), fc.boolean())
    .map(([method, segments, greedy]) => {
      const named = segments.map((text, at) => (text === "{x}" ? `{x${at}}` : text));
      return `${method} /${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
    });
  const routeKeys = fc.uniqueArray(routeKey, { maxLength: 8 });
  const path = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 4 }).map((parts) => `/${parts.join("/")}`);
  fc.assert(
    fc.property(routeKeys, path, (keys, target) => {
      const table = tableOf(keys);
      const candidates = table.candidates("GET", target, 0, 100);
      assert.equal(candidates[0], table.match("GET", target));
      assert.equal(new Set(candidates).size, candidates.length);
    }),
  );
});
