import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { keys } from "../../../src/model/keys.ts";
import { API_ID, deploy } from "../../http/api-seed.ts";
import { allow, AUTHORIZER_ID, openAuthorizer, policyAnswer, requestAuthorizer, TOKEN } from "./authorizer-api.ts";

const CACHED = { AuthorizerResultTtlInSeconds: 300 };
const other = { headers: { Authorization: "other" } };

describe("an authorizer with a TTL", () => {
  it("EX-8.23: asks the cached policy about every request", async (context) => {
    const members = { ...CACHED, EnableSimpleResponses: false };
    const { fetch, asked } = await openAuthorizer(context, () => policyAnswer(allow("GET/pets")), members);
    assert.equal((await fetch("/pets", TOKEN)).status, 200);
    assert.equal((await fetch("/orders", TOKEN)).status, 403);
    assert.equal((await fetch("/pets", TOKEN)).status, 200);
    assert.equal(asked.length, 1);
  });

  it("EX-8.24: applies a cached boolean to every route", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), CACHED);
    assert.equal((await fetch("/pets", TOKEN)).status, 200);
    assert.equal((await fetch("/orders", TOKEN)).status, 200);
    assert.equal((await fetch("/v1", TOKEN)).status, 200);
    assert.equal(asked.length, 1);
  });

  it("keeps what it is told about one identity from another", async (context) => {
    const { fetch, asked } = await openAuthorizer(
      context,
      (event) => ({ isAuthorized: JSON.stringify(event).includes('"identitySource":["token"]') }),
      CACHED,
    );
    assert.equal((await fetch("/", TOKEN)).status, 200);
    assert.equal((await fetch("/", other)).status, 403);
    assert.equal((await fetch("/", TOKEN)).status, 200);
    assert.equal((await fetch("/", other)).status, 403);
    assert.equal(asked.length, 2);
  });

  it("is asked per route when $context.routeKey is a source", async (context) => {
    const IdentitySource = ["$request.header.Authorization", "$context.routeKey"];
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), {
      ...CACHED,
      IdentitySource,
    });
    for (const path of ["/pets", "/orders", "/v1"]) assert.equal((await fetch(path, TOKEN)).status, 200);
    assert.equal(asked.length, 2);
  });

  it("caches denials, but not failures", async (context) => {
    let failing = true;
    const { fetch, asked } = await openAuthorizer(
      context,
      () => {
        if (failing) throw new Error("boom");
        return { isAuthorized: false };
      },
      CACHED,
    );
    assert.equal((await fetch("/", TOKEN)).status, 500);
    failing = false;
    assert.equal((await fetch("/", TOKEN)).status, 403);
    assert.equal((await fetch("/", TOKEN)).status, 403);
    assert.equal(asked.length, 2);
  });

  it("answers requests that come together with one invocation", async (context) => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const { fetch, asked } = await openAuthorizer(context, () => promise, CACHED);
    const answers = [1, 2, 3].map(() => fetch("/", TOKEN));
    while (asked.length === 0) await new Promise(setImmediate);
    resolve({ isAuthorized: true });
    for (const answer of await Promise.all(answers)) assert.equal(answer.status, 200);
    assert.equal(asked.length, 1);
  });

  it("without a TTL is asked every time", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }));
    await fetch("/", TOKEN);
    await fetch("/", TOKEN);
    assert.equal(asked.length, 2);
  });
});

describe("what was cached", () => {
  it("outlives a deployment, but not a change of the authorizer", async (context) => {
    const { fetch, asked, ledger } = await openAuthorizer(context, () => ({ isAuthorized: true }), CACHED);
    await fetch("/", TOKEN);
    await deploy(ledger, API_ID, "deployment2", { $default: {} });
    await fetch("/", TOKEN);
    assert.equal(asked.length, 1);
    const changed = requestAuthorizer({ ...CACHED, AuthorizerResultTtlInSeconds: 60 });
    await ledger.commit([
      { key: keys.authorizer(API_ID, AUTHORIZER_ID), value: { AuthorizerId: AUTHORIZER_ID, Name: "a", ...changed } },
    ]);
    await fetch("/", TOKEN);
    assert.equal(asked.length, 1, "not deployed yet");
    await deploy(ledger, API_ID, "deployment3", { $default: {} });
    await fetch("/", TOKEN);
    assert.equal(asked.length, 2);
  });

  it("is forgotten when the stage's cache is reset, and not when another's is", async (context) => {
    const { fetch, asked, ledger } = await openAuthorizer(context, () => ({ isAuthorized: true }), CACHED);
    await fetch("/", TOKEN);
    await ledger.commit([{ key: keys.authorizerCacheReset(API_ID, "other"), value: { ResetMs: 1 } }]);
    await fetch("/", TOKEN);
    assert.equal(asked.length, 1);
    await ledger.commit([{ key: keys.authorizerCacheReset(API_ID, "$default"), value: { ResetMs: 1 } }]);
    await fetch("/", TOKEN);
    assert.equal(asked.length, 2);
  });

  it("does not come from an invocation that was under way at a reset", async (context) => {
    const { promise, resolve } = Promise.withResolvers<object>();
    let answer: Promise<object> | object = promise;
    const { fetch, asked, ledger } = await openAuthorizer(context, () => answer, CACHED);
    const first = fetch("/", TOKEN);
    while (asked.length === 0) await new Promise(setImmediate);
    await ledger.commit([{ key: keys.authorizerCacheReset(API_ID, "$default"), value: { ResetMs: 1 } }]);
    answer = { isAuthorized: false };
    assert.equal((await fetch("/", TOKEN)).status, 403);
    resolve({ isAuthorized: true });
    assert.equal((await first).status, 200);
    assert.equal((await fetch("/", TOKEN)).status, 403);
    assert.equal(asked.length, 2);
  });

  it("belongs to its stage", async (context) => {
    const { fetch, asked, ledger } = await openAuthorizer(context, () => ({ isAuthorized: true }), CACHED);
    await deploy(ledger, API_ID, "deployment2", { $default: {}, dev: {} });
    await fetch("/", TOKEN);
    await fetch("/dev/", TOKEN);
    assert.equal(asked.length, 2);
  });
});
