import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { keys } from "../../../src/model/keys.ts";
import type { GatewayOptions } from "../../../src/edge/gateway.ts";
import { API_ID, deploy, httpProxy } from "../../http/api-seed.ts";
import type { Answer, Harness } from "../../http/gateway-harness.ts";
import { openBackend, openGateway } from "../../http/gateway-harness.ts";

export interface JwtApi {
  readonly issuer: string;
  readonly audience?: readonly string[];
  readonly sources?: readonly string[];
  /** Members of the authorizer. */
  readonly authorizer?: object;
  readonly api?: object;
}

/** What a route with the authorizer has. */
export const jwtRoute = (scopes?: readonly string[]): object => ({
  Target: "integrations/up",
  AuthorizationType: "JWT",
  AuthorizerId: "jwt1",
  ...(scopes && { AuthorizationScopes: scopes }),
});

export interface JwtGateway extends Harness {
  /** Paths that reached the back end. */
  readonly reached: string[];
}

/** A gateway with `GET /open`, `GET /plain` (no scopes), `GET /scoped` (`a/read`) and `POST /plain`. */
export async function openJwtGateway(
  context: TestContext,
  { issuer, audience = ["x"], sources = ["$request.header.Authorization"], authorizer, api }: JwtApi,
  options: Partial<GatewayOptions> = {},
): Promise<JwtGateway> {
  const reached: string[] = [];
  const backend = await openBackend(context, (request, response) => {
    reached.push(request.url ?? "");
    response.end("reached");
  });
  const routes = {
    "GET /open": "up",
    "GET /plain": jwtRoute(),
    "GET /scoped": jwtRoute(["a/read"]),
    "POST /plain": jwtRoute(),
  };
  const harness = await openGateway(context, { api, routes, integrations: { up: httpProxy(backend) } }, options);
  const value = {
    AuthorizerId: "jwt1",
    Name: "jwt",
    AuthorizerType: "JWT",
    IdentitySource: sources,
    JwtConfiguration: { Issuer: issuer, Audience: audience },
    ...authorizer,
  };
  await harness.ledger.commit([{ key: keys.authorizer(API_ID, "jwt1"), value }]);
  await deploy(harness.ledger, API_ID, "deployment2", { $default: {} });
  return { ...harness, reached };
}

export const bearer = (token: string): { headers: Record<string, string> } => ({
  headers: { authorization: `Bearer ${token}` },
});

/** Holds an answer of the gateway's own against all that the reference says about it. */
export function assertDenied(answer: Answer, status: 401 | 403 | 414 | 500, challenge: string | undefined): void {
  const message = { 401: "Unauthorized", 403: "Forbidden", 414: "Request-URI Too Long", 500: "Internal Server Error" };
  assert.equal(answer.status, status);
  assert.equal(answer.body, `{"message":"${message[status]}"}`);
  assert.equal(answer.headers["content-type"], "application/json");
  assert.equal(answer.headers["www-authenticate"], challenge);
  assert.match(String(answer.headers["apigw-requestid"]), /^[\w-]{15}=$/);
  assert.equal(answer.headers["x-amzn-errortype"], undefined);
}

/** The challenge of a token that is not accepted. */
export const invalidToken = (description: string, scope = ""): string =>
  `Bearer scope="${scope}" error="invalid_token" error_description="${description}"`;
