import assert from "node:assert/strict";
import { test } from "node:test";
import type { SeedApi } from "./api-seed.ts";
import { httpProxy } from "./api-seed.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

const ORIGIN = "https://www.example.com";
const cors = {
  AllowOrigins: [ORIGIN],
  AllowMethods: ["GET", "POST"],
  AllowHeaders: ["authorization"],
  ExposeHeaders: ["x-told"],
  MaxAge: 300,
};
const preflight = { origin: ORIGIN, "access-control-request-method": "GET" };

interface Scenario {
  readonly configuration?: object;
  readonly routes?: SeedApi["routes"];
  readonly method?: string;
  readonly headers?: Record<string, string>;
  readonly status: number;
  /** The CORS headers and `vary` of the answer, all of them. */
  readonly expected: Readonly<Record<string, string>>;
}

const preflightHeaders = {
  "access-control-allow-origin": ORIGIN,
  "access-control-allow-methods": "GET,POST",
  "access-control-allow-headers": "authorization",
  "access-control-max-age": "300",
  vary: "origin",
};
const actual = { "access-control-allow-origin": ORIGIN, "access-control-expose-headers": "x-told", vary: "origin" };
const options = { method: "OPTIONS", status: 204 };

const scenarios: Readonly<Record<string, Scenario>> = {
  "EX-7.1 a preflight": { ...options, headers: preflight, expected: preflightHeaders },
  "EX-7.2 a preflight without origin": {
    ...options,
    headers: { "access-control-request-method": "GET" },
    expected: {},
  },
  "a preflight without a method": { ...options, headers: { origin: ORIGIN }, expected: {} },
  "EX-7.3 a preflight from elsewhere": {
    ...options,
    headers: { ...preflight, origin: "https://evil.example" },
    expected: {},
  },
  "a preflight for an API that allows any origin": {
    ...options,
    configuration: { AllowOrigins: ["*"], MaxAge: 0 },
    headers: preflight,
    expected: { "access-control-allow-origin": "*", "access-control-max-age": "0" },
  },
  "EX-7.5 the back end's own headers give way": { status: 200, headers: { origin: ORIGIN }, expected: actual },
  "the back end's own headers go without an origin, too": { status: 200, expected: {} },
  "an origin that is not allowed is served without headers": {
    status: 200,
    headers: { origin: "https://evil.example" },
    expected: {},
  },
  "credentials are told": {
    status: 200,
    configuration: { AllowOrigins: [ORIGIN], AllowCredentials: true },
    headers: { origin: ORIGIN },
    expected: { "access-control-allow-origin": ORIGIN, "access-control-allow-credentials": "true", vary: "origin" },
  },
  "EX-7.8 any https origin, asked from http": {
    status: 200,
    configuration: { AllowOrigins: ["https://*"] },
    headers: { origin: "http://a.example" },
    expected: {},
  },
  "any https origin": {
    status: 200,
    configuration: { AllowOrigins: ["https://*"] },
    headers: { origin: "https://a.example" },
    expected: { "access-control-allow-origin": "https://a.example", vary: "origin" },
  },
  "a gateway error": { status: 404, method: "DELETE", headers: { origin: ORIGIN }, expected: actual },
  "a failing integration": {
    status: 500,
    routes: { "GET /pets": {} },
    headers: { origin: ORIGIN },
    expected: actual,
  },
  "a preflight that a route takes": {
    status: 200,
    method: "OPTIONS",
    routes: { "ANY /pets": "up" },
    headers: preflight,
    expected: actual,
  },
  "EX-7.6 a preflight that a route with an authorizer takes is not answered in its place": {
    status: 500,
    method: "OPTIONS",
    routes: { "ANY /{proxy+}": { Target: "integrations/up", AuthorizationType: "JWT" } },
    headers: preflight,
    expected: actual,
  },
};

for (const [name, { configuration = cors, routes, method = "GET", headers, status, expected }] of Object.entries(
  scenarios,
)) {
  test(`CORS: ${name}`, async (context) => {
    const backend = await openBackend(context, (_request, response) => {
      response.writeHead(200, { "Access-Control-Allow-Origin": "*", "access-control-max-age": "1", "x-told": "1" });
      response.end();
    });
    const { fetch } = await openGateway(context, {
      api: { CorsConfiguration: configuration },
      routes: routes ?? { "GET /pets": "up" },
      integrations: { up: httpProxy(backend) },
    });
    const answer = await fetch("/pets", { method, headers });
    assert.equal(answer.status, status);
    const found = Object.entries(answer.headers).filter(([key]) => key.startsWith("access-control-") || key === "vary");
    assert.deepEqual(Object.fromEntries(found), expected);
    assert.match(answer.headers["apigw-requestid"] as string, /^[\w-]{15}=$/);
    if (status === 204) assert.equal(answer.body, "");
  });
}

test("without a configuration the back end's CORS headers pass", async (context) => {
  const backend = await openBackend(context, (_request, response) => {
    response.setHeader("access-control-allow-origin", "*").end();
  });
  const { fetch } = await openGateway(context, {
    routes: { $default: "up" },
    integrations: { up: httpProxy(backend) },
  });
  const answer = await fetch("/", { headers: { origin: ORIGIN } });
  assert.equal(answer.headers["access-control-allow-origin"], "*");
  assert.equal(answer.headers.vary, undefined);
});
