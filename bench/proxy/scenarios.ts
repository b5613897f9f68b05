/** What the gateway is asked to do: an API each, made through the control plane. */
import { call, RawConnection } from "../raw-client.ts";
import type { Issuer } from "./issuer.ts";

export interface Scenario {
  readonly name: string;
  readonly host: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
  /** Where its access log goes. */
  readonly logGroup?: string;
}

export interface Setting {
  /** `HOST:PORT` of the admin listener. */
  readonly admin: string;
  /** `HOST:PORT` of the back end. */
  readonly backend: string;
  readonly issuer: Issuer;
}

/** Paths that a scenario goes round: enough to meet different routes, few enough for any cache of a client. */
const PATHS = 100;
const ORIGIN = "https://www.example.com";
const LOG_FORMAT =
  '{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","requestTime":"$context.requestTime",' +
  '"httpMethod":"$context.httpMethod","routeKey":"$context.routeKey","status":"$context.status",' +
  '"protocol":"$context.protocol","responseLength":"$context.responseLength"}';
/** Never reached: the throttle is at work and lets everything through. */
const RATE = { throttlingRateLimit: 9_000_000, throttlingBurstLimit: 900_000 };

const CORS = {
  corsConfiguration: {
    allowOrigins: [ORIGIN],
    allowMethods: ["GET"],
    allowHeaders: ["authorization"],
    exposeHeaders: ["x-told"],
    allowCredentials: true,
  },
};
const MAPPING = {
  requestParameters: { "append:header.x-request": "$context.requestId" },
  responseParameters: { "200": { "append:header.x-told": "$context.stage" } },
};
/** The log of each scenario is its own. */
function logGroupOf(name: string): string {
  return name.replaceAll(/[^a-z]+/g, "-");
}

function stageOf(name: string): object {
  const destinationArn = `arn:aws:logs:us-east-1:000000000000:log-group:${logGroupOf(name)}`;
  return { defaultRouteSettings: RATE, accessLogSettings: { destinationArn, format: LOG_FORMAT } };
}

interface Features {
  readonly api?: object;
  readonly integration?: object;
  /** Throttled and logged. */
  readonly stage?: boolean;
  readonly jwt?: boolean;
}

/** All scenarios by the name they have in the table; the first one is the bare proxy. */
export async function makeScenarios(setting: Setting): Promise<readonly Scenario[]> {
  const connection = new RawConnection(setting.admin);
  try {
    return [
      await proxy("bare proxy", {}, setting, connection),
      await routes(10, setting, connection),
      await routes(1000, setting, connection),
      await proxy("JWT", { jwt: true }, setting, connection),
      await proxy("CORS", { api: CORS }, setting, connection),
      await proxy("throttle + log", { stage: true }, setting, connection),
      await proxy("mapping", { integration: MAPPING }, setting, connection),
      await proxy("all features", { jwt: true, api: CORS, stage: true, integration: MAPPING }, setting, connection),
    ];
  } finally {
    connection.close();
  }
}

/** One route that takes everything. */
async function proxy(name: string, features: Features, setting: Setting, at: RawConnection): Promise<Scenario> {
  const { backend, issuer } = setting;
  const api = { name, protocolType: "HTTP", ...features.api };
  const { apiId } = await call<{ apiId: string }>(at, "POST", "/v2/apis", api);
  const { integrationId } = await call<{ integrationId: string }>(at, "POST", `/v2/apis/${apiId}/integrations`, {
    integrationType: "HTTP_PROXY",
    integrationMethod: "ANY",
    integrationUri: `http://${backend}/{proxy}`,
    payloadFormatVersion: "1.0",
    ...features.integration,
  });
  const authorization = features.jwt ? await jwt(apiId, issuer, at) : {};
  const route = { routeKey: "ANY /{proxy+}", target: `integrations/${integrationId}`, ...authorization };
  await call(at, "POST", `/v2/apis/${apiId}/routes`, route);
  await call(at, "POST", `/v2/apis/${apiId}/stages`, {
    stageName: "$default",
    autoDeploy: true,
    ...(features.stage && stageOf(name)),
  });
  const headers = {
    ...(features.jwt && { Authorization: `Bearer ${issuer.token}` }),
    ...(features.api && { Origin: ORIGIN }),
  };
  const log = features.stage && { logGroup: logGroupOf(name) };
  return { name, ...hostOf(apiId, headers), paths: paths((n) => `/items/${n}`), ...log };
}

async function jwt(apiId: string, { url, audience }: Issuer, at: RawConnection): Promise<object> {
  const { authorizerId } = await call<{ authorizerId: string }>(at, "POST", `/v2/apis/${apiId}/authorizers`, {
    name: "jwt",
    authorizerType: "JWT",
    identitySource: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: url, audience: [audience] },
  });
  return { authorizationType: "JWT", authorizerId };
}

/** So many routes with an integration each. */
async function routes(count: number, { backend }: Setting, at: RawConnection): Promise<Scenario> {
  const operations = Array.from({ length: count }, (_, n) => [`/route-${n}/{id}`, { get: operation(backend, n) }]);
  const name = `${count.toLocaleString("en-US")} routes`;
  const document = { openapi: "3.0.1", info: { title: name, version: "1" }, paths: Object.fromEntries(operations) };
  const { apiId } = await call<{ apiId: string }>(at, "PUT", "/v2/apis", { body: JSON.stringify(document) });
  await call(at, "POST", `/v2/apis/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
  const step = Math.max(1, Math.floor(count / PATHS));
  return { name, ...hostOf(apiId, {}), paths: paths((n) => `/route-${(n * step) % count}/${n}`) };
}

function operation(backend: string, n: number): object {
  return {
    responses: {},
    "x-amazon-apigateway-integration": {
      type: "http_proxy",
      httpMethod: "GET",
      payloadFormatVersion: "1.0",
      uri: `http://${backend}/route-${n}/{id}`,
    },
  };
}

function hostOf(apiId: string, headers: Record<string, string>): Pick<Scenario, "host" | "headers"> {
  const host = `${apiId}.execute-api.us-east-1.localhost`;
  return { host, headers: { Host: host, ...headers } };
}

function paths(of: (n: number) => string): readonly string[] {
  return Array.from({ length: PATHS }, (_, n) => of(n));
}
