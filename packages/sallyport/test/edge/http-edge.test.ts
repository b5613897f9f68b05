import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { Agent } from "node:http";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { API_ID, httpProxy } from "../http/api-seed.ts";
import type { Harness } from "../http/gateway-harness.ts";
import { HOST, openBackend, openGateway, readAnswer } from "../http/gateway-harness.ts";
import { exchangeRaw, partsOf } from "./raw-exchange.ts";

/** A gateway whose back end tells path and forwarded host. */
async function openEcho(context: TestContext): Promise<Harness> {
  const backend = await openBackend(context, (request, response) => {
    response.end(`${request.method} ${request.url} ${request.headers.forwarded?.match(/host=([^;]+)/)?.[1]}`);
  });
  return openGateway(context, { routes: { $default: "up" }, integrations: { up: httpProxy(backend) } });
}

for (const [name, head, expected] of [
  ["absolute form", `GET http://${HOST}:80/x?y HTTP/1.1\r\nHost: other\r\n`, `GET /x?y ${HOST}`],
  ["absolute form without path", `GET http://${HOST} HTTP/1.1\r\nHost: ${HOST}\r\n`, `GET / ${HOST}`],
  ["absolute form with a query alone", `GET http://${HOST}?q HTTP/1.1\r\nHost: ${HOST}\r\n`, `GET /?q ${HOST}`],
  ["HTTP/1.0", `GET /x HTTP/1.0\r\nHost: ${HOST}\r\n`, `GET /x ${HOST}`],
  ["path form of HTTP/1.0 without host", `GET /_execute-api/${API_ID}/x HTTP/1.0\r\n`, `GET /x ${HOST}`],
] as const) {
  test(`a request in ${name} is served`, async (context) => {
    const { edge } = await openEcho(context);
    const answer = partsOf(await exchangeRaw(edge.address, `${head}Connection: close\r\n\r\n`));
    assert.equal(answer.status, 200);
    assert.ok(answer.body.includes(expected), answer.body);
  });
}

for (const [name, bytes, status, message] of [
  ["no HTTP", "hello\r\n\r\n", 400, "Bad Request"],
  ["two hosts", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nHost: x\r\n\r\n`, 400, "Bad Request"],
  ["no host in HTTP/1.1", "GET / HTTP/1.1\r\n\r\n", 400, "Bad Request"],
  ["asterisk form", `OPTIONS * HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["CONNECT", `CONNECT ${HOST}:443 HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["a method in lower case", `get / HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`, 400, "Bad Request"],
  [
    "two framings",
    `POST / HTTP/1.1\r\nHost: ${HOST}\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n`,
    400,
    "Bad Request",
  ],
  ["a folded header", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nA: b\r\n c\r\n\r\n`, 400, "Bad Request"],
  ["a blank before the colon", `GET / HTTP/1.1\r\nHost : ${HOST}\r\n\r\n`, 400, "Bad Request"],
  ["an unknown expectation", `GET / HTTP/1.1\r\nHost: ${HOST}\r\nExpect: cake\r\n\r\n`, 417, "Expectation Failed"],
  [
    "a head without end",
    `GET / HTTP/1.1\r\nHost: ${HOST}\r\nA: ${"a".repeat(70_000)}\r\n\r\n`,
    431,
    "Request Header Fields Too Large",
  ],
] as const) {
  test(`malformed: ${name} is ${status} and the end of the connection`, async (context) => {
    const { edge } = await openEcho(context);
    const answer = partsOf(await exchangeRaw(edge.address, bytes));
    assert.equal(answer.status, status);
    assert.equal(answer.body, JSON.stringify({ message }));
    assert.ok(answer.head.includes("content-type: application/json"));
    assert.ok(answer.head.includes("connection: close"));
    assert.ok(!answer.head.includes("apigw-requestid"));
  });
}

for (const [name, host, target, expected] of [
  ["default host", HOST, "/x", `GET /x ${HOST}`],
  ["host in capitals with port and dot", `${HOST.toUpperCase()}.:8080`, "/x", `GET /x ${HOST}`],
  [
    "AWS's own host",
    `${API_ID}.execute-api.us-east-1.amazonaws.com`,
    "/x",
    `GET /x ${API_ID}.execute-api.us-east-1.amazonaws.com`,
  ],
  ["path form", "127.0.0.1:8080", `/_execute-api/${API_ID}/a/b?c`, `GET /a/b?c ${HOST}`],
  ["path form without path", "anything", `/_execute-api/${API_ID}`, `GET / ${HOST}`],
  ["path form with a query alone", "anything", `/_execute-api/${API_ID}?x`, `GET /?x ${HOST}`],
  [
    "a path like the path form on an API's host",
    HOST,
    "/_execute-api/zzzzzzzzzz/x",
    `GET /_execute-api/zzzzzzzzzz/x ${HOST}`,
  ],
] as const) {
  test(`${name} leads to the API`, async (context) => {
    const { fetch } = await openEcho(context);
    assert.equal((await fetch(target, { host })).body, expected);
  });
}

test("a client that waits for 100 Continue is told to go on when its body is wanted", async (context) => {
  const backend = await openBackend(context, (request, response) => request.pipe(response));
  const { send } = await openGateway(context, { routes: { $default: "up" }, integrations: { up: httpProxy(backend) } });
  const sent = send("/", { method: "POST", headers: { expect: "100-continue", "content-length": "4" } });
  sent.flushHeaders();
  await once(sent, "continue");
  sent.end("body");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal((await readAnswer(response)).body, "body");
});

test("a client that waits for 100 Continue is not told to go on when its body is not wanted", async (context) => {
  const { edge } = await openGateway(context, { routes: { "GET /x": {} } });
  const head = `POST /none HTTP/1.1\r\nHost: ${HOST}\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n`;
  const answer = partsOf(await exchangeRaw(edge.address, head));
  assert.equal(answer.status, 404);
  assert.ok(answer.head.includes("connection: close"));
});

test("a declared body over 10 MB is 413 before it is sent", async (context) => {
  const { send } = await openEcho(context);
  const sent = send("/", { method: "POST", headers: { "content-length": String(10 * 1024 * 1024 + 1) } });
  sent.on("error", () => {});
  sent.flushHeaders();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const answer = await readAnswer(response);
  assert.deepEqual([answer.status, answer.body], [413, '{"message":"Request Entity Too Large"}']);
  assert.match(answer.headers["apigw-requestid"] as string, /^[\w-]{15}=$/);
  sent.destroy();
});

test("a chunked body over 10 MB is 413, and the back end's request is broken off", async (context) => {
  const broken = Promise.withResolvers<void>();
  const backend = await openBackend(context, (request) => {
    request.on("error", () => broken.resolve());
    request.resume();
  });
  const { send } = await openGateway(context, { routes: { $default: "up" }, integrations: { up: httpProxy(backend) } });
  const sent = send("/", { method: "POST" });
  const responded = once(sent, "response");
  sent.write(Buffer.alloc(6 * 1024 * 1024));
  sent.end(Buffer.alloc(6 * 1024 * 1024));
  const [response] = (await responded) as [IncomingMessage];
  assert.equal((await readAnswer(response)).status, 413);
  await broken.promise;
});

test("a body that nobody wants does not hurt the next request of the connection", async (context) => {
  const { fetch } = await openGateway(context, { routes: { "GET /x": {} } });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  context.after(() => agent.destroy());
  for (let round = 0; round < 3; round++) {
    const answer = await fetch("/none", { method: "POST", body: "GET /x HTTP/1.1\r\n\r\n", agent });
    assert.equal(answer.status, 404);
  }
});

test("pipelined requests are answered in order", async (context) => {
  const { edge } = await openEcho(context);
  const one = `GET /one HTTP/1.1\r\nHost: ${HOST}\r\n\r\n`;
  const two = `GET /two HTTP/1.1\r\nHost: ${HOST}\r\nConnection: close\r\n\r\n`;
  const answers = await exchangeRaw(edge.address, one + two);
  assert.ok(answers.indexOf("GET /one") > 0 && answers.indexOf("GET /two") > answers.indexOf("GET /one"));
});

test("drain: what is under way finishes, idle connections close, and nobody gets in", async (context) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const backend = await openBackend(context, (_request, response) => arrived.resolve(response));
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend) } };
  const { send, edge } = await openGateway(context, seed);
  const { address } = edge;
  const idle = connect(address);
  await once(idle, "connect");
  const agent = new Agent({ keepAlive: true });
  context.after(() => agent.destroy());
  const sent = send("/", { agent }).end();
  const upstream = await arrived.promise;

  const drained = edge.drain(5_000);
  idle.resume();
  await once(idle, "close");
  const late = connect(address);
  await once(late, "error");
  upstream.end("finished");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal(response.headers.connection, "close");
  assert.equal((await readAnswer(response)).body, "finished");
  await drained;
});

test("drain: what is not finished at the deadline is cut", async (context) => {
  const arrived = Promise.withResolvers<void>();
  const backend = await openBackend(context, () => arrived.resolve());
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend) } };
  const { send, edge } = await openGateway(context, seed);
  const sent = send("/").end();
  const failed = once(sent, "error");
  await arrived.promise;
  await edge.drain(20);
  const [error] = (await failed) as [NodeJS.ErrnoException];
  assert.equal(error.code, "ECONNRESET");
});
