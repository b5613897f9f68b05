import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { PathRouteKey, RouteSegment } from "../../src/model/route-key.ts";
import { ROUTE_METHODS, parseHttpRouteKey } from "../../src/model/route-key.ts";
import { PersistentMap } from "../../src/program/persistent-map.ts";
import { RouteTable } from "../../src/program/route-table.ts";

/** The rules as written, by looking at every route. */
function specified(routes: readonly string[], method: string, path: string): string | undefined {
  const candidates = routes
    .map((text) => ({ text, key: parseHttpRouteKey(text) }))
    .filter((route): route is { text: string; key: PathRouteKey } => route.key.kind === "path")
    .filter(({ key }) => (key.method === "ANY" || key.method === method) && covers(key.segments, path));
  candidates.sort((one, other) => compare(one.key, other.key));
  return candidates[0]?.text ?? routes.find((text) => text === "$default");
}

function covers(segments: readonly RouteSegment[], path: string): boolean {
  const parts = path === "/" ? [] : path.slice(1).split("/");
  return (
    segments.every((segment, at) => {
      if (segment.kind === "greedy") return parts.slice(at).some((part) => part !== "");
      const last = at === segments.length - 1;
      if (last && parts.length !== segments.length) return false;
      return segment.kind === "literal" ? parts[at] === segment.text : (parts[at] ?? "") !== "";
    }) &&
    (segments.length > 0 || parts.length === 0)
  );
}

const RANK = { literal: 0, variable: 1, greedy: 2 };

function compare(one: PathRouteKey, other: PathRouteKey): number {
  for (let at = 0; at < Math.min(one.segments.length, other.segments.length); at++) {
    const difference = RANK[one.segments[at]!.kind] - RANK[other.segments[at]!.kind];
    if (difference !== 0) return difference;
  }
  return Number(one.method === "ANY") - Number(other.method === "ANY");
}

// A small world, so that routes and requests meet often.
const literal = fc.constantFrom("a", "b", "c");
const part = fc.oneof({ weight: 3, arbitrary: literal }, { weight: 2, arbitrary: fc.constant("{v}") });
const routeKey = fc
  .tuple(fc.constantFrom(...ROUTE_METHODS), fc.array(part, { maxLength: 4 }), fc.boolean())
  .map(([method, parts, greedy]) => `${method} /${[...parts, ...(greedy ? ["{rest+}"] : [])].join("/")}`);
const routes = fc.uniqueArray(fc.oneof({ weight: 9, arbitrary: routeKey }, fc.constant("$default")), { maxLength: 25 });
const requestPath = fc
  .array(fc.oneof({ weight: 8, arbitrary: literal }, fc.constantFrom("", "z")), { maxLength: 5 })
  .map((parts) => `/${parts.join("/")}`);
const method = fc.constantFrom("GET", "POST", "HEAD", "PROPFIND");

function add(table: RouteTable<string>, text: string): RouteTable<string> {
  const key = parseHttpRouteKey(text);
  return key.kind === "fault" ? assert.fail(text) : table.with(key, text);
}

function remove(table: RouteTable<string>, text: string): RouteTable<string> {
  const key = parseHttpRouteKey(text);
  return key.kind === "fault" ? assert.fail(text) : table.without(key, text);
}

test("the tree chooses what the written rules choose, after additions and removals", () => {
  fc.assert(
    fc.property(routes, routes, fc.array(fc.tuple(method, requestPath), { maxLength: 12 }), (kept, gone, requests) => {
      const removed = gone.filter((text) => !kept.includes(text));
      const full = [...removed, ...kept].reduce(add, RouteTable.empty<string>());
      const table = removed.reduce(remove, full);
      for (const [verb, path] of requests) {
        assert.equal(table.match(verb, path), specified(kept, verb, path), `${verb} ${path}`);
        assert.equal(full.match(verb, path), specified([...removed, ...kept], verb, path), `before: ${verb} ${path}`);
      }
    }),
    { numRuns: 400 },
  );
});

test("a persistent map is a map whose past does not change", () => {
  // 200 keys: more than one level.
  const key = fc.integer({ min: 0, max: 199 }).map(String);
  const change = fc.tuple(key, fc.option(fc.integer({ min: 1 }), { nil: undefined }));
  fc.assert(
    fc.property(fc.array(change, { maxLength: 400, size: "max" }), (changes) => {
      const model = new Map<string, number>();
      let map = PersistentMap.empty<number>();
      let past: { readonly map: PersistentMap<number>; readonly model: Map<string, number> } | undefined;
      changes.forEach(([name, value], at) => {
        if (at === Math.floor(changes.length / 2)) past = { map, model: new Map(model) };
        if (value === undefined) model.delete(name);
        else model.set(name, value);
        map = value === undefined ? map.without(name) : map.with(name, value);
      });
      for (const now of past ? [past, { map, model }] : [{ map, model }]) {
        assert.equal(now.map.size, now.model.size);
        assert.deepEqual(new Set(now.map.values()), new Set(now.model.values()));
        for (let id = 0; id < 200; id++) assert.equal(now.map.get(String(id)), now.model.get(String(id)));
      }
    }),
    { numRuns: 60 },
  );
});
