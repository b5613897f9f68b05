import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { GatewayOptions } from "../../src/edge/gateway.ts";
import type { FunctionInvoker } from "../../src/functions/invoker.ts";
import { AccessLogs } from "../../src/observe/access-log/access-logs.ts";
import { httpProxy, type SeedApi } from "./api-seed.ts";
import { type Answer, openBackend, openGateway, recordingLog } from "./gateway-harness.ts";

const DESTINATION = "arn:aws:logs:us-east-1:111122223333:log-group:/aws/test";

/** A gateway whose stages log in a format. `lines` ends the listener, so that every request is over, and reads them. */
async function openLogged(context: TestContext, format: string, seed: SeedApi, options: Partial<GatewayOptions> = {}) {
  const dataFolder = mkdtempSync(join(tmpdir(), "sallyport-logs-"));
  context.after(() => rmSync(dataFolder, { recursive: true }));
  const accessLogs = new AccessLogs({ dataFolder, log: recordingLog().log });
  const names = Object.entries(seed.stages ?? { $default: {} });
  const AccessLogSettings = { DestinationArn: DESTINATION, Format: format };
  const stages = Object.fromEntries(names.map(([name, members]) => [name, { AccessLogSettings, ...members }]));
  const harness = await openGateway(context, { ...seed, stages }, { accessLogs, ...options });
  const lines = async (): Promise<string[]> => {
    await harness.edge.drain(5_000);
    await accessLogs.close(5_000);
    const path = join(dataFolder, "logs/aws/test.log");
    const text = existsSync(path) ? readFileSync(path, "utf8") : "";
    return text.split("\n").filter((line) => line !== "");
  };
  return { ...harness, lines };
}

const openUp = (context: TestContext) =>
  openBackend(context, (request, response) => {
    let length = 0;
    request.on("data", (chunk: Buffer) => (length += chunk.length));
    request.on("end", () => {
      response.writeHead(201, { "x-amz-request-id": "back-1", "x-amz-id-2": "back-2" });
      response.end(`got ${length}`);
    });
  });

const idOf = ({ headers }: Answer): string => headers["apigw-requestid"] as string;

test("one line a request, after the answer, with what came of it", async (context) => {
  const up = await openUp(context);
  const format =
    "$context.requestId $context.identity.sourceIp $context.httpMethod $context.path $context.routeKey " +
    "$context.status $context.responseLength $context.dataProcessed $context.integration.status " +
    "$context.integrationStatus $context.awsEndpointRequestId $context.awsEndpointRequestId2 $context.error.message";
  const seed = { routes: { "POST /pets": "up" }, integrations: { up: httpProxy(up) }, stages: { dev: {} } };
  const { fetch, lines } = await openLogged(context, format, seed);
  const sized = await fetch("/dev/pets?x=1", { method: "POST", body: "12345" });
  const chunked = await fetch("/dev/pets", {
    method: "POST",
    body: "1234567",
    headers: { "transfer-encoding": "chunked" },
  });
  const rest = "127.0.0.1 POST /dev/pets POST /pets 201 5";
  assert.deepEqual(await lines(), [
    `${idOf(sized)} ${rest} 10 201 201 back-1 back-2 -`,
    `${idOf(chunked)} ${rest} 12 201 201 back-1 back-2 -`,
  ]);
});

test("latencies are those of the clock", async (context) => {
  let now = 0;
  const up = await openBackend(context, (_request, response) => {
    now += 250;
    response.end();
  });
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(up) } };
  const format = "$context.requestId $context.responseLatency $context.integrationLatency $context.integration.latency";
  const { fetch, lines } = await openLogged(context, format, seed, { nowMs: () => now });
  await fetch("/x");
  assert.match((await lines())[0] ?? "", / 250 250 250$/);
});

const ERROR_FORMAT =
  "$context.status $context.routeKey $context.error.message $context.error.messageString $context.error.responseType " +
  "$context.integrationLatency ($context.integration.error) $context.requestId";
const refused = httpProxy("http://127.0.0.1:1/");

for (const { name, seed, target, expected } of [
  {
    name: "no route",
    seed: { routes: {} },
    target: "/none",
    expected: /^404 - Not Found "Not Found" DEFAULT_4XX - \(-\) /,
  },
  {
    name: "throttled",
    seed: { routes: { "GET /x": "up" }, stages: { $default: { DefaultRouteSettings: { ThrottlingRateLimit: 0 } } } },
    target: "/x",
    expected: /^429 GET \/x Too Many Requests "Too Many Requests" THROTTLED - \(-\) /,
  },
  {
    name: "a signature that is not there",
    seed: {
      routes: { "GET /x": { Target: "integrations/up", AuthorizationType: "AWS_IAM" } },
      integrations: { up: refused },
    },
    target: "/x",
    expected: /^403 GET \/x Forbidden "Forbidden" ACCESS_DENIED - \(-\) /,
  },
  {
    name: "a back end that is not there",
    seed: { routes: { "GET /x": "up" }, integrations: { up: refused } },
    target: "/x",
    expected: /^503 GET \/x Service Unavailable "Service Unavailable" INTEGRATION_FAILURE \d+ \(.*ECONNREFUSED.*\) /,
  },
] as const) {
  test(`an error of the gateway is logged: ${name}`, async (context) => {
    const { fetch, lines } = await openLogged(context, ERROR_FORMAT, seed);
    await fetch(target);
    const [line] = await lines();
    assert.match(line ?? "", expected);
  });
}

test("EX-10.1 a function that may not be invoked", async (context) => {
  const functions: FunctionInvoker = {
    invoke: async () => ({ kind: "refused", why: "permission", detail: "no permission" }),
  };
  const fn = {
    IntegrationType: "AWS_PROXY",
    IntegrationUri: "arn:aws:lambda:us-east-1:111122223333:function:fn",
    PayloadFormatVersion: "2.0",
  };
  const format =
    '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" ' +
    "$context.status $context.responseLength $context.requestId $context.integrationErrorMessage";
  const seed = { routes: { $default: "fn" }, integrations: { fn } };
  const { fetch, lines } = await openLogged(context, format, seed, { functions });
  const answer = await fetch("/x");
  const [line = ""] = await lines();
  assert.match(
    line,
    /^127\.0\.0\.1 - - \[\d\d\/[A-Z][a-z]{2}\/\d{4}(:\d\d){3} \+0000\] "GET \$default HTTP\/1\.1" 500 35 /,
  );
  const message =
    "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
    "Check the permissions and try again.";
  assert.ok(line.endsWith(` ${idOf(answer)} ${message}`), line);
});

test("what an authorizer has against a token is logged", async (context) => {
  const seed = {
    routes: { "GET /x": { AuthorizationType: "JWT", AuthorizerId: "auth" } },
    authorizers: {
      auth: {
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: "http://127.0.0.1:1", Audience: ["me"] },
      },
    },
  };
  const format = "$context.status $context.authorizer.error | $context.error.responseType $context.requestId";
  const { fetch, lines } = await openLogged(context, format, seed);
  await fetch("/x", { headers: { authorization: "Bearer x" } });
  const [line] = await lines();
  assert.match(line ?? "", /^401 invalid_token: token contains an invalid number of segments \| UNAUTHORIZED /);
});

test("a timeout is told apart from other failures", async (context) => {
  const up = await openBackend(context, () => {});
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(up, { TimeoutInMillis: 50 }) } };
  const { fetch, lines } = await openLogged(context, ERROR_FORMAT, seed);
  assert.equal((await fetch("/x")).status, 503);
  assert.match((await lines())[0] ?? "", /^503 \$default .* INTEGRATION_TIMEOUT /);
});

test("no line when stage selection fails, and none for an unknown API", async (context) => {
  const { fetch, lines } = await openLogged(context, "$context.requestId", {
    routes: { $default: {} },
    stages: { dev: {} },
  });
  assert.equal((await fetch("/x")).status, 404);
  assert.equal((await fetch("/x", { host: "zzzzzzzzzz.execute-api.us-east-1.localhost" })).status, 403);
  assert.deepEqual(await lines(), []);
});

test("HEAD and preflights count no body", async (context) => {
  const up = await openUp(context);
  const seed = {
    api: { CorsConfiguration: { AllowOrigins: ["*"] } },
    routes: { "HEAD /x": "up" },
    integrations: { up: httpProxy(up) },
  };
  const { fetch, lines } = await openLogged(
    context,
    "$context.httpMethod $context.status $context.responseLength",
    seed,
  );
  await fetch("/x", { method: "HEAD" });
  await fetch("/x", { method: "OPTIONS" });
  assert.deepEqual(await lines(), ["HEAD 201 0", "OPTIONS 204 0"]);
});

test("a client that goes away is logged with what it got", async (context) => {
  const arrived = Promise.withResolvers<ServerResponse>();
  const up = await openBackend(context, (_request, response) => {
    arrived.resolve(response);
  });
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(up) } };
  const { send, lines } = await openLogged(context, "$context.status $context.responseLength $context.path", seed);
  const sent = send("/gone").end();
  sent.on("error", () => {});
  const response = await arrived.promise;
  const closed = once(response, "close");
  sent.destroy();
  await closed;
  assert.deepEqual(await lines(), ["- 0 /gone"]);
});

test("JSON formats stay JSON whatever the client sends", async (context) => {
  const format = '{"id":"$context.requestId","agent":"$context.identity.userAgent","path":"$context.path"}';
  const { fetch, lines } = await openLogged(context, format, { routes: { $default: {} } });
  const { headers } = await fetch('/a"b\\', { headers: { "user-agent": 'x","admin":"true\\' } });
  const [line] = await lines();
  assert.deepEqual(JSON.parse(line ?? ""), {
    id: headers["apigw-requestid"],
    agent: 'x","admin":"true\\',
    path: '/a"b\\',
  });
});

test("an access log that can not be written does not hurt requests", async (context) => {
  const { log, lines: told } = recordingLog();
  const accessLogs = new AccessLogs({ dataFolder: "/dev/null", log });
  const up = await openUp(context);
  const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(up) } };
  const { fetch, edge } = await openLogged(context, "$context.requestId", seed, { accessLogs });
  for (let time = 0; time < 3; time++) assert.equal((await fetch("/x")).status, 201);
  await edge.drain(5_000);
  await accessLogs.close(5_000);
  assert.equal(accessLogs.dropped, 3);
  assert.match(JSON.stringify(told), /access log lines are lost/);
});
