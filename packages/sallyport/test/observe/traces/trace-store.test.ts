import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TraceSummary } from "../../../src/observe/trace.ts";
import { TraceStore, type TraceStoreOptions } from "../../../src/observe/traces/trace-store.ts";

const summary: TraceSummary = {
  timeMs: 0,
  method: "GET",
  host: "h",
  target: "/x?token=secret",
  clientAddress: "127.0.0.1",
  headers: ["cookie", "a=secret"],
  accountId: "1",
  region: "r",
  apiId: "api",
  stage: "s",
  routeKey: "GET /x",
  status: 200,
  latencyMs: 1.23456,
  integrationLatencyMs: undefined,
  aborted: false,
};

const open = (options: Partial<TraceStoreOptions> = {}) =>
  new TraceStore({ sample: 1, random: Math.random, nowMs: () => 0, ...options });

function keep(store: TraceStore, requestId: string, members: Partial<TraceSummary> = {}): void {
  store.begin(requestId)?.end({ ...summary, ...members });
}

const idsOf = (store: TraceStore, query = {}): string[] =>
  store.list({ limit: 100, ...query }).map(({ requestId }) => requestId);

describe("a trace", () => {
  test("is kept when it ends, masked, with the times of its steps", () => {
    let now = 10;
    const store = open({ nowMs: () => now });
    const trace = store.begin("r1");
    now = 12.5;
    trace?.report({ step: "a", message: "to /y?password=secret", facts: { token: "secret", n: 1, lost: ["k=v"] } });
    trace?.report({ step: "b", message: "in", headers: ["Authorization", "Bearer secret", "x", "1"] });
    assert.deepEqual(idsOf(store), []);
    trace?.end(summary);
    trace?.end(summary);
    const [record] = store.list({ limit: 1 });
    assert.deepEqual(record?.steps, [
      { step: "a", atMs: 2.5, message: "to /y?password=***", facts: { token: "***", n: 1, lost: ["k=v"] } },
      { step: "b", atMs: 2.5, message: "in", headers: ["Authorization", "Bearer ***", "x", "1"] },
    ]);
    assert.equal(record?.target, "/x?token=***");
    assert.deepEqual(record?.headers, ["cookie", "***"]);
    assert.equal(record?.latencyMs, 1.23);
    assert.equal(store.count, 1);
    assert.doesNotMatch(JSON.stringify(record), /secret/);
  });

  test("holds so many steps, and texts so long, and no more", () => {
    const store = open();
    const trace = store.begin("r1");
    for (let at = 0; at < 150; at++) trace?.report({ step: "s", message: "m".repeat(5_000) });
    trace?.end(summary);
    const [record] = store.list({ limit: 1 });
    assert.deepEqual([record?.steps.length, record?.stepsDropped], [100, 50]);
    assert.equal(record?.steps[0]?.message.length, 4_003);
  });
});

describe("the store", () => {
  test("gives the newest first, by what is asked for", () => {
    const store = open();
    keep(store, "1");
    keep(store, "2", { apiId: "other", status: 404 });
    keep(store, "3", { status: 404 });
    assert.deepEqual(idsOf(store), ["3", "2", "1"]);
    assert.deepEqual(idsOf(store, { limit: 2 }), ["3", "2"]);
    assert.deepEqual(idsOf(store, { apiId: "api" }), ["3", "1"]);
    assert.deepEqual(idsOf(store, { status: 404 }), ["3", "2"]);
    assert.deepEqual(idsOf(store, { requestId: "2" }), ["2"]);
    assert.deepEqual(idsOf(store, { allows: ({ apiId }: TraceSummary) => apiId !== "api" }), ["2"]);
  });

  test("is bounded by number", () => {
    const store = open({ maxCount: 3 });
    for (let at = 0; at < 100; at++) keep(store, String(at));
    assert.deepEqual(idsOf(store), ["99", "98", "97"]);
    assert.equal(store.count, 3);
  });

  test("is bounded by size", () => {
    const store = open({ maxBytes: 10_000 });
    for (let at = 0; at < 50; at++) keep(store, String(at), { headers: ["x", "y".repeat(1_000)] });
    assert.ok(store.count > 2 && store.count < 10, String(store.count));
    assert.ok(store.bytes <= 10_000);
    keep(store, "large", { headers: Array.from({ length: 40 }, () => "z".repeat(1_000)) });
    assert.deepEqual([store.count, store.bytes], [0, 0]);
  });

  test("keeps the sample that is asked for", () => {
    let next = 0;
    const store = open({ sample: 0.25, random: () => (next++ % 4) / 4 });
    for (let at = 0; at < 100; at++) keep(store, String(at));
    assert.equal(store.count, 25);
    assert.equal(open({ sample: 0 }).begin("x"), undefined);
    assert.notEqual(open({ sample: 1, random: () => 1 }).begin("x"), undefined);
  });

  test("tells its listeners until they have heard enough", () => {
    const store = open();
    const heard: string[] = [];
    const stop = store.subscribe(({ requestId }) => heard.push(requestId));
    keep(store, "1");
    stop();
    keep(store, "2");
    assert.deepEqual(heard, ["1"]);
  });
});
