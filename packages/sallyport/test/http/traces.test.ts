import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { TraceRecord } from "../../src/observe/traces/trace-record.ts";
import { TraceStore } from "../../src/observe/traces/trace-store.ts";
import { API_ID, httpProxy, type SeedApi } from "./api-seed.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

/** A gateway whose requests are all traced. `traceOf` waits for the trace of a request that was answered. */
async function openTraced(context: TestContext, seed: SeedApi) {
  const traces = new TraceStore({ sample: 1, random: Math.random, nowMs: () => performance.now() });
  const kept = new Map<string, PromiseWithResolvers<TraceRecord>>();
  const waitFor = (requestId: string) => {
    const known = kept.get(requestId) ?? Promise.withResolvers<TraceRecord>();
    kept.set(requestId, known);
    return known;
  };
  traces.subscribe((record) => waitFor(record.requestId).resolve(record));
  const harness = await openGateway(context, seed, { trace: (requestId) => traces.begin(requestId) });
  const traceOf = (headers: object): Promise<TraceRecord> =>
    waitFor((headers as { "apigw-requestid": string })["apigw-requestid"]).promise;
  return { ...harness, traces, traceOf };
}

const stepsOf = ({ steps }: TraceRecord): string[] => steps.map(({ step, message }) => `${step}: ${message}`);

test("the story of a request that was served", async (context) => {
  const up = await openBackend(context, (_request, response) => {
    response.writeHead(200, { "set-cookie": "id=very-secret", "x-own": "1" }).end("ok");
  });
  const { fetch, traceOf } = await openTraced(context, {
    routes: { "GET /pets/{id}": "up", "ANY /{proxy+}": "up", $default: "up", "POST /pets/{id}": "up" },
    integrations: { up: httpProxy(`${up}/base`) },
    stages: { dev: { DefaultRouteSettings: { ThrottlingRateLimit: 5, ThrottlingBurstLimit: 5 } } },
  });
  const { headers } = await fetch("/dev/pets/6?token=very-secret&x=1", {
    headers: { authorization: "Bearer very-secret", cookie: "a=very-secret" },
  });
  const trace = await traceOf(headers);
  assert.deepEqual(stepsOf(trace), [
    `identify API: ${API_ID} in us-east-1`,
    "select stage: dev",
    "select route: GET /pets/{id}",
    "throttle: within 5 requests a second with a burst of 5",
    `call integration: GET ${up}/base?token=***&x=1`,
    "call integration: the integration answered 200",
    "respond: 200 of the integration",
  ]);
  assert.deepEqual(trace.steps[2]?.facts, { path: "/pets/6", lost: ["ANY /{proxy+}", "$default"] });
  const sent = trace.steps[4]?.headers ?? [];
  assert.equal(sent[sent.indexOf("authorization") + 1], "Bearer ***");
  assert.ok(trace.steps[6]?.headers?.includes("apigw-requestid"));
  const { apiId, stage, routeKey, status, method, target, accountId, aborted, latencyMs, integrationLatencyMs } = trace;
  assert.deepEqual(
    { apiId, stage, routeKey, status, method, target, accountId, aborted },
    {
      apiId: API_ID,
      stage: "dev",
      routeKey: "GET /pets/{id}",
      status: 200,
      method: "GET",
      target: "/dev/pets/6?token=***&x=1",
      accountId: "111122223333",
      aborted: false,
    },
  );
  assert.ok(latencyMs >= (integrationLatencyMs ?? Infinity) && latencyMs > 0);
  assert.doesNotMatch(JSON.stringify(trace), /very-secret/);
});

for (const { name, seed, target, method, last } of [
  {
    name: "no route",
    seed: { routes: { "GET /x": "up" } },
    target: "/none",
    last: [/^select route: none$/, /^select route: no route of stage \$default matches GET \/none; /, /^respond: 404 /],
  },
  {
    name: "a preflight",
    seed: { api: { CorsConfiguration: { AllowOrigins: ["*"] } }, routes: { "GET /x": "up" } },
    target: "/x",
    method: "OPTIONS",
    last: [/^answer preflight: 204: no route takes it, CORS is configured$/],
  },
  {
    name: "throttled",
    seed: { routes: { "GET /x": "up" }, stages: { $default: { DefaultRouteSettings: { ThrottlingRateLimit: 0 } } } },
    target: "/x",
    last: [/^throttle: route "GET \/x" of stage \$default is over 0 requests a second/, /^respond: 429 /],
  },
  {
    name: "an unsigned request",
    seed: {
      routes: { "GET /x": { Target: "integrations/up", AuthorizationType: "AWS_IAM" } },
      integrations: { up: httpProxy("http://127.0.0.1:1/") },
    },
    target: "/x",
    last: [/^authorize: route "GET \/x": /, /^respond: 403 /],
  },
  {
    name: "a back end that is not there",
    seed: { routes: { "GET /x": "up" }, integrations: { up: httpProxy("http://127.0.0.1:1/") } },
    target: "/x",
    last: [/^call integration: GET http:\/\/127\.0\.0\.1:1\//, /^call integration: .*ECONNREFUSED/, /^respond: 503 /],
  },
] as const) {
  test(`the story of a request that was not: ${name}`, async (context) => {
    const { fetch, traceOf } = await openTraced(context, seed);
    const { headers, status } = await fetch(target, { method });
    const trace = await traceOf(headers);
    const steps = stepsOf(trace).slice(-last.length);
    last.forEach((pattern, at) => assert.match(steps[at] ?? "", pattern));
    assert.equal(trace.status, status);
  });
}

test("a host that is no API leaves a trace without one", async (context) => {
  const { fetch, traces } = await openTraced(context, { routes: {} });
  const told = Promise.withResolvers<TraceRecord>();
  traces.subscribe(told.resolve);
  await fetch("/x?api_key=very-secret", { host: "example.com" });
  const trace = await told.promise;
  assert.deepEqual(
    [trace.apiId, trace.accountId, trace.status, trace.host],
    [undefined, undefined, 403, "example.com"],
  );
  assert.match(stepsOf(trace)[0] ?? "", /^identify API: host "example.com" names no API; /);
});

test("without a tracer nothing is kept", async (context) => {
  const traces = new TraceStore({ sample: 0, random: () => 0, nowMs: () => 0 });
  const { fetch, edge } = await openGateway(context, { routes: {} }, { trace: (requestId) => traces.begin(requestId) });
  await fetch("/x");
  await edge.drain(5_000);
  assert.equal(traces.count, 0);
});
