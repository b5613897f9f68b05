/** A back end that closes an idle connection at the very moment a request is sent on it: RFC 9112, 9.3.1. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { httpProxy } from "../http/api-seed.ts";
import { openGateway } from "../http/gateway-harness.ts";
import type { OnRequest } from "./raw-backend.ts";
import { OK, openRawBackend } from "./raw-backend.ts";

/** Answers the first request of a connection and closes it at the second one. */
const closing: OnRequest = (socket, _request, count) => {
  if (count === 1) socket.write(OK);
  else socket.destroy();
};

for (const [method, body, status, arrived] of [
  ["GET", undefined, 200, 3],
  ["HEAD", undefined, 200, 3],
  ["OPTIONS", undefined, 200, 3],
  ["DELETE", undefined, 200, 3],
  ["PUT", undefined, 200, 3],
  ["POST", undefined, 503, 2],
  ["PATCH", undefined, 503, 2],
  ["PUT", "a body that has begun to flow", 503, 2],
] as const) {
  const name = body === undefined ? method : `${method} with a body`;
  test(`stale connection: ${name} is ${status}`, async (context) => {
    const backend = await openRawBackend(context, closing);
    const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
    const { fetch } = await openGateway(context, seed);
    assert.equal((await fetch("/first")).status, 200);
    const answer = await fetch("/second", { method, body });
    assert.equal(answer.status, status);
    assert.equal(backend.requests().length, arrived);
    if (status === 503) assert.equal(answer.body, '{"message":"Service Unavailable"}');
  });
}

test("stale connection: a fresh one is not tried twice", async (context) => {
  const backend = await openRawBackend(context, (socket) => socket.destroy());
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
  const { fetch } = await openGateway(context, seed);
  assert.equal((await fetch("/")).status, 503);
  assert.equal(backend.requests().length, 1);
});

test("stale connection: with a byte of an answer there is no second try", async (context) => {
  const backend = await openRawBackend(context, (socket, _request, count) => {
    if (count === 1) socket.write(OK);
    else socket.end("H");
  });
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
  const { fetch } = await openGateway(context, seed);
  assert.equal((await fetch("/")).status, 200);
  assert.equal((await fetch("/")).status, 503);
  assert.equal(backend.requests().length, 2);
});

test("stale connection: the second try is the last one", async (context) => {
  let connections = 0;
  const backend = await openRawBackend(context, (socket, _request, count) => {
    if (count === 1 && connections++ === 0) socket.write(OK);
    else socket.destroy();
  });
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
  const { fetch } = await openGateway(context, seed);
  assert.equal((await fetch("/")).status, 200);
  assert.equal((await fetch("/")).status, 503);
  assert.equal(backend.requests().length, 3);
});
