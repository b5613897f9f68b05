import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import {
  type Asked,
  AuthorizationCache,
  type AuthorizationCacheOptions,
  cacheKey,
  cachePrefix,
} from "../../../src/authorizers/lambda/authorization-cache.ts";

const asked = (bytes = 0): Asked<string> => ({
  kind: "authorization",
  authorization: { kind: "simple", isAuthorized: true, context: null },
  bytes,
});

function open(options: Partial<AuthorizationCacheOptions> = {}) {
  const clock = { now: 0 };
  const cache = new AuthorizationCache({ nowMs: () => clock.now, ...options });
  const put = (key: string, bytes = 0, ttlMs = 1_000) => cache.ask(key, ttlMs, async () => asked(bytes));
  return { cache, clock, put };
}

describe("the cache of authorizations", () => {
  it("forgets an entry when its time is over", async () => {
    const { cache, clock, put } = open();
    await put("api/stage/a");
    clock.now = 999;
    assert.ok(cache.find("api/stage/a"));
    clock.now = 1_000;
    assert.equal(cache.find("api/stage/a"), undefined);
    assert.equal(cache.size, 0);
  });

  it("drops what was used least recently when it is full", async () => {
    const { cache, put } = open({ maxEntries: 2 });
    await put("a");
    await put("b");
    cache.find("a");
    await put("c");
    assert.ok(cache.find("a"));
    assert.equal(cache.find("b"), undefined);
    assert.ok(cache.find("c"));
  });

  it("is bounded in bytes as well, and keeps nothing that is larger than all of it", async () => {
    const { cache, put } = open({ maxBytes: 10_000 });
    await put("a", 6_000);
    await put("b", 6_000);
    assert.equal(cache.find("a"), undefined);
    assert.ok(cache.find("b"));
    await put("c", 20_000);
    assert.equal(cache.size, 0);
  });

  it("keeps no failure, nor an invocation that broke", async () => {
    const { cache } = open();
    const failed = await cache.ask("a", 1_000, async () => ({ kind: "failure", failure: "why" }));
    assert.equal(failed.kind, "failure");
    await assert.rejects(
      cache.ask("a", 1_000, () => Promise.reject(new Error("defect"))),
      /defect/,
    );
    assert.equal(cache.find("a"), undefined);
    assert.equal((await cache.ask("a", 1_000, async () => asked())).kind, "authorization");
  });

  it("resets one stage of one API", async () => {
    const { cache, put } = open();
    const place = { authorizerId: "x", definition: 1 };
    const key = (apiId: string, stageName: string) => cacheKey(cachePrefix({ ...place, apiId, stageName }), ["t"]);
    const all = [key("api", "dev"), key("api", "dev2"), key("api2", "dev"), key("api", "$default")];
    for (const entry of all) await put(entry);
    cache.reset("api", "dev");
    assert.deepEqual(
      all.map((entry) => cache.find(entry) !== undefined),
      [false, true, true, true],
    );
  });

  it("never takes one identity, place or definition for another", () => {
    const text = fc.string({ unit: fc.constantFrom(...'a,"/\\[]'), maxLength: 4 });
    const given = fc.tuple(fc.array(text, { minLength: 1, maxLength: 3 }), fc.array(text, { maxLength: 2 }));
    const keyOf = ([identity, definition]: readonly [readonly string[], readonly string[]]) =>
      cacheKey(cachePrefix({ apiId: "a", stageName: "s", authorizerId: "x", definition }), identity);
    fc.assert(
      fc.property(given, given, (one, another) => {
        assert.equal(keyOf(one) === keyOf(another), JSON.stringify(one) === JSON.stringify(another));
      }),
      { numRuns: 300 },
    );
  });

  it("does not take values for others that look alike when joined", () => {
    const lists = [["a,b"], ["a", "b"], ['a","b'], ["a", ",b"], ["a,", "b"]];
    assert.equal(new Set(lists.map((identity) => cacheKey("p/", identity))).size, lists.length);
  });

  it("does not show identities in its keys", () => {
    const prefix = cachePrefix({ apiId: "a", stageName: "s", authorizerId: "x", definition: 1 });
    assert.doesNotMatch(cacheKey(prefix, ["secret-token"]), /secret-token/);
  });
});
