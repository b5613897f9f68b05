import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { BodySink, BodySource } from "../../src/upstream/body.ts";
import { Http1Upstream } from "../../src/upstream/http1/http1-upstream.ts";
import type { UpstreamFailure, UpstreamRequest } from "../../src/upstream/upstream.ts";
import { httpProxy } from "../http/api-seed.ts";
import { listen, openBackend, openGateway } from "../http/gateway-harness.ts";
import { TEST_CERTIFICATE, TEST_KEY } from "./test-certificate.ts";

async function openTlsBackend(context: TestContext): Promise<number> {
  const server = createServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => response.end("safe"));
  await listen(context, server);
  return (server.address() as AddressInfo).port;
}

for (const [name, host, extraCertificates, expected] of [
  ["a certificate that is trusted", "localhost", [TEST_CERTIFICATE], 200],
  ["a certificate for an address", "127.0.0.1", [TEST_CERTIFICATE], 200],
  ["a certificate that nobody vouches for", "localhost", undefined, 503],
  ["a certificate for another name", "127.0.0.2", [TEST_CERTIFICATE], 503],
] as const) {
  test(`over TLS, ${name} is ${expected}`, async (context) => {
    const port = await openTlsBackend(context);
    const integrations = { up: httpProxy(`https://${host}:${port}/`) };
    const { fetch } = await openGateway(context, { routes: { $default: "up" }, integrations }, { extraCertificates });
    assert.equal((await fetch("/")).status, expected);
  });
}

interface Outcome {
  readonly status?: number;
  readonly failure?: UpstreamFailure;
  readonly body: string;
}

/** Sends a request and gathers what becomes of it. */
function outcome(upstream: Http1Upstream, request: Partial<UpstreamRequest> & { origin: string }): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    let status: number | undefined;
    let body = "";
    const sink: BodySink = {
      write: (chunk) => ((body += Buffer.from(chunk).toString()), true),
      end: () => resolve({ status, body }),
      fail: reject,
    };
    const whole = {
      method: "GET",
      path: "/",
      headers: ["host", "test", "content-length", "0"],
      body: undefined,
      timeoutMs: 5_000,
      maxResponseBytes: 1_000,
      ...request,
    };
    upstream.send(whole, {
      onResponse: (code, _headers, source) => {
        status = code;
        source.pipe(sink);
      },
      onFailure: (failure) => resolve({ failure, body }),
    });
  });
}

test("connections are kept and used again", async (context) => {
  const ports = new Set<number | undefined>();
  const backend = await openBackend(context, (request, response) => {
    ports.add(request.socket.remotePort);
    response.end("x");
  });
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  for (let round = 0; round < 20; round++) assert.equal((await outcome(upstream, { origin: backend })).body, "x");
  assert.equal(ports.size, 1);
});

test("of too many origins the one unused for longest gives way, and what it has begun finishes", async (context) => {
  const slow = Promise.withResolvers<() => void>();
  const origins = [
    await openBackend(context, (_request, response) => slow.resolve(() => response.end("slow"))),
    await openBackend(context, (_request, response) => response.end("two")),
    await openBackend(context, (_request, response) => response.end("three")),
  ] as const;
  const upstream = new Http1Upstream({ maxOrigins: 2 });
  context.after(() => upstream.close());
  const begun = outcome(upstream, { origin: origins[0] });
  const finish = await slow.promise;
  assert.equal((await outcome(upstream, { origin: origins[1] })).body, "two");
  assert.equal((await outcome(upstream, { origin: origins[2] })).body, "three");
  finish();
  assert.equal((await begun).body, "slow");
});

test("a header that cannot be sent is refused", async () => {
  const upstream = new Http1Upstream();
  const { failure } = await outcome(upstream, { origin: "http://127.0.0.1:1", headers: ["x", "a\nb"] });
  assert.equal(failure?.kind, "refused");
  await upstream.close();
});

test("after its end the upstream takes no requests", async () => {
  const upstream = new Http1Upstream();
  await upstream.close();
  const { failure } = await outcome(upstream, { origin: "http://127.0.0.1:1" });
  assert.equal(failure?.kind, "unreachable");
});

test("a request body that fails is told apart from a back end that fails", async (context) => {
  const backend = await openBackend(context, (request) => void request.on("error", () => {}).resume());
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const reason = new Error("the client is gone");
  const body: BodySource = {
    length: 10,
    pipe: (sink) => {
      sink.write(Buffer.from("half"));
      queueMicrotask(() => sink.fail(reason));
    },
    resume: () => {},
    cancel: () => {},
  };
  const headers = ["host", "test", "content-length", "10"];
  const { failure } = await outcome(upstream, { origin: backend, method: "POST", headers, body });
  assert.deepEqual(failure, { kind: "body", cause: reason });
});

test("an answer before all of the request was sent is an answer", async (context) => {
  const backend = await openBackend(context, (_request, response) => response.writeHead(401).end("no"));
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const cancelled = Promise.withResolvers<void>();
  const body: BodySource = {
    length: undefined,
    pipe: (sink) => void sink.write(Buffer.from("the first of many")),
    resume: () => {},
    cancel: () => cancelled.resolve(),
  };
  const result = await outcome(upstream, { origin: backend, method: "POST", headers: ["host", "test"], body });
  assert.deepEqual(result, { status: 401, body: "no" });
  await cancelled.promise;
});

test("nobody is told of an end that he brought about", async (context) => {
  const arrived = Promise.withResolvers<void>();
  const backend = await openBackend(context, (request) => {
    arrived.resolve();
    request.socket.once("close", () => closed.resolve());
  });
  const closed = Promise.withResolvers<void>();
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const call = upstream.send(
    {
      origin: backend,
      method: "GET",
      path: "/",
      headers: ["host", "test"],
      body: undefined,
      timeoutMs: 5_000,
      maxResponseBytes: 1,
    },
    { onResponse: () => assert.fail("no answer"), onFailure: () => assert.fail("no failure") },
  );
  await arrived.promise;
  call.abort();
  call.abort();
  await closed.promise;
});

test("a pool that nobody uses is still there for the next request after an error", async (context) => {
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  const origin = `http://127.0.0.1:${port}`;
  for (let round = 0; round < 2; round++) {
    assert.equal((await outcome(upstream, { origin })).failure?.kind, "unreachable");
  }
});
