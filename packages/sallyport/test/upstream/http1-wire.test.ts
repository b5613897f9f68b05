/** The parts of the HTTP/1.1 client, each by itself. */
import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import type { BodySink, BodySource } from "../../src/upstream/body.ts";
import { Http1Upstream } from "../../src/upstream/http1/http1-upstream.ts";
import { requestHead, UnsendableRequestError } from "../../src/upstream/http1/request-head.ts";
import { ResponseReader } from "../../src/upstream/http1/response-reader.ts";
import type { UpstreamFailure, UpstreamListener, UpstreamRequest } from "../../src/upstream/upstream.ts";
import { openBackend } from "../http/gateway-harness.ts";

/** What a reader makes of a response that comes in such pieces. */
function read(pieces: readonly Buffer[], method = "GET"): string {
  let told = "";
  let body = "";
  const reader = new ResponseReader({
    onHead: ({ status, headers }) => (told += `${status} ${headers.join("|")} `),
    onBody: (chunk) => (body += chunk.toString("latin1")),
    onEnd: (clean) => (told += clean ? "clean " : "unclean "),
  });
  reader.begin(method);
  for (const piece of pieces) reader.feed(piece);
  return told + body;
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const sorted = [...places.map((place) => place % bytes.length), bytes.length].toSorted((a, b) => a - b);
  let from = 0;
  return sorted.flatMap((to) => {
    const piece = bytes.subarray(from, to);
    from = to;
    return piece.length > 0 ? [piece] : [];
  });
}

const chunk = (text: string): string => `${text.length.toString(16)}\r\n${text}\r\n`;

test("a response reads the same however it is cut into pieces", () => {
  const bodies = fc.array(fc.string({ minLength: 1, unit: fc.constantFrom("a", "\r", "\n", "0", ";", " ") }), {
    maxLength: 5,
  });
  fc.assert(
    fc.property(bodies, fc.array(fc.nat(), { maxLength: 12 }), fc.boolean(), (texts, places, chunked) => {
      const body = texts.join("");
      const framing = chunked ? "Transfer-Encoding: chunked" : `Content-Length: ${body.length}`;
      const framed = chunked ? `${texts.map(chunk).join("")}0\r\nA: b\r\n\r\n` : body;
      const bytes = Buffer.from(
        `HTTP/1.1 103 Hints\r\nA: b\r\n\r\nHTTP/1.1 200 OK\r\n${framing}\r\n\r\n${framed}`,
        "latin1",
      );
      const whole = read([bytes]);
      assert.equal(whole, `200 ${framing.replace(": ", "|")} clean ${body}`);
      assert.equal(read(cut(bytes, places)), whole);
    }),
  );
});

test("no bytes make the reader fail in any other way than by refusing them", () => {
  const piece = fc.oneof(
    fc.constantFrom(
      "HTTP/1.1 200 OK\r\n",
      "Content-Length: 3\r\n",
      "Transfer-Encoding: chunked\r\n",
      "\r\n",
      "3\r\nabc\r\n",
      "0\r\n\r\n",
    ),
    fc.string({ maxLength: 5 }),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 10 }), (pieces) => {
      try {
        read(pieces.map((text) => Buffer.from(text, "latin1")));
      } catch (error) {
        assert.equal((error as Error).name, "MalformedResponseError");
      }
    }),
  );
});

test("a response to HEAD has no body, whatever it announces", () => {
  const bytes = Buffer.from("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
  assert.equal(read([bytes], "HEAD"), "200 Content-Length|5 clean ");
});

const request: UpstreamRequest = {
  origin: "http://127.0.0.1:1",
  method: "POST",
  path: "/",
  headers: ["host", "test"],
  body: undefined,
  timeoutMs: 5_000,
  maxResponseBytes: 1_000,
};

const bodyOf = (length: number | undefined, deliver: (sink: BodySink) => void): BodySource => ({
  length,
  pipe: deliver,
  resume: () => {},
  cancel: () => {},
});

for (const [name, members] of [
  ["a length that is not the body's", { headers: ["content-length", "4"] }],
  ["two lengths", { headers: ["content-length", "0", "content-length", "0"] }],
  ["a length for a body of unknown length", { headers: ["content-length", "4"], body: bodyOf(undefined, () => {}) }],
  ["a coding of the caller's own", { headers: ["transfer-encoding", "chunked"], body: bodyOf(undefined, () => {}) }],
  ["a Connection of the caller's own", { headers: ["connection", "close"] }],
  ["a line break in a value", { headers: ["a", "b\r\nc: d"] }],
  ["a line break in a name", { headers: ["a\r\nb", "c"] }],
  ["a NUL in a value", { headers: ["a", "b\0"] }],
  ["a character over one byte in a value", { headers: ["a", "\u{20ac}"] }],
  ["an empty name", { headers: ["", "a"] }],
  ["a blank in the path", { path: "/a HTTP/1.1" }],
  ["a line break in the path", { path: "/a\r\n" }],
  ["a path without slash", { path: "a" }],
  ["a blank in the method", { method: "GET /" }],
  ["CONNECT", { method: "CONNECT" }],
] as const) {
  test(`${name} is not put on the wire`, () => {
    assert.throws(() => requestHead({ ...request, ...members }), UnsendableRequestError);
  });
}

interface Settled {
  readonly status?: number;
  readonly failure?: UpstreamFailure;
}

function settle(upstream: Http1Upstream, members: Partial<UpstreamRequest>): Promise<Settled> {
  return new Promise((resolve) => {
    const listener: UpstreamListener = {
      onResponse: (status, _headers, body) => {
        body.pipe({ write: () => true, end: () => resolve({ status }), fail: () => resolve({ status }) });
      },
      onFailure: (failure) => resolve({ failure }),
    };
    upstream.send({ ...request, ...members }, listener);
  });
}

for (const [name, text] of [
  ["longer", "12345"],
  ["shorter", "123"],
] as const) {
  test(`a body ${name} than announced breaks the request off`, async (context) => {
    const arrived: string[] = [];
    const backend = await openBackend(context, (received, response) => {
      received.on("error", () => {});
      received.on("end", () => (arrived.push("whole"), response.end()));
      received.resume();
    });
    const upstream = new Http1Upstream();
    context.after(() => upstream.close());
    const body = bodyOf(4, (sink) => {
      sink.write(Buffer.from(text));
      sink.end();
    });
    const headers = ["host", "test", "content-length", "4"];
    const { failure } = await settle(upstream, { origin: backend, headers, body });
    assert.deepEqual([failure?.kind, failure?.cause.name, arrived], ["body", "BodyLengthError", []]);
  });
}

test("requests over the connections wait, and those over the queue fail", async (context) => {
  const waiting: (() => void)[] = [];
  let most = 0;
  const arrived = Promise.withResolvers<void>();
  const backend = await openBackend(context, (_request, response) => {
    waiting.push(() => response.end());
    most = Math.max(most, waiting.length);
    if (waiting.length === 2) arrived.resolve();
  });
  const upstream = new Http1Upstream({ maxConnectionsPerOrigin: 2, maxWaitingPerOrigin: 3 });
  context.after(() => upstream.close());
  const first = [settle(upstream, { origin: backend }), settle(upstream, { origin: backend })];
  await arrived.promise;
  const queued = Array.from({ length: 4 }, () => settle(upstream, { origin: backend }));
  assert.equal((await queued[3])?.failure?.kind, "unreachable");
  const answer = setInterval(() => {
    for (const end of waiting.splice(0)) end();
  }, 2);
  context.after(() => clearInterval(answer));
  for (const { status } of await Promise.all([...first, ...queued.slice(0, 3)])) assert.equal(status, 200);
  assert.equal(most, 2);
});

test("a connection that the back end keeps for a second only is not used again", async (context) => {
  const ports = new Set<number | undefined>();
  const backend = await openBackend(context, ({ socket }, response) => {
    ports.add(socket.remotePort);
    response.setHeader("keep-alive", "timeout=1");
    response.end();
  });
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  for (let round = 0; round < 2; round++) await settle(upstream, { origin: backend });
  assert.equal(ports.size, 2);
});
