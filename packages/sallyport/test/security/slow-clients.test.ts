/** Clients that take their time, and clients that come in crowds. */
import assert from "node:assert/strict";
import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { EdgeLimits } from "../../src/edge/edge-limits.ts";
import { openHttpEdge } from "../../src/edge/http-edge.ts";
import { httpProxy } from "../http/api-seed.ts";
import { openGateway } from "../http/gateway-harness.ts";
import type { OnRequest } from "./raw-backend.ts";
import { OK, openRawBackend } from "./raw-backend.ts";
import { RawClient } from "./raw-client.ts";
import { HOST_LINE } from "./request-tables.ts";

async function openLimited(context: TestContext, limits: Partial<EdgeLimits>, onRequest?: OnRequest) {
  const backend = await openRawBackend(context, onRequest);
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
  const { gateway } = await openGateway(context, seed);
  const { address, drain } = await openEdge(gateway.handle, limits);
  context.after(drain);
  return { backend, address };
}

async function openEdge(handle: Parameters<typeof openHttpEdge>[0]["handle"], limits: Partial<EdgeLimits>) {
  const edge = await openHttpEdge({ host: "127.0.0.1", port: 0, handle, limits });
  return { address: edge.address, drain: () => edge.drain(0) };
}

for (const [name, bytes, limits] of [
  ["a head that never ends", `GET /x HTTP/1.1\r\n${HOST_LINE}A: `, { headMs: 60, requestMs: 100, checkMs: 20 }],
  ["a request line that never ends", "GET /", { headMs: 60, requestMs: 100, checkMs: 20 }],
  [
    "a body that never ends",
    `POST /x HTTP/1.1\r\n${HOST_LINE}Content-Length: 9\r\n\r\nhalf`,
    { headMs: 60, requestMs: 100, checkMs: 20 },
  ],
  [
    "chunks that never end",
    `POST /x HTTP/1.1\r\n${HOST_LINE}Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n`,
    { headMs: 60, requestMs: 100, checkMs: 20 },
  ],
] as const) {
  test(`slow: ${name} is 408, and no complete request reaches the back end`, async (context) => {
    const { backend, address } = await openLimited(context, limits);
    const client = new RawClient(context, address);
    client.send(bytes);
    const [answer, ...others] = await client.answers();
    assert.deepEqual([answer?.status, answer?.body, others.length], [408, '{"message":"Request Timeout"}', 0]);
    assert.deepEqual(backend.requests(), []);
  });
}

test("slow: a head that comes byte by byte in time is served", async (context) => {
  const { address } = await openLimited(context, {});
  const client = new RawClient(context, address);
  for (const byte of `GET /x HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`) {
    client.send(byte);
    await new Promise(setImmediate);
  }
  assert.deepEqual((await client.answers())[0]?.status, 200);
});

test("slow: an idle connection is closed without a word", async (context) => {
  const { address } = await openLimited(context, { idleMs: 50 });
  const client = new RawClient(context, address);
  client.send(`GET /x HTTP/1.1\r\n${HOST_LINE}\r\n`);
  assert.equal((await client.answers()).length, 1);
});

test("slow: a client that does not read its answer is cut off, and its request to the back end with it", async (context) => {
  const closed = Promise.withResolvers<void>();
  const endless: OnRequest = (socket) => {
    socket.on("close", () => closed.resolve());
    socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10000000\r\n\r\n");
    socket.write(Buffer.alloc(9_000_000));
  };
  const { address } = await openLimited(context, { idleMs: 100 }, endless);
  const client = connect(address);
  context.after(() => client.destroy());
  client.on("error", () => {});
  client.write(`GET /x HTTP/1.1\r\n${HOST_LINE}\r\n`);
  client.pause();
  await closed.promise;
});

test("crowds: connections over the limit are closed, those within it work on", async (context) => {
  const { address } = await openLimited(context, { connections: 2 });
  const clients = [new RawClient(context, address), new RawClient(context, address)];
  await Promise.all(clients.map(({ socket }) => once(socket, "connect")));
  const late = new RawClient(context, address);
  assert.deepEqual(await late.answers(), []);
  for (const client of clients) client.send(`GET /x HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`);
  for (const client of clients) assert.equal((await client.answers())[0]?.status, 200);
});

test("crowds: of requests sent ahead only so many are under way, and all are answered in order", async (context) => {
  const held: { readonly socket: Socket; readonly target: string }[] = [];
  const enough = Promise.withResolvers<void>();
  const { address, backend } = await openLimited(context, { pipelined: 4 }, (socket, { target }) => {
    held.push({ socket, target });
    if (held.length === 1) enough.resolve();
  });
  const client = new RawClient(context, address);
  // More than the parser is given at once, so that there is something to hold back.
  const filler = `A: ${"a".repeat(8_000)}\r\n`;
  const count = 200;
  for (let n = 0; n < count; n++) client.send(`GET /${n} HTTP/1.1\r\n${HOST_LINE}${filler}\r\n`);
  await enough.promise;
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(backend.requests().length < count / 4, `${backend.requests().length} under way`);
  const answerAll = setInterval(() => {
    for (const { socket, target } of held.splice(0)) {
      socket.write(`HTTP/1.1 200 OK\r\ncontent-length: ${target.length}\r\n\r\n${target}`);
    }
  }, 1);
  context.after(() => clearInterval(answerAll));
  await client.until((received) => received.includes(`\r\n\r\n/${count - 1}`));
  const order = [...client.received.matchAll(/\r\n\r\n\/(\d+)/g)].map(([, n]) => Number(n));
  assert.deepEqual(
    order,
    Array.from({ length: count }, (_, n) => n),
  );
});

test("pipelining: what follows a refused request is not served", async (context) => {
  const { address, backend } = await openLimited(context, {});
  const client = new RawClient(context, address);
  client.send(
    `GET /one HTTP/1.1\r\n${HOST_LINE}\r\nOPTIONS * HTTP/1.1\r\n${HOST_LINE}\r\nGET /two HTTP/1.1\r\n${HOST_LINE}\r\n`,
  );
  const answers = await client.answers();
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 400],
  );
  assert.deepEqual(
    backend.requests().map(({ target }) => target),
    ["/one"],
  );
});

test("pipelining: what follows `Connection: close` is not served", async (context) => {
  const { address, backend } = await openLimited(context, {});
  const client = new RawClient(context, address);
  client.send(`GET /one HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\nGET /two HTTP/1.1\r\n${HOST_LINE}\r\n`);
  assert.equal((await client.answers()).length, 1);
  assert.deepEqual(
    backend.requests().map(({ target }) => target),
    ["/one"],
  );
});

test("pipelining: garbage behind a request leaves it its answer", async (context) => {
  const { address } = await openLimited(context, {}, (socket) => void setImmediate(() => socket.write(OK)));
  const client = new RawClient(context, address);
  client.send(`GET /one HTTP/1.1\r\n${HOST_LINE}\r\n\0garbage\r\n\r\n`);
  const answers = await client.answers();
  assert.deepEqual(
    answers.map(({ status, body }) => [status, body]),
    [[200, "ok"]],
  );
  assert.match(answers[0]?.head ?? "", /connection: close/);
});

test("pipelining: a client that has closed its half has given up, and so do its requests to the back end", async (context) => {
  const begun = Promise.withResolvers<void>();
  const closed = Promise.withResolvers<void>();
  const { address } = await openLimited(context, {}, (socket) => {
    begun.resolve();
    socket.on("close", () => closed.resolve());
  });
  const client = new RawClient(context, address);
  client.send(`GET /one HTTP/1.1\r\n${HOST_LINE}\r\n`);
  await begun.promise;
  client.socket.end();
  assert.deepEqual(await client.answers(), []);
  await closed.promise;
});
