import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { LazyUpstream } from "../../src/upstream/lazy-upstream.ts";
import type { Upstream, UpstreamFailure, UpstreamRequest } from "../../src/upstream/upstream.ts";

const request: UpstreamRequest = {
  origin: "http://back.end",
  method: "GET",
  path: "/",
  headers: [],
  body: undefined,
  timeoutMs: 1000,
  maxResponseBytes: 1000,
};

function setUp() {
  const sent: string[] = [];
  const failures: UpstreamFailure[] = [];
  const opening = Promise.withResolvers<Upstream>();
  let closed = 0;
  const upstream: Upstream = {
    send: ({ path }) => {
      sent.push(path);
      return { abort: () => sent.push(`abort ${path}`) };
    },
    close: async () => {
      closed += 1;
    },
  };
  let opened = 0;
  const lazy = new LazyUpstream(() => {
    opened += 1;
    return opening.promise;
  });
  const listener = { onResponse: () => {}, onFailure: (failure: UpstreamFailure) => failures.push(failure) };
  return {
    lazy,
    sent,
    failures,
    finish: () => opening.resolve(upstream),
    fail: () => opening.reject(new Error("gone")),
    opened: () => opened,
    closed: () => closed,
    send: (path: string) => lazy.send({ ...request, path }, listener),
  };
}

describe("an upstream that is loaded late", () => {
  test("is opened once, and sends what came before in order", async () => {
    const { lazy, sent, finish, opened, send } = setUp();
    send("/1");
    send("/2");
    finish();
    await lazy.load();
    send("/3");
    assert.deepEqual(sent, ["/1", "/2", "/3"]);
    assert.equal(opened(), 1);
  });

  test("does not send what was given up meanwhile, and aborts what was sent", async () => {
    const { lazy, sent, finish, send } = setUp();
    const early = send("/1");
    const late = send("/2");
    early.abort();
    finish();
    await lazy.load();
    late.abort();
    assert.deepEqual(sent, ["/2", "abort /2"]);
  });

  test("fails the request when it can not be opened", async () => {
    const { lazy, failures, fail, send } = setUp();
    send("/1");
    fail();
    await assert.rejects(lazy.load(), /gone/);
    assert.deepEqual(
      failures.map(({ kind }) => kind),
      ["refused"],
    );
  });

  test("closes what was opened, and opens nothing to close", async () => {
    const unused = setUp();
    await unused.lazy.close();
    assert.equal(unused.opened(), 0);
    const used = setUp();
    used.finish();
    await used.lazy.load();
    await used.lazy.close();
    assert.equal(used.closed(), 1);
  });
});
