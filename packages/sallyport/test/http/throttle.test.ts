import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { GatewayOptions } from "../../src/edge/gateway.ts";
import { API_ID, deploy, httpProxy } from "./api-seed.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

const BODY = '{"message":"Too Many Requests"}';

/** A gateway whose clock is moved by hand, and a way to send several requests and see their statuses. */
async function openThrottled(context: TestContext, stage: object, options: Partial<GatewayOptions> = {}, api = {}) {
  let calls = 0;
  const backend = await openBackend(context, (_request, response) => {
    calls += 1;
    response.end();
  });
  const clock = { now: 1_000 };
  const harness = await openGateway(
    context,
    {
      api,
      routes: {
        "GET /pets": "up",
        "GET /x": "up",
        "GET /closed": { Target: "integrations/up", AuthorizationType: "AWS_IAM" },
      },
      integrations: { up: httpProxy(backend) },
      stages: { $default: stage },
    },
    { nowMs: () => clock.now, ...options },
  );
  const statuses = async (target: string, times: number, method = "GET") => {
    const found: number[] = [];
    for (let time = 0; time < times; time++) found.push((await harness.fetch(target, { method })).status);
    return found;
  };
  return { ...harness, clock, statuses, calls: () => calls };
}

const slow = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 2 };

test("EX-9.1 EX-9.2 a route's rate 1 and burst 2: two at once, the third is 429, and one more a second later", async (context) => {
  const { statuses, clock, fetch, calls } = await openThrottled(context, { RouteSettings: { "GET /pets": slow } });
  assert.deepEqual(await statuses("/pets", 3), [200, 200, 429]);
  assert.equal(calls(), 2);
  clock.now += 1_000;
  assert.deepEqual(await statuses("/pets", 2), [200, 429]);
  const { status, body, headers } = await fetch("/pets");
  assert.deepEqual([status, body], [429, BODY]);
  assert.equal(headers["content-type"], "application/json");
  assert.equal(headers["content-length"], "31");
  assert.match(headers["apigw-requestid"] as string, /^[\w-]{15}=$/);
  assert.equal(headers["retry-after"], undefined);
  assert.match(
    headers["x-sallyport-reason"] as string,
    /^throttle: route "GET \/pets" of stage \$default is over 1 .* burst of 2; /,
  );
  assert.deepEqual(await statuses("/x", 3), [200, 200, 200]);
});

test("EX-9.3 a route's own settings replace the stage's", async (context) => {
  const { statuses } = await openThrottled(context, {
    DefaultRouteSettings: { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 },
    RouteSettings: { "GET /pets": { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 100 } },
  });
  assert.deepEqual(new Set(await statuses("/pets", 50)), new Set([200]));
  assert.deepEqual(await statuses("/x", 2), [200, 429]);
});

for (const [name, settings] of [
  ["rate", { ThrottlingRateLimit: 0 }],
  ["burst", { ThrottlingBurstLimit: 0 }],
] as const) {
  test(`a ${name} of 0 blocks the route`, async (context) => {
    const { statuses, calls } = await openThrottled(context, { RouteSettings: { "GET /pets": settings } });
    assert.deepEqual(await statuses("/pets", 2), [429, 429]);
    assert.equal(calls(), 0);
  });
}

test("buckets survive a redeployment, and changed settings take effect with it", async (context) => {
  const { statuses, ledger } = await openThrottled(context, { RouteSettings: { "GET /pets": slow } });
  assert.deepEqual(await statuses("/pets", 3), [200, 200, 429]);
  await deploy(ledger, API_ID, "deployment2", { $default: { RouteSettings: { "GET /pets": slow } } });
  assert.deepEqual(await statuses("/pets", 1), [429]);
  const wider = { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 3 };
  await deploy(ledger, API_ID, "deployment3", { $default: { RouteSettings: { "GET /pets": wider } } });
  assert.deepEqual(await statuses("/pets", 2), [200, 429]);
  await deploy(ledger, API_ID, "deployment4", { $default: {} });
  assert.deepEqual(await statuses("/pets", 2), [200, 200]);
});

test("the account's bucket holds for all of its routes, and a throttled route does not eat it up", async (context) => {
  const limits = { accountRateLimit: 1, accountBurstLimit: 3 };
  const stage = { RouteSettings: { "GET /pets": { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } } };
  const { statuses, fetch } = await openThrottled(context, stage, { limits });
  assert.deepEqual(await statuses("/pets", 4), [200, 429, 429, 429]);
  assert.deepEqual(await statuses("/x", 3), [200, 200, 429]);
  const { headers } = await fetch("/x");
  assert.match(headers["x-sallyport-reason"] as string, /^throttle: account 111122223333 in us-east-1 is over 1 /);
});

test("a request that no route takes costs nothing, a preflight answered here costs the account", async (context) => {
  const limits = { accountRateLimit: 1, accountBurstLimit: 2 };
  const api = { CorsConfiguration: { AllowOrigins: ["*"] } };
  const { statuses } = await openThrottled(context, {}, { limits }, api);
  assert.deepEqual(await statuses("/none", 5), [404, 404, 404, 404, 404]);
  assert.deepEqual(await statuses("/pets", 3, "OPTIONS"), [204, 204, 429]);
  assert.deepEqual(await statuses("/pets", 1), [429]);
});

test("throttling comes before authorization", async (context) => {
  const stage = { RouteSettings: { "GET /closed": { ThrottlingRateLimit: 1, ThrottlingBurstLimit: 1 } } };
  const { statuses } = await openThrottled(context, stage);
  assert.deepEqual(await statuses("/closed", 2), [403, 429]);
});

test("a stage that relies on a lifted account limit is told of", async (context) => {
  const limits = { accountRateLimit: 100_000 };
  const stage = { DefaultRouteSettings: { ThrottlingRateLimit: 50_000, ThrottlingBurstLimit: 10 } };
  const { statuses, lines } = await openThrottled(context, stage, { limits });
  assert.deepEqual(await statuses("/pets", 1), [200]);
  const told = lines.filter(({ message }) => message.includes("on AWS it would be throttled earlier"));
  assert.deepEqual(
    told.map(({ level, facts }) => ({ level, facts })),
    [{ level: "warn", facts: { apiId: API_ID, stage: "$default", rate: 50_000, burst: 10 } }],
  );
});
