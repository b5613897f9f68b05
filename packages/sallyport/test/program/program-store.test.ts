import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { LedgerCollectedError } from "../../src/ledger/ledger.ts";
import { keys } from "../../src/model/keys.ts";
import type { ApiProgram } from "../../src/program/api-program.ts";
import { ProgramStore } from "../../src/program/program-store.ts";
import { AuthorizationCache } from "../../src/authorizers/lambda/authorization-cache.ts";
import { Issuers } from "../../src/authorizers/jwt/issuers.ts";
import type { Upstream } from "../../src/upstream/upstream.ts";
import { API_ID, apiDocument, deploy, httpProxy, integrationWrite, routeWrite, seedApi } from "../http/api-seed.ts";
import { openLedger } from "../http/gateway-harness.ts";

const upstream: Upstream = { send: () => assert.fail("no request is sent here"), close: async () => {} };
const services = {
  upstream,
  traceRoot: () => "1-0-0",
  issuers: new Issuers({ upstream }),
  authorizations: new AuthorizationCache({ nowMs: () => 0 }),
};

interface Reads {
  readonly gets: string[];
  readonly lists: string[];
}

/** The ledger, with a note of what is read. */
function watched(ledger: Ledger): { readonly ledger: Ledger; readonly reads: Reads } {
  const reads: Reads = { gets: [], lists: [] };
  const proxy = new Proxy(ledger, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") return value;
      const bound = value.bind(target) as (...given: unknown[]) => unknown;
      return (...given: unknown[]) => {
        if (member === "get") reads.gets.push(given[0] as string);
        if (member === "list") reads.lists.push((given[0] as { prefix: string }).prefix);
        return bound(...given);
      };
    },
  });
  return { ledger: proxy, reads };
}

async function openStore(context: TestContext, routes: Record<string, string>, maxWeight?: number) {
  const { ledger, reads } = watched(await openLedger(context));
  await seedApi(ledger, {
    routes,
    integrations: { up: httpProxy("http://127.0.0.1:1/"), other: httpProxy("http://b/") },
  });
  const store = new ProgramStore({ ledger, services, maxWeight });
  context.after(() => store.close());
  return { ledger, reads, store };
}

const chosen = (program: ApiProgram | undefined, path: string, stage = "$default"): string | undefined =>
  program?.stages.get(stage)?.snapshot.match("GET", path, 0)?.document.RouteKey;

test("a program is compiled once for all that ask first, and then is there at once", async (context) => {
  const { store, reads } = await openStore(context, { "GET /a": "up" });
  const [one, other] = await Promise.all([store.get(API_ID), store.get(API_ID)]);
  assert.equal(one, other);
  assert.equal(reads.lists.filter((prefix) => prefix === `apis/${API_ID}/`).length, 1);
  assert.equal(store.get(API_ID), one);
});

test("what is not deployed is not served", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  await ledger.commit([routeWrite(API_ID, "late", "GET /late", "up")]);
  assert.equal(chosen(await store.get(API_ID), "/late"), undefined);
});

test("whoever asks after a write was acknowledged gets what was written", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  const before = await store.get(API_ID);
  await ledger.commit([routeWrite(API_ID, "late", "GET /late", "up")]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  const after = await store.get(API_ID);
  assert.equal(chosen(after, "/late"), "GET /late");
  assert.equal(chosen(before, "/late"), undefined);
});

test("a compilation that a write overtakes serves only those who asked before it", async (context) => {
  const { ledger } = await openStore(context, { "GET /a": "up" });
  const reading = Promise.withResolvers<void>();
  const goOn = Promise.withResolvers<void>();
  let held = true;
  const slow = new Proxy(ledger, {
    get(target, member) {
      const value: unknown = Reflect.get(target, member, target);
      if (typeof value !== "function") return value;
      const bound = value.bind(target) as (...given: unknown[]) => unknown;
      if (member !== "list" || !held) return bound;
      return async (...given: unknown[]) => {
        reading.resolve();
        await goOn.promise;
        return bound(...given);
      };
    },
  });
  const store = new ProgramStore({ ledger: slow, services });
  context.after(() => store.close());
  const early = store.get(API_ID);
  await reading.promise;
  held = false;
  await ledger.commit([routeWrite(API_ID, "late", "GET /late", "up")]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  const late = await store.get(API_ID);
  assert.equal(chosen(late, "/late"), "GET /late");
  goOn.resolve();
  assert.equal(chosen(await early, "/late"), undefined);
  assert.equal(chosen(await store.get(API_ID), "/late"), "GET /late");
});

test("a deployment reads only what has changed, forwards and back", async (context) => {
  const routes = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`GET /r${at}`, "up"]));
  const { ledger, store, reads } = await openStore(context, routes);
  await store.get(API_ID);
  await ledger.commit([
    routeWrite(API_ID, "route7", "GET /seven", "up"),
    { key: keys.route(API_ID, "route8"), delete: true },
    routeWrite(API_ID, "late", "GET /r8", "other"),
    integrationWrite(API_ID, "other", httpProxy("http://changed/")),
  ]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  reads.gets.length = reads.lists.length = 0;
  const after = await store.get(API_ID);
  assert.equal(chosen(after, "/seven"), "GET /seven");
  assert.equal(chosen(after, "/r7"), undefined);
  assert.equal(chosen(after, "/r9"), "GET /r9");
  const snapshot = after?.stages.get("$default")?.snapshot;
  assert.equal(snapshot?.match("GET", "/r8", 0)?.document.RouteId, "late");
  assert.equal(snapshot?.integration("other")?.IntegrationUri, "http://changed/");
  assert.ok(!reads.lists.includes(`apis/${API_ID}/`));
  assert.ok(reads.gets.length < 12, reads.gets.join(" "));

  await ledger.commit([
    { key: keys.stage(API_ID, "$default"), value: { StageName: "$default", DeploymentId: "deployment1" } },
  ]);
  const back = await store.get(API_ID);
  assert.equal(chosen(back, "/r7"), "GET /r7");
  assert.equal(chosen(back, "/seven"), undefined);
  assert.equal(back?.stages.get("$default")?.snapshot.match("GET", "/r8", 0)?.document.RouteId, "route8");
  assert.equal(back?.stages.get("$default")?.snapshot.integration("other")?.IntegrationUri, "http://b/");
  assert.ok(!reads.lists.includes(`apis/${API_ID}/`));
});

test("with its history collected an API is read whole", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  const collected = new Proxy(ledger, {
    get(target, member) {
      if (member === "changedKeys") return () => Promise.reject(new LedgerCollectedError(1, 2));
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const other = new ProgramStore({ ledger: collected, services });
  context.after(() => other.close());
  await Promise.all([store.get(API_ID), other.get(API_ID)]);
  await ledger.commit([routeWrite(API_ID, "late", "GET /late", "up")]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  assert.equal(chosen(await other.get(API_ID), "/late"), "GET /late");
});

test("a change of one stage leaves the programs of the others as they are", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  await deploy(ledger, API_ID, "deployment2", { dev: {} });
  const before = await store.get(API_ID);
  await deploy(ledger, API_ID, "deployment3", { dev: { StageVariables: { v: "1" } } });
  const after = await store.get(API_ID);
  assert.equal(after?.stages.get("$default"), before?.stages.get("$default"));
  assert.notEqual(after?.stages.get("dev"), before?.stages.get("dev"));
});

test("an API comes into being and ends with its document", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  assert.equal(await store.get("zzzzzzzzzz"), undefined);
  // Now it is known to be unknown.
  assert.equal(store.get("zzzzzzzzzz"), undefined);
  await ledger.commit([{ key: keys.api("zzzzzzzzzz"), value: apiDocument("zzzzzzzzzz") }]);
  assert.equal((await store.get("zzzzzzzzzz"))?.stages.size, 0);
  await ledger.commit([{ key: keys.api("zzzzzzzzzz"), delete: true }]);
  assert.equal(await store.get("zzzzzzzzzz"), undefined);
});

test("APIs without requests give way when there are too many routes", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up", "GET /b": "up" }, 7);
  const ids = ["api0000001", "api0000002", "api0000003", "api0000004"];
  for (const apiId of ids) {
    await seedApi(ledger, { apiId, routes: { "GET /a": "up", "GET /b": "up" } });
    await store.get(apiId);
    assert.ok(store.size <= 2);
  }
  assert.equal(chosen(await store.get("api0000001"), "/a"), "GET /a");
});

test("a compilation that fails is tried again by the next request", async (context) => {
  const { ledger, store } = await openStore(context, { "GET /a": "up" });
  let broken = true;
  const failing = new Proxy(ledger, {
    get(target, member) {
      if (member === "revision" && broken) return () => Promise.reject(new Error("the disk is gone"));
      const value: unknown = Reflect.get(target, member, target);
      return typeof value === "function" ? (value.bind(target) as unknown) : value;
    },
  });
  const other = new ProgramStore({ ledger: failing, services });
  context.after(() => other.close());
  await assert.rejects(Promise.resolve(other.get(API_ID)), /the disk is gone/);
  broken = false;
  assert.equal(chosen(await other.get(API_ID), "/a"), chosen(await store.get(API_ID), "/a"));
});
