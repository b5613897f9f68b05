/** What back ends may answer: RFC 9112, 4 to 7. An answer with two meanings is none: 500 (unverified). */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { httpProxy } from "../http/api-seed.ts";
import { openGateway } from "../http/gateway-harness.ts";
import type { OnRequest } from "./raw-backend.ts";
import { answering, OK, openRawBackend } from "./raw-backend.ts";
import { RawClient } from "./raw-client.ts";
import { HOST_LINE } from "./request-tables.ts";

async function openBehind(context: TestContext, onRequest: OnRequest, members: object = {}) {
  const backend = await openRawBackend(context, onRequest);
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url, members) } };
  const { edge, lines } = await openGateway(context, seed);
  const client = new RawClient(context, edge.address);
  return { backend, client, lines };
}

const GET = `GET /x HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`;
const TOO_LONG = "a".repeat(70_000);

for (const [name, answer, reason] of [
  [
    "a length beside chunks",
    "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    /two framings/,
  ],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", /several lengths/],
  ["a list of lengths", "HTTP/1.1 200 OK\r\nContent-Length: 2, 2\r\n\r\nok", /several lengths/],
  ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: 2a\r\n\r\nok", /several lengths/],
  ["a negative length", "HTTP/1.1 200 OK\r\nContent-Length: -2\r\n\r\nok", /several lengths/],
  ["a coding that is not chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n\r\nok", /transfer coding/],
  [
    "a coding before chunked",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    /transfer coding/,
  ],
  [
    "chunked twice",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    /transfer coding/,
  ],
  ["chunks in HTTP/1.0", "HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", /two framings/],
  ["a folded line", "HTTP/1.1 200 OK\r\nA: b\r\n c\r\nContent-Length: 2\r\n\r\nok", /folded line/],
  ["a NUL in a value", "HTTP/1.1 200 OK\r\nA: b\0\r\nContent-Length: 2\r\n\r\nok", /control character/],
  ["a bare line feed", "HTTP/1.1 200 OK\r\nA: b\nX: y\r\nContent-Length: 2\r\n\r\nok", /bare line end/],
  ["a bare carriage return", "HTTP/1.1 200 OK\r\nA: b\rX: y\r\nContent-Length: 2\r\n\r\nok", /bare line end/],
  ["a blank before the colon", "HTTP/1.1 200 OK\r\nContent-Length : 2\r\n\r\nok", /no header/],
  ["an empty name", "HTTP/1.1 200 OK\r\n: a\r\n\r\n", /no header/],
  ["a line without colon", "HTTP/1.1 200 OK\r\nabc\r\n\r\n", /no header/],
  ["no HTTP", "hello\r\n\r\n", /no status line/],
  ["HTTP/2", "HTTP/2 200\r\n\r\n", /no status line/],
  ["a status of two digits", "HTTP/1.1 20 OK\r\n\r\n", /no status line/],
  ["a status of 000", "HTTP/1.1 000 OK\r\n\r\n", /no status line/],
  ["another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: a\r\n\r\n", /switched protocols/],
  ["a head over 64 KB", `HTTP/1.1 200 OK\r\nA: ${TOO_LONG}\r\n\r\n`, /a head over/],
  ["a head over 64 KB without end", `HTTP/1.1 200 OK\r\nA: ${TOO_LONG}`, /a head over/],
  ["interim answers without end", "HTTP/1.1 102 Processing\r\n\r\n".repeat(40), /interim responses/],
  ["interim answers of 64 KB", `HTTP/1.1 103 Hints\r\nLink: ${"a".repeat(30_000)}\r\n\r\n`.repeat(3), /a head over/],
] as const) {
  test(`answer: ${name} is 500, and the connection to the back end is gone`, async (context) => {
    const closed = Promise.withResolvers<void>();
    const { client } = await openBehind(context, (socket) => {
      socket.on("close", () => closed.resolve());
      socket.write(answer, "latin1");
    });
    client.send(GET);
    const answers = await client.answers();
    assert.deepEqual(
      answers.map(({ status, body }) => [status, body]),
      [[500, '{"message":"Internal Server Error"}']],
    );
    assert.match(
      answers[0]?.head ?? "",
      /x-sallyport-reason: call integration: route "\$default": .* sent no valid http/,
    );
    assert.match(answers[0]?.head ?? "", reason);
    await closed.promise;
  });
}

for (const [name, answer, status, body] of [
  ["a body to the end of the connection", "HTTP/1.1 200 OK\r\n\r\nto the end", 200, "to the end"],
  ["HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nold", 200, "old"],
  ["no reason phrase", "HTTP/1.1 404\r\nContent-Length: 2\r\n\r\nno", 404, "no"],
  [
    "interim answers before the final one",
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Hints\r\nLink: a\r\n\r\n${OK}`,
    200,
    "ok",
  ],
] as const) {
  test(`answer: ${name} is ${status} ${body}`, async (context) => {
    const { client } = await openBehind(context, (socket) => void socket.end(answer, "latin1"));
    client.send(GET);
    const [first] = await client.answers();
    assert.equal(first?.status, status);
    assert.ok(first.body === body || first.body.includes(`\r\n${body}\r\n`), first.body);
    assert.doesNotMatch(first.head, /\nlink:/);
  });
}

for (const [name, answer] of [
  ["a second answer", `${OK}HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nevil`],
  ["bytes behind the body", `${OK}evil`],
  ["a body behind 204", "HTTP/1.1 204 No Content\r\nContent-Length: 4\r\n\r\nevil"],
  ["bytes behind the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nevil"],
] as const) {
  test(`answer: ${name} is never the answer to the next request`, async (context) => {
    const { client, backend } = await openBehind(context, (socket) => void socket.write(answer, "latin1"));
    client.send(`GET /one HTTP/1.1\r\n${HOST_LINE}\r\n`);
    await client.until((received) => received.includes("apigw-requestid"));
    client.send(`GET /two HTTP/1.1\r\n${HOST_LINE}Connection: close\r\n\r\n`);
    await once(client);
    assert.doesNotMatch(client.received, /evil/);
    assert.equal(backend.connections.length, 2);
  });
}

async function once(client: RawClient): Promise<void> {
  await new Promise((resolve) => client.socket.once("close", resolve));
}

for (const [name, answer] of [
  ["in its body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
  ["in a chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\nhalf"],
  ["before the last chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
  ["with a chunk size that is none", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nx\r\n"],
  ["with a chunk longer than its size", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf!\r\n"],
  ["with a bare line feed between chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\nhalf\n0\n\n"],
  [
    "with a chunk size beyond all numbers",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\nfffffffffffffffff\r\n",
  ],
  [
    "with a size line of 2 KB",
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n4;${"a".repeat(2_000)}`,
  ],
] as const) {
  test(`answer: one that breaks off ${name} breaks off for the client, too`, async (context) => {
    const { client } = await openBehind(context, (socket) => void socket.end(answer, "latin1"));
    client.send(GET);
    await once(client);
    // Nothing at all when it broke off before anything was sent.
    assert.match(client.received, /^(?:HTTP\/1\.1 200 OK\r\n|$)/);
    assert.doesNotMatch(client.received, /\r\n0\r\n\r\n$/);
    assert.doesNotMatch(client.received, /content-length: 4\r\n/i);
  });
}

test("answer: hop-by-hop headers of a back end end here", async (context) => {
  const headers =
    "Connection: X-Own, keep-alive\r\nX-Own: a\r\nKeep-Alive: timeout=9\r\nProxy-Authenticate: a\r\nUpgrade: h2\r\nTrailer: a\r\n";
  const { client } = await openBehind(context, answering(`HTTP/1.1 200 OK\r\n${headers}Content-Length: 2\r\n\r\nok`));
  client.send(GET);
  const [answer] = await client.answers();
  assert.equal(answer?.body, "ok");
  assert.doesNotMatch(answer.head, /\n(?:x-own|proxy-authenticate|upgrade|trailer|keep-alive):/);
});

test("answer: a back end cannot forge the request id", async (context) => {
  const { client } = await openBehind(
    context,
    answering("HTTP/1.1 200 OK\r\nApigw-Requestid: evil\r\nContent-Length: 2\r\n\r\nok"),
  );
  client.send(GET);
  assert.deepEqual((await client.answers())[0]?.head.match(/apigw-requestid: \S+/g)?.length, 1);
  assert.doesNotMatch(client.received, /evil/);
});

test("answer: one that never comes is 503 in time", async (context) => {
  const { client } = await openBehind(context, () => {}, { TimeoutInMillis: 50 });
  client.send(GET);
  assert.deepEqual((await client.answers())[0]?.status, 503);
});

test("answer: interim answers do not extend the time", async (context) => {
  const { client } = await openBehind(
    context,
    (socket) => {
      const timer = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 10);
      socket.on("close", () => clearInterval(timer));
    },
    { TimeoutInMillis: 60 },
  );
  client.send(GET);
  assert.deepEqual((await client.answers())[0]?.status, 503);
});
