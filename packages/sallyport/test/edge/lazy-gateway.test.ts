import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateway } from "../../src/edge/gateway.ts";
import { lazyGateway } from "../../src/edge/lazy-gateway.ts";
import type { Exchange } from "../../src/http/exchange.ts";

function setUp() {
  const events: string[] = [];
  const opening = Promise.withResolvers<Gateway>();
  const gateway: Gateway = {
    handle: (exchange) => events.push(`handle ${exchange.target}`),
    warm: async () => {
      events.push("warm");
    },
    close: async () => {
      events.push("close");
    },
  };
  const lazy = lazyGateway(
    () => {
      events.push("open");
      return opening.promise;
    },
    () => events.push("error"),
  );
  const exchange = (target: string, aborted = false) =>
    ({ target, aborted, destroy: () => events.push(`destroy ${target}`) }) as unknown as Exchange;
  return { lazy, events, exchange, finish: () => opening.resolve(gateway), fail: () => opening.reject(new Error("x")) };
}

test("a gateway is opened once, and serves what came before in order", async () => {
  const { lazy, events, exchange, finish } = setUp();
  lazy.handle(exchange("/1"));
  lazy.handle(exchange("/2"));
  finish();
  await lazy.warm();
  lazy.handle(exchange("/3"));
  assert.deepEqual(events, ["open", "handle /1", "handle /2", "warm", "handle /3"]);
});

test("a client that has gone meanwhile is not served", async () => {
  const { lazy, events, exchange, finish } = setUp();
  lazy.handle(exchange("/1", true));
  finish();
  await lazy.warm();
  assert.deepEqual(events, ["open", "warm"]);
});

test("what can not be opened costs the connection, and is told", async () => {
  const { lazy, events, exchange, fail } = setUp();
  lazy.handle(exchange("/1"));
  fail();
  await assert.rejects(lazy.warm());
  assert.deepEqual(events, ["open", "error", "destroy /1"]);
});

test("one that was never needed closes without having been opened", async () => {
  const { lazy, events } = setUp();
  await lazy.close();
  assert.deepEqual(events, []);
});
