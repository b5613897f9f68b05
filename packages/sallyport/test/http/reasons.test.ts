/**
 * Every error that the gateway itself produces (Developer Guide, statuses of HTTP APIs): status, exact bytes, headers, and
 * a private reason that names the step, the rule, the value that broke it, and what to do.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayOptions } from "../../src/edge/gateway.ts";
import { LocalFunctions } from "../../src/functions/local-functions.ts";
import { parseAwsEndpoints } from "../../src/config/aws-endpoints.ts";
import { httpProxy, type SeedApi } from "./api-seed.ts";
import { openBackend, openGateway, type SendOptions } from "./gateway-harness.ts";

const TEXTS = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  413: "Request Entity Too Large",
  414: "Request-URI Too Long",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

interface Row {
  readonly name: string;
  readonly status: keyof typeof TEXTS;
  readonly step: string;
  /** Holds the value. */
  readonly rule: RegExp;
  readonly remedy: RegExp;
  readonly seed: SeedApi;
  readonly target?: string;
  readonly send?: SendOptions;
  readonly options?: Partial<GatewayOptions>;
  readonly challenge?: string;
  /** The error is no API's. */
  readonly outside?: true;
}

const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:fn";
const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "s" };
const gone = httpProxy("http://127.0.0.1:1/");
const lambda = { IntegrationType: "AWS_PROXY", IntegrationUri: FUNCTION, PayloadFormatVersion: "2.0" };
const functions = new LocalFunctions()
  .set("fn", () => {
    throw new TypeError("boom");
  })
  .set("deny", () => ({ isAuthorized: false }))
  .set("empty", () => ({}));

const to = (integration: object, members: Partial<SeedApi> = {}): SeedApi => ({
  routes: { "ANY /x": "up" },
  integrations: { up: integration },
  ...members,
});

const authorized = (type: string, route: object = {}, authorizer: object = {}): SeedApi => ({
  routes: { "ANY /{p+}": { Target: "integrations/up", AuthorizationType: type, AuthorizerId: "auth", ...route } },
  integrations: { up: gone },
  authorizers: { auth: { Name: "auth", ...authorizer } },
});

const custom = (name: string, members: object = {}): SeedApi =>
  authorized(
    "CUSTOM",
    {},
    {
      AuthorizerType: "REQUEST",
      AuthorizerUri: `arn:aws:lambda:us-east-1:111122223333:function:${name}`,
      AuthorizerPayloadFormatVersion: "2.0",
      EnableSimpleResponses: true,
      IdentitySource: ["$request.header.X-Who"],
      AuthorizerResultTtlInSeconds: 0,
      ...members,
    },
  );

const jwt = authorized(
  "JWT",
  {},
  {
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: "http://127.0.0.1:1", Audience: ["me"] },
  },
);

const rows: readonly Row[] = [
  {
    name: "a parameter of a service call without a value",
    status: 400,
    step: "call integration",
    rule: /MessageBody/,
    remedy: /RequestParameters/,
    seed: to({
      IntegrationType: "AWS_PROXY",
      IntegrationSubtype: "SQS-SendMessage",
      PayloadFormatVersion: "1.0",
      CredentialsArn: "arn:aws:iam::111122223333:role/caller",
      RequestParameters: { QueueUrl: "http://127.0.0.1:1/q", MessageBody: "$request.body.m" },
    }),
    options: { aws: { endpoints: parseAwsEndpoints("http://127.0.0.1:1"), credentials } },
    send: { method: "POST", body: "{}" },
  },
  {
    name: "no token",
    status: 401,
    step: "authorize",
    rule: /route "ANY \/\{p\+\}": there is no token in header authorization/i,
    remedy: /send one/,
    seed: jwt,
    challenge: "Bearer",
  },
  {
    name: "a token that is none",
    status: 401,
    step: "authorize",
    rule: /segments/,
    remedy: /\w/,
    seed: jwt,
    send: { headers: { authorization: "Bearer not-a-token" } },
    challenge: 'Bearer scope="" error="invalid_token" error_description="token contains an invalid number of segments"',
  },
  {
    name: "no identity for a Lambda authorizer",
    status: 401,
    step: "authorize",
    rule: /identity source \S*X-Who has no value/i,
    remedy: /identity source/,
    seed: custom("deny"),
    options: { functions },
  },
  {
    name: "denied by a Lambda authorizer",
    status: 403,
    step: "authorize",
    rule: /route "ANY \/\{p\+\}": .*(deny|isAuthorized|denied)/,
    remedy: /function/,
    seed: custom("deny"),
    options: { functions },
    send: { headers: { "x-who": "me" } },
  },
  {
    name: "an unsigned request of an IAM route",
    status: 403,
    step: "authorize",
    rule: /no credentials are configured/,
    remedy: /--credentials/,
    seed: authorized("AWS_IAM"),
  },
  {
    name: "a host that is no API",
    status: 403,
    step: "identify API",
    rule: /host "example\.com" names no API/,
    remedy: /host name/,
    seed: to(gone),
    send: { host: "example.com" },
    outside: true,
  },
  {
    name: "no such stage",
    status: 404,
    step: "select stage",
    rule: /neither a stage "x" nor \$default/,
    remedy: /create a stage/,
    seed: to(gone, { stages: { dev: {} } }),
  },
  {
    name: "no such route",
    status: 404,
    step: "select route",
    rule: /no route of stage \$default matches GET \/none/,
    remedy: /\$default, and deploy/,
    seed: to(gone),
    target: "/none",
  },
  {
    name: "a disabled endpoint",
    status: 404,
    step: "select stage",
    rule: /default endpoint is disabled/,
    remedy: /custom domain/,
    seed: to(gone, { api: { DisableExecuteApiEndpoint: true } }),
  },
  {
    name: "a body over the limit",
    status: 413,
    step: "limit body",
    rule: /11 bytes; the limit is 10/,
    remedy: /send less/,
    seed: to(gone),
    send: { method: "POST", body: "12345678901" },
    options: { limits: { payloadBytes: 10 } },
  },
  {
    name: "an ARN over 1,600 bytes",
    status: 414,
    step: "authorize",
    rule: /ARN is \d{4} bytes; the limit is 1600/,
    remedy: /shorter path/,
    seed: custom("deny"),
    options: { functions },
    target: `/${"x".repeat(1_600)}`,
    send: { headers: { "x-who": "me" } },
  },
  {
    name: "throttled",
    status: 429,
    step: "throttle",
    rule: /route "ANY \/x" of stage \$default is over 0 requests a second/,
    remedy: /raise the throttling/,
    seed: to(gone, { stages: { $default: { DefaultRouteSettings: { ThrottlingRateLimit: 0 } } } }),
  },
  {
    name: "a head over the limit",
    status: 431,
    step: "limit head",
    rule: /\d{4,} bytes; the limit is 1024/,
    remedy: /shorter headers/,
    seed: to(gone),
    send: { headers: { x: "y".repeat(1_024) } },
    options: { limits: { headBytes: 1_024 } },
  },
  {
    name: "a function that throws",
    status: 500,
    step: "call integration",
    rule: /route "ANY \/x": arn:\S+:fn failed: TypeError: boom/,
    remedy: /function's code/,
    seed: to(lambda),
    options: { functions },
  },
  {
    name: "an authorizer's function that answers nonsense",
    status: 500,
    step: "authorize",
    rule: /isAuthorized/,
    remedy: /\w/,
    seed: custom("empty"),
    options: { functions },
    send: { headers: { "x-who": "me" } },
  },
  {
    name: "an authorizer that is not deployed",
    status: 500,
    step: "authorize",
    rule: /AuthorizerId: authorizer other is not deployed/,
    remedy: /attach an authorizer/,
    seed: authorized("JWT", { AuthorizerId: "other" }),
  },
  {
    name: "a route without an integration",
    status: 500,
    step: "call integration",
    rule: /route "GET \/x", Target: the route has no integration/,
    remedy: /attach an integration/,
    seed: { routes: { "GET /x": {} } },
  },
  {
    name: "a stage variable without value",
    status: 500,
    step: "call integration",
    rule: /stage variable h\b.* has no value/,
    remedy: /stage's variables/,
    seed: to(httpProxy("http://${stageVariables.h}/")),
  },
  {
    name: "a back end that refuses connections",
    status: 503,
    step: "call integration",
    rule: /http:\/\/127\.0\.0\.1:1 is not reachable: ECONNREFUSED/,
    remedy: /back end/,
    seed: to(gone),
  },
];

for (const { name, status, step, rule, remedy, seed, target = "/x", send, options, challenge, outside } of rows) {
  test(`${status} ${TEXTS[status]}: ${name}`, async (context) => {
    const { fetch } = await openGateway(context, seed, options);
    const answer = await fetch(target, send);
    const { headers } = answer;
    const reason = String(headers["x-sallyport-reason"]);
    assert.equal(answer.status, status, reason);
    assert.equal(answer.body, JSON.stringify({ message: TEXTS[status] }));
    assert.equal(headers["content-type"], "application/json");
    assert.equal(headers["content-length"], String(answer.bytes.length));
    assert.equal(headers["www-authenticate"], challenge);
    assert.equal(headers["x-amzn-errortype"], outside ? "ForbiddenException" : undefined);
    if (outside) assert.equal(headers["apigw-requestid"], undefined);
    else assert.match(headers["apigw-requestid"] as string, /^[\w-]{15}=$/);
    assert.ok(reason.startsWith(`${step}: `), reason);
    const end = reason.lastIndexOf("; ");
    assert.match(reason.slice(0, end), rule);
    assert.match(reason.slice(end), remedy);
  });
}

test("503 for a back end that takes too long", async (context) => {
  const backend = await openBackend(context, () => {});
  const { fetch } = await openGateway(context, to(httpProxy(backend, { TimeoutInMillis: 50 })));
  const { status, headers, body } = await fetch("/x");
  assert.deepEqual([status, body], [503, '{"message":"Service Unavailable"}']);
  assert.match(
    String(headers["x-sallyport-reason"]),
    /^call integration: .*did not answer: nothing within 50 ms; raise Tim/,
  );
});

test("every status that the gateway answers with has its row", () => {
  assert.deepEqual(new Set(rows.map(({ status }) => String(status))), new Set(Object.keys(TEXTS)));
});
