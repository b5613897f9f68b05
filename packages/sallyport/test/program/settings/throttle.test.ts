import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { ACCOUNT_THROTTLE } from "../../../src/model/limits.ts";
import { routeThrottle, Throttles, TokenBucket } from "../../../src/program/settings/throttle.ts";

describe("a token bucket", () => {
  test("lets through its burst at once, then its rate", () => {
    const bucket = new TokenBucket({ rate: 2, burst: 3 }, 0);
    const taken = (nowMs: number, times: number) => Array.from({ length: times }, () => bucket.take(nowMs));
    assert.deepEqual(taken(0, 4), [true, true, true, false]);
    assert.deepEqual(taken(499, 1), [false]);
    assert.deepEqual(taken(500, 2), [true, false]);
    assert.deepEqual(taken(60_000, 4), [true, true, true, false]);
  });

  for (const [name, limit] of [
    ["a rate of 0", { rate: 0, burst: 5 }],
    ["a burst of 0", { rate: 5, burst: 0 }],
  ] as const) {
    test(`${name} blocks everything`, () => {
      const bucket = new TokenBucket(limit, 0);
      assert.deepEqual([bucket.take(0), bucket.take(100_000)], [false, false]);
    });
  }

  test("keeps what was used when its settings change", () => {
    const bucket = new TokenBucket({ rate: 1, burst: 2 }, 0);
    bucket.take(0);
    bucket.take(0);
    bucket.adjust({ rate: 1, burst: 3 }, 0);
    assert.deepEqual([bucket.take(0), bucket.take(0)], [true, false]);
    bucket.adjust({ rate: 10, burst: 1 }, 0);
    assert.deepEqual([bucket.take(0), bucket.take(100), bucket.take(100)], [false, true, false]);
  });

  test("a clock that stands or goes back gives nothing", () => {
    const bucket = new TokenBucket({ rate: 1000, burst: 1 }, 1_000);
    assert.deepEqual([bucket.take(1_000), bucket.take(0), bucket.take(1_000)], [true, false, false]);
  });

  test("property: in any stretch no more than burst + rate x time", () => {
    const calls = fc.array(fc.nat(300), { maxLength: 200 });
    const limits = fc.record({ rate: fc.integer({ min: 1, max: 50 }), burst: fc.integer({ min: 1, max: 20 }) });
    fc.assert(
      fc.property(limits, calls, (limit, gaps) => {
        const bucket = new TokenBucket(limit, 0);
        const passed: number[] = [];
        let now = 0;
        for (const gap of gaps) {
          now += gap;
          if (bucket.take(now)) passed.push(now);
        }
        for (let from = 0; from < passed.length; from += 7) {
          for (let to = from; to < passed.length; to += 5) {
            const allowed = limit.burst + (limit.rate * (passed[to]! - passed[from]!)) / 1000;
            assert.ok(to - from + 1 <= allowed + 1e-6);
          }
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe("settings", () => {
  for (const [name, route, stage, expected] of [
    ["none", undefined, {}, undefined],
    ["the stage's", undefined, { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 }, { rate: 1, burst: 2 }],
    [
      "the route's own",
      { ThrottlingRateLimit: 3 },
      { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 },
      { rate: 3, burst: 2 },
    ],
    ["a rate alone", { ThrottlingRateLimit: 3 }, undefined, { rate: 3, burst: ACCOUNT_THROTTLE.burst }],
    ["more than the account's", { ThrottlingRateLimit: 1e9, ThrottlingBurstLimit: 1e9 }, {}, ACCOUNT_THROTTLE],
    ["zero", { ThrottlingBurstLimit: 0 }, { ThrottlingBurstLimit: 2 }, { rate: ACCOUNT_THROTTLE.rate, burst: 0 }],
  ] as const) {
    test(`${name} give the route's limit`, () => {
      assert.deepEqual(routeThrottle(route, stage, ACCOUNT_THROTTLE), expected);
    });
  }
});

describe("the buckets of a gateway", () => {
  test("accounts have less in Cape Town and Milan", () => {
    const throttles = new Throttles(() => 0);
    assert.deepEqual(throttles.account("1", "us-east-1").limit, { rate: 10_000, burst: 5_000 });
    assert.deepEqual(throttles.account("1", "af-south-1").limit, { rate: 2_500, burst: 1_250 });
    assert.deepEqual(throttles.account("1", "eu-south-1").limit, { rate: 2_500, burst: 1_250 });
    assert.equal(throttles.account("1", "us-east-1"), throttles.account("1", "us-east-1"));
    assert.notEqual(throttles.account("1", "us-east-1"), throttles.account("2", "us-east-1"));
  });

  test("a lifted account limit tells which settings rely on it", () => {
    const settings = [{ ThrottlingRateLimit: 20_000 }];
    assert.equal(new Throttles(() => 0).excessOf(settings, "us-east-1"), undefined);
    const lifted = new Throttles(() => 0, { rate: 50_000 });
    assert.deepEqual(lifted.excessOf(settings, "us-east-1"), { rate: 20_000, burst: 0 });
    assert.equal(lifted.excessOf([undefined, {}], "us-east-1"), undefined);
  });

  test("a route keeps its bucket when it is compiled again", () => {
    const throttles = new Throttles(() => 0);
    const bucket = throttles.route("a", "s", "GET /x", { rate: 1, burst: 1 });
    assert.ok(bucket.take(0));
    const again = throttles.route("a", "s", "GET /x", { rate: 1, burst: 1 });
    assert.equal(again, bucket);
    assert.equal(throttles.route("a", "t", "GET /x", { rate: 1, burst: 1 }).take(0), true);
    assert.deepEqual(throttles.route("a", "s", "GET /x", { rate: 1, burst: 2 }).limit, { rate: 1, burst: 2 });
    assert.equal(again.take(0), true);
  });
});
