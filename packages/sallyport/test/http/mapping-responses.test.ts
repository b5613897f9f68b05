import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { httpProxy } from "./api-seed.ts";
import { type Harness, openBackend, openGateway } from "./gateway-harness.ts";

type Mappings = Readonly<Record<string, Readonly<Record<string, string>>>>;

async function open(
  context: TestContext,
  mappings: Mappings,
  listener: RequestListener,
  api: object = {},
): Promise<Harness> {
  const backend = await openBackend(context, listener);
  return openGateway(context, {
    api,
    routes: { $default: "up" },
    integrations: { up: httpProxy(backend, { ResponseParameters: mappings }) },
    stages: { $default: { StageVariables: { environmentId: "e1" } } },
  });
}

const answering =
  (status: number, headers: Record<string, string | string[]> = {}, body = ""): RequestListener =>
  (_request, response) =>
    response.writeHead(status, headers).end(body);

const ex66: Mappings = { "500": { "append:header.h": "$context.requestId", "overwrite:statuscode": "403" } };

test("EX-6.6: a status and a header by the status of the integration", async (context) => {
  const { fetch } = await open(context, ex66, answering(500, { "x-kept": "1" }, "own words"));
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.body, answer.headers["x-kept"]], [403, "own words", "1"]);
  assert.equal(answer.headers["h"], answer.headers["apigw-requestid"]);
});

test("EX-6.7: a stage variable in a header", async (context) => {
  const mappings = { "404": { "append:header.error": "$stageVariables.environmentId" } };
  const { fetch } = await open(context, mappings, answering(404));
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.headers["error"]], [404, "e1"]);
});

test("EX-6.8: another status is unchanged", async (context) => {
  const { fetch } = await open(context, ex66, answering(502, {}, "bad"));
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.body, answer.headers["h"]], [502, "bad", undefined]);
});

test("headers are appended, overwritten and removed, all values of the original", async (context) => {
  const mappings = {
    "200": {
      "append:header.set-cookie": "b=2",
      "overwrite:header.x-a": "$response.header.x-b",
      "overwrite:header.x-b": "$response.header.x-a",
      "remove:header.server": "''",
    },
  };
  const headers = { "set-cookie": "a=1", "x-a": "1", "x-b": ["2", "3"], server: "s" };
  const { fetch } = await open(context, mappings, answering(200, headers, "body"));
  const answer = await fetch("/");
  assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2"]);
  assert.deepEqual([answer.headers["x-a"], answer.headers["x-b"], answer.headers["server"]], ["2,3", "1", undefined]);
  assert.equal(answer.body, "body");
});

test("a part of the body becomes header and status; the body itself passes as it is", async (context) => {
  const mappings = {
    "200": { "append:header.x-code": "$response.body.error.code", "overwrite:statuscode": "$response.body.status" },
  };
  const body = '{ "status":422, "error":{"code":"no\\r\\nx-evil: 1"} }';
  const { fetch } = await open(context, mappings, (_request, response) => {
    // In two chunks and without a length.
    response.writeHead(200, { "content-type": "application/json" });
    response.write(body.slice(0, 10));
    response.end(body.slice(10));
  });
  const answer = await fetch("/");
  assert.deepEqual([answer.status, answer.body], [422, body]);
  assert.deepEqual([answer.headers["x-code"], answer.headers["x-evil"]], ["no x-evil: 1", undefined]);
  assert.equal(answer.headers["content-length"], String(body.length));
  assert.equal(answer.headers["content-type"], "application/json");
});

test("a body of a HEAD request has no values, and its length stays told", async (context) => {
  const mappings = { "200": { "append:header.x": "<${response.body.a}>" } };
  const { fetch } = await open(context, mappings, answering(200, { "content-length": "7" }));
  const answer = await fetch("/", { method: "HEAD" });
  assert.deepEqual([answer.status, answer.headers["x"], answer.headers["content-length"]], [200, "<>", "7"]);
});

for (const status of ["204", "304"]) {
  test(`a body is dropped when the status becomes ${status}`, async (context) => {
    const mappings = { "200": { "overwrite:statuscode": status, "append:header.x": "1" } };
    const { fetch } = await open(context, mappings, answering(200, { "content-length": "4" }, "body"));
    const answer = await fetch("/");
    assert.deepEqual([answer.status, answer.body, answer.headers["x"]], [Number(status), "", "1"]);
    assert.equal(answer.headers["content-length"], undefined);
  });

  test(`a body of length 0 is told when the status was ${status}`, async (context) => {
    const mappings = { [status]: { "overwrite:statuscode": "200" } };
    const { fetch } = await open(
      context,
      mappings,
      answering(Number(status), status === "304" ? { "content-length": "9" } : {}),
    );
    const answer = await fetch("/");
    assert.deepEqual([answer.status, answer.body, answer.headers["content-length"]], [200, "", "0"]);
  });
}

test("mapping comes before CORS, and can not touch what the gateway writes", async (context) => {
  const cors = { CorsConfiguration: { AllowOrigins: ["http://a.example"] } };
  const mappings = { "200": { "append:header.vary": "x-a" } };
  const { fetch } = await open(context, mappings, answering(200, { "access-control-allow-origin": "*" }), cors);
  const answer = await fetch("/", { headers: { origin: "http://a.example" } });
  assert.equal(answer.headers["access-control-allow-origin"], "http://a.example");
  assert.equal(answer.headers["vary"], "x-a, origin");
});

test("errors of the gateway's own are not mapped", async (context) => {
  const integration = httpProxy("http://127.0.0.1:1/", {
    ResponseParameters: { "503": { "overwrite:statuscode": "200" } },
  });
  const { fetch } = await openGateway(context, { routes: { $default: "up" }, integrations: { up: integration } });
  assert.equal((await fetch("/")).status, 503);
});

for (const [name, mappings, reason] of [
  [
    "a status that is none",
    { "overwrite:statuscode": "$response.header.x-status" },
    /map response: overwrite:statuscode gives "1000"/,
  ],
  [
    "a header over the limit",
    { "append:header.x": "$response.body" },
    /map response: a mapped response header is 20000 bytes/,
  ],
] as const) {
  test(`${name} is a 500 with its reason`, async (context) => {
    const { fetch } = await open(
      context,
      { "200": mappings },
      answering(200, { "x-status": "1000" }, "a".repeat(20_000)),
    );
    const answer = await fetch("/");
    assert.deepEqual([answer.status, answer.body], [500, '{"message":"Internal Server Error"}']);
    assert.equal(answer.headers["content-type"], "application/json");
    assert.match(answer.headers["x-sallyport-reason"] as string, reason);
  });
}

test("a body that breaks off while it is read for a mapping is a 500", async (context) => {
  const mappings = { "200": { "append:header.x": "$response.body.x" } };
  const { fetch } = await open(context, mappings, (_request, response) => {
    response.writeHead(200, { "content-length": "100" });
    response.write("{", () => response.destroy());
  });
  const answer = await fetch("/");
  assert.equal(answer.status, 500);
  assert.match(answer.headers["x-sallyport-reason"] as string, /map response: the response can not be mapped/);
});
