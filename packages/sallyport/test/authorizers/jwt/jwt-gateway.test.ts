/** JWT authorizers in a running gateway: issuers that fail and change, deployments, routes that cannot be guarded. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { Issuers } from "../../../src/authorizers/jwt/issuers.ts";
import { JwtAuthorizer } from "../../../src/authorizers/jwt/jwt-authorizer.ts";
import type { JwtConfiguration } from "../../../src/authorizers/jwt/jwt-configuration.ts";
import { keys } from "../../../src/model/keys.ts";
import { Http1Upstream } from "../../../src/upstream/http1/http1-upstream.ts";
import { API_ID, deploy, routeWrite } from "../../http/api-seed.ts";
import { authorizationRequest } from "../authorization-request.ts";
import { assertDenied, bearer, invalidToken, jwtRoute, openJwtGateway } from "./jwt-harness.ts";
import { nowSeconds, openIssuer } from "./test-issuer.ts";
import { newKey, signedToken } from "./token-signer.ts";

test("an issuer that cannot be asked is a 401, and never a 5xx", async (t) => {
  const { fetch, reached } = await openJwtGateway(t, { issuer: "http://127.0.0.1:1/pool" });
  const issuer = await openIssuer(t);
  const answer = await fetch("/plain", bearer(issuer.token()));
  assertDenied(answer, 401, invalidToken("OIDC discovery endpoint communication error"));
  const reason = String(answer.headers["x-sallyport-reason"]);
  assert.match(reason, /127\.0\.0\.1:1\/pool\/\.well-known\/openid-configuration: .*; check that the issuer answers$/);
  assert.deepEqual(reached, []);
});

test("keys that cannot be had are a 401 with another text", async (t) => {
  const issuer = await openIssuer(t);
  issuer.jwks = (_request, response) => void response.writeHead(503).end();
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  const answer = await fetch("/scoped", bearer(issuer.token()));
  assertDenied(answer, 401, invalidToken("JWKS communication error", "a/read"));
});

test("an issuer is asked once, for all routes and deployments and for requests at the same time", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, ledger } = await openJwtGateway(t, { issuer: issuer.url });
  const token = issuer.token({ scope: "a/read" });
  const paths = ["/plain", "/scoped", "/plain", "/scoped"];
  const answers = await Promise.all(paths.map((path) => fetch(path, bearer(token))));
  assert.deepEqual(
    answers.map(({ status }) => status),
    [200, 200, 200, 200],
  );
  await deploy(ledger, API_ID, "deployment3", { $default: {} });
  assert.equal((await fetch("/plain", bearer(token))).status, 200);
  assert.deepEqual(issuer.asked, ["/.well-known/openid-configuration", "/keys?v=1"]);
});

test("a new key of the issuer is taken up with its first token", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  const old = issuer.token();
  assert.equal((await fetch("/plain", bearer(old))).status, 200);
  const next = newKey("key-2");
  issuer.keys = [next.jwk];
  assert.equal((await fetch("/plain", bearer(old))).status, 200, "nobody knows yet");
  assert.equal((await fetch("/plain", bearer(signedToken(next, issuer.claims())))).status, 200);
  assertDenied(await fetch("/plain", bearer(old)), 401, invalidToken("the token has an unknown key id"));
});

test("keys that are too short to be safe verify nothing", async (t) => {
  const issuer = await openIssuer(t);
  const weak = newKey("weak", 1024);
  issuer.keys = [weak.jwk, { ...weak.jwk, kid: "garbage", n: "!" }];
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  for (const kid of ["weak", "garbage"]) {
    const answer = await fetch("/plain", bearer(signedToken(weak, issuer.claims(), { kid })));
    assertDenied(answer, 401, invalidToken("the token has an invalid signature"));
  }
});

test("made-up key ids do not make the issuer answer to each of them", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  for (let at = 0; at < 5; at++) {
    const answer = await fetch("/plain", bearer(issuer.token({}, { kid: `made-up-${at}` })));
    assertDenied(answer, 401, invalidToken("the token has an unknown key id"));
  }
  assert.equal(issuer.asked.length, 4, "the first fetch and one more");
  assert.equal((await fetch("/plain", bearer(issuer.token()))).status, 200);
});

test("a token that was accepted is refused once the deployed authorizer is stricter", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, ledger } = await openJwtGateway(t, { issuer: issuer.url });
  const token = issuer.token();
  assert.equal((await fetch("/plain", bearer(token))).status, 200);
  const stricter = {
    AuthorizerId: "jwt1",
    Name: "jwt",
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: issuer.url, Audience: ["y"] },
  };
  await ledger.commit([{ key: keys.authorizer(API_ID, "jwt1"), value: stricter }]);
  assert.equal((await fetch("/plain", bearer(token))).status, 200, "not deployed yet");
  await deploy(ledger, API_ID, "deployment3", { $default: {} });
  assertDenied(await fetch("/plain", bearer(token)), 401, invalidToken("the token does not have a valid audience"));
});

test("a token that expires while it is remembered is refused from that moment on", async (t) => {
  const issuer = await openIssuer(t);
  const upstream = new Http1Upstream();
  t.after(() => upstream.close());
  const configuration: JwtConfiguration = {
    kind: "configuration",
    issuer: issuer.url,
    audience: new Set(["x"]),
    sources: [{ kind: "header", name: "authorization" }],
  };
  const authorizer = new JwtAuthorizer(configuration, new Issuers({ upstream }).of(issuer.url), []);
  const exp = nowSeconds() + 300;
  const headers = ["authorization", issuer.token({ exp })];
  const at = (timeMs: number) => authorizer.authorize(authorizationRequest({ headers, timeMs }));
  assert.equal((await at(exp * 1000 - 1)).kind, "allow");
  const remembered = at(exp * 1000 - 1);
  assert.ok(!(remembered instanceof Promise), "it is remembered");
  const late = await at(exp * 1000);
  assert.equal(late.kind === "deny" && late.error, "invalid_token: the token has expired");
});

test("tokens in a query parameter, and in the first of several sources that holds one", async (t) => {
  const issuer = await openIssuer(t);
  const sources = ["$request.header.X-Token", "$request.querystring.access_token"];
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url, sources });
  const token = issuer.token();
  assert.equal((await fetch(`/plain?access_token=${token}`)).status, 200);
  assert.equal((await fetch(`/plain?access_token=Bearer+${token}`)).status, 200);
  assert.equal((await fetch("/plain", { headers: { "x-token": token } })).status, 200);
  assert.equal((await fetch(`/plain?access_token=${token}`, { headers: { "x-token": "" } })).status, 200);
  const first = await fetch(`/plain?access_token=${token}`, { headers: { "x-token": "bad" } });
  assertDenied(first, 401, invalidToken("token contains an invalid number of segments"));
  const none = await fetch("/plain", bearer(token));
  assertDenied(none, 401, "Bearer");
  assert.match(String(none.headers["x-sallyport-reason"]), /no token in header x-token, query parameter access_token;/);
});

test("a token may be as large as a request's head, and no larger", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  const large = issuer.token({ pad: "p".repeat(6_500) });
  assert.ok(large.length > 8_900);
  assert.equal((await fetch("/plain", bearer(large))).status, 200);
  const tooLarge = await fetch("/plain", bearer(issuer.token({ pad: "p".repeat(8_000) })));
  assert.equal(tooLarge.status, 431);
});

test("EX-7.6 a preflight that meets an authorized route is a 401, not answered by the gateway", async (t) => {
  const issuer = await openIssuer(t);
  const api = { CorsConfiguration: { AllowOrigins: ["https://www.example.com"], AllowMethods: ["GET"] } };
  const { fetch, ledger } = await openJwtGateway(t, { issuer: issuer.url, api });
  await ledger.commit([routeWrite(API_ID, "any1", "ANY /{proxy+}", jwtRoute())]);
  await deploy(ledger, API_ID, "deployment3", { $default: {} });
  const headers = { origin: "https://www.example.com", "access-control-request-method": "GET" };
  const answer = await fetch("/pets", { method: "OPTIONS", headers });
  assertDenied(answer, 401, "Bearer");
  assert.equal(answer.headers["access-control-allow-origin"], "https://www.example.com");
});

test("who may not call does not learn that the integration is broken", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, ledger } = await openJwtGateway(t, { issuer: issuer.url });
  const route = { ...jwtRoute(), Target: "integrations/none" };
  await ledger.commit([routeWrite(API_ID, "broken", "GET /broken", route)]);
  await deploy(ledger, API_ID, "deployment3", { $default: {} });
  assertDenied(await fetch("/broken"), 401, "Bearer");
  assertDenied(await fetch("/broken", bearer(issuer.token())), 500, undefined);
});

const UNGUARDED: readonly (readonly [string, object | undefined, RegExp])[] = [
  ["is not deployed", undefined, /AuthorizerId: authorizer jwt1 is not deployed; attach an authorizer that fits/],
  ["is of another type", { AuthorizerType: "REQUEST" }, /AuthorizerId: authorizer jwt1 is of type REQUEST, not JWT/],
  ["has no issuer", { JwtConfiguration: { Audience: ["x"] } }, /JwtConfiguration\.Issuer: "" is no http or https URL/],
  ["has an issuer of another scheme", { JwtConfiguration: { Issuer: "file:///keys", Audience: ["x"] } }, /file:/],
  [
    "has no audience",
    { JwtConfiguration: { Issuer: "https://i.example" } },
    /JwtConfiguration\.Audience: there is none/,
  ],
  ["has no source", { IdentitySource: [] }, /IdentitySource: there is none/],
  [
    "has a source that is no part of a request",
    { IdentitySource: ["$context.path"] },
    /"\$context\.path" is no header/,
  ],
];

async function unguarded(context: TestContext, members: object | undefined) {
  const gateway = await openJwtGateway(context, { issuer: "https://i.example", authorizer: members });
  if (members) return gateway;
  await gateway.ledger.commit([{ key: keys.authorizer(API_ID, "jwt1"), delete: true }]);
  await deploy(gateway.ledger, API_ID, "deployment3", { $default: {} });
  return gateway;
}

for (const [name, members, reason] of UNGUARDED) {
  test(`a route whose authorizer ${name} is closed with a 500`, async (t) => {
    const { fetch, reached } = await unguarded(t, members);
    const answer = await fetch("/plain", bearer("a.b.c"));
    assertDenied(answer, 500, undefined);
    assert.match(String(answer.headers["x-sallyport-reason"]), reason);
    assert.deepEqual(reached, []);
  });
}
