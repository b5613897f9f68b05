import assert from "node:assert/strict";
import { test } from "node:test";
import { httpProxy } from "./api-seed.ts";
import type { SeedApi } from "./api-seed.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

const REQUEST_ID = /^[A-Za-z0-9_-]{15}=$/;

interface Scenario {
  readonly name: string;
  readonly seed: SeedApi;
  readonly target: string;
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly status: number;
  readonly body: string;
  readonly reason: RegExp;
}

const up = { up: httpProxy("http://127.0.0.1:1/") };
const pets: SeedApi = { routes: { "GET /pets": "up" }, integrations: up };
const link = { up: httpProxy("arn:x", { ConnectionType: "VPC_LINK", ConnectionId: "abc" }) };
const mapped = { up: httpProxy("http://127.0.0.1:1/", { RequestParameters: { "append:header.via": "1" } }) };
const answered = {
  up: httpProxy("http://127.0.0.1:1/", { ResponseParameters: { "200": { "overwrite:statuscode": "99" } } }),
};
const notFound = { status: 404, body: '{"message":"Not Found"}' };
const failed = { status: 500, body: '{"message":"Internal Server Error"}' };
const unavailable = { status: 503, body: '{"message":"Service Unavailable"}' };
const get = { target: "/pets" };

const scenarios: readonly Scenario[] = [
  { name: "EX-12.1 no such route", seed: pets, target: "/none", ...notFound, reason: /no route .* GET \/none/ },
  { name: "EX-2.9 a path of another method", seed: pets, method: "POST", ...get, ...notFound, reason: /POST \/pets/ },
  { name: "EX-2.10 HEAD of a GET route", seed: pets, method: "HEAD", ...get, status: 404, body: "", reason: /HEAD/ },
  { name: "EX-2.12 a nonstandard method", seed: pets, method: "PROPFIND", ...get, ...notFound, reason: /PROPFIND/ },
  { name: "EX-7.7 a preflight without CORS", seed: pets, method: "OPTIONS", ...get, ...notFound, reason: /OPTIONS/ },
  { name: "EX-1.5 no stage", seed: { ...pets, stages: { dev: {} } }, ...get, ...notFound, reason: /stage "pets"/ },
  {
    name: "a stage without deployment",
    seed: { ...pets, stages: { $default: { DeploymentId: undefined } } },
    ...get,
    ...notFound,
    reason: /no deployment/,
  },
  {
    name: "a disabled default endpoint",
    seed: { ...pets, api: { DisableExecuteApiEndpoint: true } },
    ...get,
    ...notFound,
    reason: /endpoint is disabled/,
  },
  {
    name: "a route without target",
    seed: { routes: { "GET /pets": {} } },
    ...get,
    ...failed,
    reason: /no integration/,
  },
  {
    name: "a target that is not deployed",
    seed: { routes: { "GET /pets": "gone" } },
    ...get,
    ...failed,
    reason: /integrations\/gone is not deployed/,
  },
  ...["JWT", "CUSTOM"].map((type) => ({
    name: `a route with authorization ${type} and no authorizer, which must not be skipped`,
    seed: { routes: { "GET /pets": { Target: "integrations/up", AuthorizationType: type } }, integrations: up },
    ...get,
    ...failed,
    reason: /"GET \/pets", AuthorizerId: authorizer none is not deployed/,
  })),
  ...[{ integrations: link, target: "up", field: "ConnectionType" }].map(({ integrations, target, field }) => ({
    name: `an integration whose ${field} is not supported yet`,
    seed: { routes: { "GET /pets": target }, integrations },
    ...get,
    ...failed,
    reason: new RegExp(`"GET /pets", ${field}: .* not supported`),
  })),
  ...[
    {
      integrations: mapped,
      reason: /"GET \/pets", RequestParameters: append:header.via = "1" is no mapping \(reserved\)/,
    },
    { integrations: answered, reason: /ResponseParameters: overwrite:statuscode = "99" is no mapping \(status\)/ },
  ].map(({ integrations, reason }, at) => ({
    name: `a mapping that can not have been stored by a call, ${at === 0 ? "request" : "response"}`,
    seed: { routes: { "GET /pets": "up" }, integrations },
    ...get,
    ...failed,
    reason,
  })),
  {
    name: "a stage variable without value",
    seed: { routes: { "GET /pets": "up" }, integrations: { up: httpProxy("http://${stageVariables.h}/v") } },
    ...get,
    ...failed,
    reason: /stage variable h .* has no value/,
  },
  {
    name: "a path variable that the route does not have",
    seed: { routes: { "GET /pets": "up" }, integrations: { up: httpProxy("http://127.0.0.1:1/{id}") } },
    ...get,
    ...failed,
    reason: /\{id\} is no variable/,
  },
  { name: "a back end that refuses connections", seed: pets, ...get, ...unavailable, reason: /ECONNREFUSED/ },
  {
    name: "a back end that does not exist",
    seed: { routes: { "GET /pets": "up" }, integrations: { up: httpProxy("http://back-end.invalid/") } },
    ...get,
    ...unavailable,
    reason: /back-end.invalid is not reachable/,
  },
  {
    name: "head over 10,240 bytes",
    seed: pets,
    ...get,
    headers: { x: "a".repeat(10_240) },
    status: 431,
    body: '{"message":"Request Header Fields Too Large"}',
    reason: /the limit is 10240/,
  },
];

for (const { name, seed, target, method, headers, status, body, reason } of scenarios) {
  test(`gateway error: ${name}`, async (context) => {
    const { fetch } = await openGateway(context, seed);
    const answer = await fetch(target, { method, headers });
    assert.equal(answer.status, status);
    assert.equal(answer.body, body);
    assert.equal(answer.headers["content-type"], "application/json");
    if (body) assert.equal(answer.headers["content-length"], String(body.length));
    assert.match(answer.headers["apigw-requestid"] as string, REQUEST_ID);
    assert.match(answer.headers["x-sallyport-reason"] as string, reason);
    assert.deepEqual(
      Object.keys(answer.headers).filter((header) => header.startsWith("x-amz")),
      [],
    );
  });
}

test("a head of exactly 10,240 bytes passes: header names do not count", async (context) => {
  const backend = await openBackend(context, (_request, response) => response.end("passed"));
  const { fetch, edge } = await openGateway(context, {
    routes: { $default: "up" },
    integrations: { up: httpProxy(backend) },
  });
  // "GET / HTTP/1.1" and the values of host, connection and x.
  const host = "a1b2c3d4e5.execute-api.us-east-1.localhost";
  const padding = 10_240 - "GET / HTTP/1.1".length - host.length - "close".length;
  assert.ok(edge.address.port > 0);
  assert.equal((await fetch("/", { headers: { x: "a".repeat(padding) } })).body, "passed");
  assert.equal((await fetch("/", { headers: { x: "a".repeat(padding + 1) } })).status, 431);
});

test("without a loopback edge no reason is told", async (context) => {
  const { fetch } = await openGateway(context, pets, { loopback: false });
  const answer = await fetch("/none");
  assert.equal(answer.status, 404);
  assert.equal(answer.headers["x-sallyport-reason"], undefined);
});

for (const [name, host] of [
  ["an unknown API", "zzzzzzzzzz.execute-api.us-east-1.localhost"],
  ["an API of another region", "a1b2c3d4e5.execute-api.eu-west-1.localhost"],
  ["a host that is none of ours", "example.com"],
  ["no host at all", ""],
] as const) {
  test(`${name} is 403 without request id`, async (context) => {
    const { fetch } = await openGateway(context, pets);
    const answer = await fetch("/pets", { host });
    assert.equal(answer.status, 403);
    assert.equal(answer.body, '{"message":"Forbidden"}');
    assert.equal(answer.headers["apigw-requestid"], undefined);
    assert.equal(answer.headers["x-amzn-errortype"], "ForbiddenException");
  });
}
