import assert from "node:assert/strict";
import { test } from "node:test";
import type { HttpRouteKey } from "../../src/model/route-key.ts";
import { parseHttpRouteKey } from "../../src/model/route-key.ts";
import { pathParametersOf } from "../../src/program/path-parameters.ts";
import { RouteTable } from "../../src/program/route-table.ts";

export function keyOf(text: string): HttpRouteKey {
  const key = parseHttpRouteKey(text);
  assert.notEqual(key.kind, "fault", text);
  return key as HttpRouteKey;
}

export function tableOf(routes: readonly string[]): RouteTable<string> {
  return routes.reduce((table, route) => table.with(keyOf(route), route), RouteTable.empty<string>());
}

const R1_TO_R5 = ["GET /pets/dog/1", "GET /pets/dog/{id}", "GET /pets/{proxy+}", "ANY /{proxy+}", "$default"];

for (const [id, routes, request, chosen] of [
  ["EX-2.1", R1_TO_R5, "GET /pets/dog/1", "GET /pets/dog/1"],
  ["EX-2.2", R1_TO_R5, "GET /pets/dog/2", "GET /pets/dog/{id}"],
  ["EX-2.3", R1_TO_R5, "GET /pets/cat/1", "GET /pets/{proxy+}"],
  ["EX-2.4", R1_TO_R5, "POST /test/5", "ANY /{proxy+}"],
  ["EX-2.5", R1_TO_R5, "POST /pets/dog/1", "ANY /{proxy+}"],
  ["EX-2.6", R1_TO_R5, "GET /", "$default"],
  ["EX-2.7", ["ANY /pets", "GET /pets"], "GET /pets", "GET /pets"],
  ["EX-2.7", ["ANY /pets", "GET /pets"], "PUT /pets", "ANY /pets"],
  ["EX-2.8", ["GET /{a}/list", "GET /pets/{b}"], "GET /pets/list", "GET /pets/{b}"],
  ["EX-2.9", ["GET /pets"], "POST /pets", undefined],
  ["EX-2.10", ["GET /pets"], "HEAD /pets", undefined],
  ["EX-2.11", ["ANY /pets"], "HEAD /pets", "ANY /pets"],
  ["EX-2.12", ["GET /pets"], "PROPFIND /pets", undefined],
  ["EX-2.12", ["GET /pets", "ANY /{p+}"], "PROPFIND /pets", "ANY /{p+}"],
  ["path before method", ["ANY /pets/dog", "GET /pets/{id}"], "GET /pets/dog", "ANY /pets/dog"],
  ["backtracking past a literal", ["GET /a/b/c", "GET /a/{x}/d"], "GET /a/b/d", "GET /a/{x}/d"],
  ["backtracking past a method", ["POST /a/b", "GET /a/{x}"], "GET /a/b", "GET /a/{x}"],
  ["backtracking to a greedy", ["GET /a/b/c", "GET /{x+}"], "GET /a/b/d", "GET /{x+}"],
  ["a longer greedy first", ["GET /a/{x+}", "GET /{y+}"], "GET /a/b/c", "GET /a/{x+}"],
  ["the root", ["GET /"], "GET /", "GET /"],
  ["trailing slash", ["GET /pets", "GET /pets/{id}", "GET /pets/{x+}"], "GET /pets/", undefined],
  ["trailing slash of a greedy", ["GET /pets/{x+}"], "GET /pets/a/", "GET /pets/{x+}"],
  ["slashes are not collapsed", ["GET /a/b"], "GET /a//b", undefined],
  ["a greedy needs text", ["GET /a/{x+}"], "GET /a///", undefined],
  ["a greedy with text behind slashes", ["GET /a/{x+}"], "GET /a//b", "GET /a/{x+}"],
  ["case of literals", ["GET /Pets"], "GET /pets", undefined],
  ["escapes of unreserved characters", ["GET /pets-1"], "GET /%70ets%2D1", "GET /pets-1"],
  ["other escapes", ["GET /a:b"], "GET /a%3Ab", undefined],
  ["an encoded slash is no boundary", ["GET /a/b", "GET /{x}"], "GET /a%2Fb", "GET /{x}"],
  ["dot segments are not resolved", ["GET /b", "GET /{x+}"], "GET /a/../b", "GET /{x+}"],
  ["names of prototypes", ["GET /a"], "GET /__proto__", undefined],
] as const) {
  test(`${id}: ${request} of [${routes.join(", ")}] is ${chosen}`, () => {
    const [method = "", path = ""] = request.split(" ");
    for (const order of [routes, routes.toReversed()]) assert.equal(tableOf(order).match(method, path), chosen);
  });
}

test("a table does not change when one is made of it", () => {
  const before = tableOf(["GET /a", "GET /a/{b}"]);
  const after = before.without(keyOf("GET /a"), "GET /a").with(keyOf("GET /c"), "GET /c");
  assert.equal(before.match("GET", "/a"), "GET /a");
  assert.equal(before.match("GET", "/c"), undefined);
  assert.equal(after.match("GET", "/a"), undefined);
  assert.equal(after.match("GET", "/a/1"), "GET /a/{b}");
  assert.equal(after.match("GET", "/c"), "GET /c");
});

test("a route that has been replaced is not removed by its old owner", () => {
  const table = RouteTable.empty<string>().with(keyOf("GET /a"), "old").with(keyOf("GET /a"), "new");
  assert.equal(table.without(keyOf("GET /a"), "old").match("GET", "/a"), "new");
  assert.equal(table.without(keyOf("GET /a"), "new").match("GET", "/a"), undefined);
});

test("the part in front of `from` is not the routes'", () => {
  const table = tableOf(["GET /", "GET /pets/{id}"]);
  assert.equal(table.match("GET", "/dev/pets/6", 4), "GET /pets/{id}");
  assert.equal(table.match("GET", "/dev", 4), "GET /");
  assert.equal(table.match("GET", "/dev/", 4), "GET /");
});

test("a hostile path costs no more than the table is deep", () => {
  const table = tableOf(["GET /{a}/{b}/{c}/x", "GET /a/{b}/{c}/x", "GET /a/a/{c}/x", "GET /a/a/a/x"]);
  const path = "/a".repeat(200_000);
  const started = performance.now();
  assert.equal(table.match("GET", path), undefined);
  assert.ok(performance.now() - started < 1_000);
});

/** Milliseconds that 500 changes of one route take in a table of `size` routes. */
function changeTime(size: number): number {
  let table = tableOf(Array.from({ length: size }, (_, at) => `GET /r${at}/{id}`));
  const started = performance.now();
  for (let round = 0; round < 500; round++) {
    const route = `GET /r${round % size}/{id}`;
    table = table.without(keyOf(route), route).with(keyOf(route), route);
  }
  return performance.now() - started;
}

test("of 10,000 routes one is changed without copying the others", () => {
  changeTime(100);
  const [few, many] = [changeTime(100), changeTime(10_000)];
  // Copying would make it a hundred times as much.
  assert.ok(many < few * 20, `${few} ms of 100, ${many} ms of 10,000`);
});

for (const [route, path, from, parameters] of [
  ["GET /pets/{id}", "/pets/a%20b", 0, { id: "a b" }],
  ["GET /pets/{id}/{proxy+}", "/dev/pets/6/a%20b/c", 4, { id: "6", proxy: "a b/c" }],
  ["GET /{a}/x/{b}", "/%E2%98%95/x/a%2Fb", 0, { a: "☕", b: "a/b" }],
  ["GET /{a}", "/a+b", 0, { a: "a+b" }],
  ["GET /pets", "/pets", 0, {}],
  ["GET /{__proto__}", "/x", 0, JSON.parse('{"__proto__":"x"}') as object],
] as const) {
  test(`${path} gives ${route} its parameters`, () => {
    const key = keyOf(route);
    const found = key.kind === "path" ? pathParametersOf(key.segments, path, from) : undefined;
    assert.deepEqual(Object.entries(found ?? {}), Object.entries(parameters));
  });
}
