import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { SeedApi } from "../http/api-seed.ts";
import { httpProxy } from "../http/api-seed.ts";
import type { Harness } from "../http/gateway-harness.ts";
import { HOST, openBackend, openGateway, readAnswer } from "../http/gateway-harness.ts";

const TRACE = /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/;

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

/** A gateway in front of a back end that answers every request with what it saw. */
async function openMirror(context: TestContext, seed: (backend: string) => SeedApi): Promise<Harness> {
  const backend = await openBackend(context, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, rawHeaders } = request;
      const body = Buffer.concat(chunks).toString("latin1");
      response.end(JSON.stringify({ method, url, headers, rawHeaders, body }));
    });
  });
  return openGateway(context, seed(backend));
}

/** A back end below HTTP. */
async function openRawBackend(context: TestContext, onSocket: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onSocket(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const everything = (backend: string, members: object = {}): SeedApi => ({
  routes: { $default: "up" },
  integrations: { up: httpProxy(backend, members) },
});

const seen = (body: string): Seen => JSON.parse(body) as Seen;

for (const [id, routeKey, path, variables, target, expected] of [
  ["EX-4.1", "$default", "", {}, "/store/checkout?x=1", "/store/checkout?x=1"],
  ["EX-4.2", "ANY /parent/{proxy+}", "/petstore/{proxy}", {}, "/parent/a/b", "/petstore/a/b"],
  ["EX-4.3", "GET /pets/{petID}", "/ext/{petID}", {}, "/pets/6", "/ext/6"],
  ["EX-4.4", "GET /pets", "/animals", {}, "/pets?t=dog", "/animals?t=dog"],
  ["EX-4.6", "GET /x", "/s?key=1", {}, "/x?key=2", "/s?key=1&key=2"],
  ["EX-4.7", "$default", "/base", {}, "/a", "/base/a"],
  ["a stage variable in the path", "GET /x", "/${stageVariables.v}/y", { v: "one/two" }, "/x", "/one/two/y"],
  ["an encoded slash is lost", "GET /f/{name}", "/g/{name}", {}, "/f/a%2Fb%20c", "/g/a/b%20c"],
  ["a query goes on as it is", "$default", "", {}, "/a?%zz=&&x=%2F+1", "/a?%zz=&&x=%2F+1"],
  ["an empty query goes on", "$default", "", {}, "/a?", "/a?"],
] as const) {
  test(`${id}: ${target} arrives as ${expected}`, async (context) => {
    const { fetch } = await openMirror(context, (backend) => ({
      routes: { [routeKey]: "up" },
      integrations: { up: httpProxy(backend + path) },
      stages: { $default: { StageVariables: variables } },
    }));
    assert.equal(seen((await fetch(target)).body).url, expected);
  });
}

test("EX-4.5: a stage variable is the host of the integration", async (context) => {
  const { fetch } = await openMirror(context, (backend) => ({
    routes: { "GET /pets": "up" },
    integrations: { up: httpProxy("http://${stageVariables.h}/v") },
    stages: { dev: { StageVariables: { h: new URL(backend).host } } },
  }));
  assert.equal(seen((await fetch("/dev/pets")).body).url, "/v");
});

test("the path of $default on a named stage is without the stage", async (context) => {
  const { fetch } = await openMirror(context, (backend) => ({ ...everything(backend), stages: { dev: {} } }));
  assert.equal(seen((await fetch("/dev/a/b")).body).url, "/a/b");
});

test("a named integration method replaces the client's", async (context) => {
  const { fetch } = await openMirror(context, (backend) => everything(backend, { IntegrationMethod: "PUT" }));
  assert.equal(seen((await fetch("/", { method: "POST", body: "x" })).body).method, "PUT");
});

test("a HEAD integration of a GET request ends without the body it announced", async (context) => {
  const { fetch } = await openMirror(context, (backend) => everything(backend, { IntegrationMethod: "HEAD" }));
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.body], [200, ""]);
});

test("EX-4.10: headers that the gateway writes", async (context) => {
  const { fetch } = await openMirror(context, everything);
  const { headers } = seen((await fetch("/e")).body);
  assert.equal(headers.forwarded, `by=127.0.0.1;for=127.0.0.1;host=${HOST};proto=http`);
  assert.equal(headers.via, "HTTP/1.1 AmazonAPIGateway");
  assert.match(headers["x-amzn-trace-id"] as string, TRACE);
  assert.equal(headers["content-length"], "0");
  assert.equal(headers["content-type"], "application/x-www-form-urlencoded");
  assert.match(headers.host ?? "", /^127\.0\.0\.1:\d+$/);
  assert.equal(headers["x-forwarded-for"], undefined);
});

test("end-to-end headers pass unchanged and hop-by-hop headers end here", async (context) => {
  const { fetch } = await openMirror(context, everything);
  const passed = {
    Authorization: "Bearer t",
    Cookie: "a=b",
    Origin: "http://o",
    "Accept-Encoding": "br",
    "X-Two": ["1", "2"],
  };
  const ended = {
    connection: "keep-alive, x-listed",
    "x-listed": "1",
    "keep-alive": "timeout=9",
    "proxy-authorization": "p",
    "proxy-connection": "q",
    te: "trailers",
    upgrade: "h2c",
  };
  const { headers, rawHeaders } = seen((await fetch("/", { headers: { ...passed, ...ended } })).body);
  assert.equal(headers.authorization, "Bearer t");
  assert.equal(headers.cookie, "a=b");
  assert.equal(headers.origin, "http://o");
  assert.equal(headers["accept-encoding"], "br");
  assert.deepEqual(
    rawHeaders.filter((_, at) => rawHeaders[at - 1] === "X-Two"),
    ["1", "2"],
  );
  for (const name of Object.keys(ended)) {
    if (name !== "connection") assert.equal(headers[name], undefined, name);
  }
  assert.equal(headers.connection, "keep-alive");
});

test("X-Forwarded-* headers of the client are folded into Forwarded", async (context) => {
  const { fetch } = await openMirror(context, everything);
  const sent = {
    "x-forwarded-for": "203.0.113.7, 2001:db8::1",
    "x-forwarded-host": "shop.example",
    "x-forwarded-proto": "https",
    "x-forwarded-port": "443",
    forwarded: "for=192.0.2.1",
    via: "1.1 other",
  };
  const { headers } = seen((await fetch("/", { headers: sent })).body);
  const own = `by=127.0.0.1;for=127.0.0.1;host=${HOST};proto=http`;
  const folded = 'for=203.0.113.7;host=shop.example;proto=https, for="[2001:db8::1]"';
  assert.equal(headers.forwarded, `for=192.0.2.1, ${folded}, ${own}`);
  assert.deepEqual(
    Object.keys(headers).filter((name) => name.startsWith("x-forwarded-")),
    [],
  );
  assert.equal(headers.via, "1.1 other, HTTP/1.1 AmazonAPIGateway");
});

test("a trace root of the client stands behind our own", async (context) => {
  const { fetch } = await openMirror(context, everything);
  const root = "1-67fd88a4-127eb8e773d2bb6f7df47ab6";
  const { headers } = seen((await fetch("/", { headers: { "x-amzn-trace-id": `Parent=1;Root=${root}` } })).body);
  assert.match(headers["x-amzn-trace-id"] as string, new RegExp(`^Self=1-[0-9a-f]{8}-[0-9a-f]{24};Root=${root}$`));
});

test("a body arrives byte for byte with its length", async (context) => {
  const { fetch } = await openMirror(context, everything);
  const body = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const headers = { "content-length": "256", "content-type": "application/octet-stream" };
  const got = seen((await fetch("/", { method: "POST", body, headers })).body);
  assert.equal(got.headers["content-length"], "256");
  assert.equal(got.headers["content-type"], "application/octet-stream");
  assert.deepEqual(Buffer.from(got.body, "latin1"), body);
});

test("a chunked body of several pieces arrives whole", async (context) => {
  const { send } = await openMirror(context, everything);
  const sent = send("/", { method: "POST" });
  for (const piece of ["one ", "two ", "three"]) sent.write(piece);
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal(seen((await readAnswer(response)).body).body, "one two three");
});

test("the answer passes: status, headers, redirect, compression, error; hop-by-hop headers do not", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    const headers = {
      Location: "/elsewhere",
      "Set-Cookie": ["a=1", "b=2"],
      Server: "back",
      ETag: '"1"',
      Date: "Thu, 01 Jan 2026 00:00:00 GMT",
      Connection: "close, x-hop",
      "X-Hop": "1",
      "Content-Encoding": "gzip",
      "Apigw-Requestid": "theirs",
      "Proxy-Authenticate": "Basic",
    };
    response.writeHead(302, headers);
    response.end("not really gzip");
  });
  const { fetch } = await openGateway(context, everything(backend));
  const { status, headers, body } = await fetch("/");
  assert.equal(status, 302);
  assert.equal(headers.location, "/elsewhere");
  assert.deepEqual(headers["set-cookie"], ["a=1", "b=2"]);
  assert.equal(headers.server, "back");
  assert.equal(headers.etag, '"1"');
  assert.equal(headers.date, "Thu, 01 Jan 2026 00:00:00 GMT");
  assert.equal(headers["content-encoding"], "gzip");
  assert.equal(headers["x-hop"], undefined);
  assert.equal(headers["proxy-authenticate"], undefined);
  assert.match(headers["apigw-requestid"] as string, /^[\w-]{15}=$/);
  assert.equal(body, "not really gzip");
});

for (const [status, method] of [
  [204, "GET"],
  [304, "GET"],
  [200, "HEAD"],
  [418, "HEAD"],
] as const) {
  test(`EX-2.11: ${method} answered ${status} has headers and no body, and the connection goes on`, async (context) => {
    const backend = await openBackend(context, (_request, response) => {
      response.writeHead(status, { etag: '"x"' }).end(method === "HEAD" ? "body" : undefined);
    });
    const { fetch } = await openGateway(context, everything(backend));
    for (let round = 0; round < 2; round++) {
      const answer = await fetch("/", { method });
      assert.deepEqual([answer.status, answer.headers.etag, answer.body], [status, '"x"', ""]);
    }
  });
}

test("an answer streams: the client has its first piece before the back end has sent its second", async (context) => {
  const responses: ServerResponse[] = [];
  const backend = await openBackend(context, (_request, response) => {
    responses.push(response);
    response.flushHeaders();
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/").end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.setEncoding("utf8");
  for (const piece of ["first", "second"]) {
    responses[0]!.write(piece);
    assert.deepEqual(await once(response, "data"), [piece]);
  }
  responses[0]!.end();
  await once(response, "end");
});

test("a request streams: the back end has the first piece before the client has sent the second", async (context) => {
  const requests: IncomingMessage[] = [];
  const arrived = Promise.withResolvers<void>();
  const backend = await openBackend(context, (request, response) => {
    requests.push(request.setEncoding("utf8"));
    request.on("end", () => response.end("done"));
    arrived.resolve();
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/", { method: "POST" });
  sent.write("first");
  await arrived.promise;
  assert.deepEqual(await once(requests[0]!, "data"), ["first"]);
  sent.write("second");
  assert.deepEqual(await once(requests[0]!, "data"), ["second"]);
  sent.end();
  await once(sent, "response");
});

test("large bodies pass in both directions", async (context) => {
  const backend = await openBackend(context, (request, response) => request.pipe(response));
  const { fetch } = await openGateway(context, everything(backend));
  const body = Buffer.alloc(9 * 1024 * 1024, "0123456789abcdef!");
  const answer = await fetch("/", { method: "PUT", body, headers: { "content-length": String(body.length) } });
  assert.ok(answer.bytes.equals(body));
});

test("a slow client holds the back end back", async (context) => {
  const size = 8 * 1024 * 1024;
  const writer = Promise.withResolvers<ServerResponse>();
  const backend = await openBackend(context, (_request, response) => {
    response.end(Buffer.alloc(size));
    writer.resolve(response);
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/").end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.pause();
  const origin = await writer.promise;
  // The buffers of the sockets between them hold far less than all of it.
  assert.equal(origin.writableFinished, false);
  const { bytes } = await readAnswer(response);
  assert.equal(bytes.length, size);
});

// Sooner than the integration's own timeout, which would end the request as well.
test("a client that goes away takes its upstream request along", { timeout: 4_000 }, async (context) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const backend = await openBackend(context, (_request, response) => arrived.resolve(response));
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/").end();
  sent.on("error", () => {});
  const upstream = await arrived.promise;
  const closed = once(upstream, "close");
  sent.destroy();
  await closed;
  assert.equal(upstream.writableFinished, false);
});

test("a client that goes away in its body takes the upstream request along", { timeout: 4_000 }, async (context) => {
  const aborted = Promise.withResolvers<void>();
  const backend = await openBackend(context, (request) => {
    request.on("error", () => aborted.resolve());
    request.resume();
    request.once("data", () => sent.destroy());
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/", { method: "POST", headers: { "content-length": "100" } });
  sent.on("error", () => {});
  sent.write("some");
  await aborted.promise;
});

test("a back end that breaks off in the middle breaks the client's connection", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half", () => response.destroy());
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/").end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await assert.rejects(readAnswer(response), { code: "ECONNRESET" });
});

for (const [name, members, respond] of [
  ["no answer in time", { TimeoutInMillis: 50 }, () => {}],
  ["a connection closed without answer", {}, (socket: Socket) => socket.end()],
  ["a connection that is reset", {}, (socket: Socket) => socket.resetAndDestroy()],
] as const) {
  test(`${name} is 503`, async (context) => {
    const backend = await openRawBackend(context, (socket) => {
      socket.once("data", () => respond(socket));
    });
    const { fetch } = await openGateway(context, everything(backend, members));
    const answer = await fetch("/");
    assert.deepEqual([answer.status, answer.body], [503, '{"message":"Service Unavailable"}']);
  });
}

test("the time for an answer begins before the connection stands", async (context) => {
  // Nobody accepts: TEST-NET-1 is not routed, or refused at once by a strict network. Both are 503.
  const { fetch } = await openGateway(context, everything("http://192.0.2.1:9", { TimeoutInMillis: 50 }));
  assert.equal((await fetch("/")).status, 503);
});

test("a body that stops in the middle is cut after the integration's timeout", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("half");
  });
  const { send } = await openGateway(context, everything(backend, { TimeoutInMillis: 60 }));
  const sent = send("/").end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await assert.rejects(readAnswer(response), { code: "ECONNRESET" });
});

for (const [name, bytes] of [
  ["no HTTP", "SSH-2.0-OpenSSH_9.6\r\n\r\n"],
  ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"],
  ["a header that cannot be passed on", "HTTP/1.1 200 OK\r\nX: a\x7fb\r\nContent-Length: 2\r\n\r\nok"],
  ["a length that is no number", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"],
] as const) {
  test(`a malformed answer is 500: ${name}`, async (context) => {
    const backend = await openRawBackend(context, (socket) => {
      socket.once("data", () => socket.end(bytes));
    });
    const { fetch } = await openGateway(context, everything(backend));
    const answer = await fetch("/");
    assert.deepEqual([answer.status, answer.body], [500, '{"message":"Internal Server Error"}']);
    assert.match(answer.headers["x-sallyport-reason"] as string, /no valid HTTP\/1\.1/);
  });
}

test("an answer that announces more than 10 MB is 500", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    response.writeHead(200, { "content-length": String(10 * 1024 * 1024 + 1) });
    response.write("x");
  });
  const { fetch } = await openGateway(context, everything(backend));
  assert.equal((await fetch("/")).status, 500);
});

test("an unannounced answer over 10 MB is cut off", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    response.on("error", () => {});
    response.write(Buffer.alloc(6 * 1024 * 1024));
    response.end(Buffer.alloc(6 * 1024 * 1024));
  });
  const { send } = await openGateway(context, everything(backend));
  const sent = send("/").end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  await assert.rejects(readAnswer(response), { code: "ECONNRESET" });
});

test("informational answers of the back end are not the answer", async (context) => {
  const backend = await openRawBackend(context, (socket) => {
    socket.once("data", () =>
      socket.end("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok"),
    );
  });
  const { fetch } = await openGateway(context, everything(backend));
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.body, answer.headers.link], [201, "ok", undefined]);
});
