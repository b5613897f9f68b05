import assert from "node:assert/strict";
import { test } from "node:test";
import { JwtAuthorizer } from "../../../src/authorizers/jwt/jwt-authorizer.ts";
import { Issuers } from "../../../src/authorizers/jwt/issuers.ts";
import { readJwtConfiguration } from "../../../src/authorizers/jwt/jwt-configuration.ts";
import type { Decision } from "../../../src/authorizers/authorizer.ts";
import type { TestContext } from "node:test";
import { Http1Upstream } from "../../../src/upstream/http1/http1-upstream.ts";
import { authorizationRequest } from "../authorization-request.ts";
import { assertDenied, bearer, invalidToken, openJwtGateway } from "./jwt-harness.ts";
import { KEY, nowSeconds, openIssuer } from "./test-issuer.ts";
import type { TestIssuer } from "./test-issuer.ts";
import { hmacToken, newKey, signedToken } from "./token-signer.ts";

/** Asks an authorizer directly: what it found out shows only in events. */
async function decided(
  context: TestContext,
  issuer: TestIssuer,
  token: string,
  { scopes = [] as readonly string[], audience = ["x"] } = {},
): Promise<Decision> {
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const configuration = readJwtConfiguration({
    AuthorizerId: "jwt1",
    Name: "jwt",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: issuer.url, Audience: audience },
  });
  assert.equal(configuration.kind, "configuration");
  const authorizer = new JwtAuthorizer(configuration, new Issuers({ upstream }).of(issuer.url), scopes);
  return authorizer.authorize(authorizationRequest({ headers: ["Authorization", `Bearer ${token}`] }));
}

test("EX-8.1 a valid token passes; claims are texts and scopes null without scopes on the route", async (t) => {
  const issuer = await openIssuer(t);
  const exp = nowSeconds() + 300;
  const token = issuer.token({
    exp,
    scope: "a/read",
    admin: true,
    ratio: 1.5,
    groups: ["admin", "ops"],
    nothing: null,
    address: { city: "Bern", zip: 3000 },
  });
  const claims = {
    iss: issuer.url,
    aud: "x",
    sub: "u1",
    exp: String(exp),
    scope: "a/read",
    admin: "true",
    ratio: "1.5",
    groups: "[admin ops]",
    address: '{"city":"Bern","zip":3000}',
  };
  const decision = await decided(t, issuer, token);
  assert.deepEqual(JSON.parse(JSON.stringify(decision)), {
    kind: "allow",
    result: { kind: "jwt", claims, scopes: null },
  });
});

test("EX-8.5 with scopes on the route the event shows all scopes of the token", async (t) => {
  const issuer = await openIssuer(t);
  const decision = await decided(t, issuer, issuer.token({ scope: "a/read a/write" }), { scopes: ["a/read"] });
  assert.equal(decision.kind, "allow");
  assert.deepEqual(decision.kind === "allow" && decision.result.kind === "jwt" && decision.result.scopes, [
    "a/read",
    "a/write",
  ]);
});

test("of several scopes of the route one is enough", async (t) => {
  const issuer = await openIssuer(t);
  const { kind } = await decided(t, issuer, issuer.token({ scope: "b" }), { scopes: ["a/read", "b"] });
  assert.equal(kind, "allow");
});

const ACCEPTED: readonly (readonly [string, object, object?])[] = [
  ["EX-8.1 aud in the audience", {}],
  ["EX-8.2 one of several aud in the audience", { aud: ["x", "y"] }],
  ["EX-8.3 no aud, client_id in the audience", { aud: undefined, client_id: "x" }],
  ["nbf and iat that are over", { nbf: nowSeconds() - 10, iat: nowSeconds() - 10 }],
  ["iat of this very second", { iat: nowSeconds() }],
  ["RS384", {}, { alg: "RS384" }],
  ["RS512", {}, { alg: "RS512" }],
];

test("tokens that are right pass, whatever way the issuer writes them", async (t) => {
  const issuer = await openIssuer(t);
  issuer.keys = [{ ...KEY.jwk, alg: undefined }];
  const { fetch, reached } = await openJwtGateway(t, { issuer: issuer.url });
  for (const [name, changes, header] of ACCEPTED) {
    await t.test(name, async () => {
      const before = reached.length;
      const answer = await fetch("/plain", bearer(issuer.token(changes, header)));
      assert.equal(answer.status, 200, String(answer.headers["x-sallyport-reason"]));
      assert.equal(answer.headers["www-authenticate"], undefined);
      assert.equal(reached.length, before + 1);
    });
  }
});

const SCOPES: readonly (readonly [string, object])[] = [
  ["EX-8.5 scope holds it among others", { scope: "a/read a/write" }],
  ["scp as a text", { scp: "b a/read" }],
  ["scp as a list", { scp: ["b", "a/read"] }],
  ["scp goes before scope", { scp: ["a/read"], scope: "b" }],
];

test("scopes of the route: one of them is enough, wherever the token has it", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  for (const [name, changes] of SCOPES) {
    assert.equal((await fetch("/scoped", bearer(issuer.token(changes)))).status, 200, name);
  }
});

const INSUFFICIENT: readonly (readonly [string, object, string])[] = [
  ["EX-8.6 no scope claim", {}, "[]"],
  ["other scopes", { scope: "a/readX xa/read a/" }, '["a/readX","xa/read","a/"]'],
  ["scp without it, scope with it", { scp: ["b"], scope: "a/read" }, '["b"]'],
  ["a scope claim of another type", { scope: { "a/read": true } }, "[]"],
];

test("EX-8.6 a token without any scope of the route is a 403", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, reached } = await openJwtGateway(t, { issuer: issuer.url });
  for (const [name, changes, found] of INSUFFICIENT) {
    const answer = await fetch("/scoped", bearer(issuer.token(changes)));
    const description = "the token does not have a required scope";
    assertDenied(answer, 403, `Bearer scope="a/read" error="insufficient_scope" error_description="${description}"`);
    const rule = `authorize: route "GET /scoped": the token must have one of the scopes ["a/read"], and has ${found}; `;
    assert.equal(answer.headers["x-sallyport-reason"], `${rule}ask the issuer for such a scope`, name);
  }
  assert.deepEqual(reached, []);
});

const stranger = newKey("key-1");

/** Name, token, error_description, beginning of the private reason. */
const REFUSED: readonly (readonly [string, (issuer: TestIssuer) => string, string, RegExp])[] = [
  ["EX-8.4 aud not in the audience, client_id is", (i) => i.token({ aud: "z", client_id: "x" }), "the token does not have a valid audience", /aud must be one of \["x"\], and is "z"/],
  ["aud that is null, client_id in the audience", (i) => i.token({ aud: null, client_id: "x" }), "the token does not have a valid audience", /is null/],
  ["neither aud nor client_id", (i) => i.token({ aud: undefined }), "the token does not have a valid audience", /client_id must be .* is nothing/],
  ["client_id as a list", (i) => i.token({ aud: undefined, client_id: ["x"] }), "the token does not have a valid audience", /client_id/],
  ["EX-8.8 no token at all", () => "not-a-token", "token contains an invalid number of segments", /this value 1;/],
  ["four segments", (i) => `${i.token()}.x`, "token contains an invalid number of segments", /this value 4;/],
  ["empty signature", (i) => i.token().replace(/[^.]+$/, ""), "the token is malformed", /base64url/],
  ["padding", (i) => `${i.token()}==`, "the token is malformed", /base64url/],
  ["header that is no object", (i) => signedToken(KEY, i.claims(), '"x"'), "the token is malformed", /JSON objects/],
  ["payload that is no object", () => signedToken(KEY, [1]), "the token is malformed", /JSON objects/],
  ["payload that is no JSON", () => signedToken(KEY, "{"), "the token is malformed", /JSON objects/],
  ["critical extension", (i) => i.token({}, { crit: ["b64"], b64: false }), "the token is malformed", /crit \["b64"\]/],
  ["EX-8.9 signed HS256 with the public key", (i) => hmacToken(KEY, i.claims()), "the token has an unsupported signing algorithm", /not "HS256"/],
  ["alg none", (i) => i.token({}, { alg: "RS256" }).replace(/^[^.]+/, Buffer.from('{"alg":"none","kid":"key-1"}').toString("base64url")), "the token has an unsupported signing algorithm", /not "none"/],
  ["PS256", (i) => i.token({}, { alg: "PS256" }), "the token has an unsupported signing algorithm", /not "PS256"/],
  ["no kid", (i) => i.token({}, { kid: undefined }), "the token has no key id", /kid must name a key/],
  ["kid that is no text", (i) => i.token({}, { kid: { toString: 1 } }), "the token has no key id", /kid must name a key/],
  ["kid of another object's members", (i) => i.token({}, { kid: "__proto__" }), "the token has an unknown key id", /no key "__proto__" for RS256; it has \["key-1"\]/],
  ["kid that is a path", (i) => i.token({}, { kid: "../../dev/null" }), "the token has an unknown key id", /dev\/null/],
  ["alg other than the key's", (i) => i.token({}, { alg: "RS512" }), "the token has an unknown key id", /for RS512/],
  ["key of a stranger with the right kid", (i) => signedToken(stranger, i.claims()), "the token has an invalid signature", /does not hold for key "key-1"/],
  ["a stranger's key in the token itself", (i) => signedToken(stranger, i.claims(), { jwk: stranger.jwk, jku: `${i.url}/keys` }), "the token has an invalid signature", /does not hold/],
  ["issuer with a slash more", (i) => i.token({ iss: `${i.url}/` }), "the token has an invalid issuer", /iss must be/],
  ["no issuer", (i) => i.token({ iss: undefined }), "the token has an invalid issuer", /not nothing/],
  ["no exp", (i) => i.token({ exp: undefined }), "the token has no expiration time", /is nothing/],
  ["exp that is a text", (i) => i.token({ exp: "9999999999" }), "the token has no expiration time", /is "9999999999"/],
  ["exp beyond all numbers", (i) => signedToken(KEY, JSON.stringify(i.claims({ exp: 0 })).replace('"exp":0', '"exp":1e999')), "the token has no expiration time", /exp must be a number/],
  ["expired", (i) => i.token({ exp: nowSeconds() - 1 }), "the token has expired", /exp is 20\d\d-.*Z;/],
  ["expired this second", (i) => i.token({ exp: nowSeconds() }), "the token has expired", /exp is/],
  ["two exp, the last one over", (i) => signedToken(KEY, JSON.stringify(i.claims()).replace(/}$/, ',"exp":1}')), "the token has expired", /exp is 1970-01-01/],
  ["nbf in the future", (i) => i.token({ nbf: nowSeconds() + 60 }), "the token is not yet valid", /nbf must not be after/],
  ["iat in the future", (i) => i.token({ iat: nowSeconds() + 60 }), "the token was issued in the future", /iat must not be after/],
  ["nbf that is no number", (i) => i.token({ nbf: "now" }), "the token is not yet valid", /is "now"/],
]; // prettier-ignore

test("steps 1 to 7: every token that is not right is a 401 with its own description", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, reached } = await openJwtGateway(t, { issuer: issuer.url });
  for (const [name, make, description, reason] of REFUSED) {
    await t.test(name, async () => {
      const token = make(issuer);
      const answer = await fetch("/plain", bearer(token));
      assertDenied(answer, 401, invalidToken(description));
      const told = String(answer.headers["x-sallyport-reason"]);
      assert.match(told, /^authorize: route "GET \/plain": /);
      assert.match(told, reason);
      assert.ok(token.length < 20 || !told.includes(token.split(".")[2] || token), "the token is not told");
    });
  }
  assert.deepEqual(reached, []);
});

test("EX-8.7 an expired token on a route with scopes", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  const answer = await fetch("/scoped", bearer(issuer.token({ exp: nowSeconds() - 5, scope: "a/read" })));
  assertDenied(answer, 401, 'Bearer scope="a/read" error="invalid_token" error_description="the token has expired"');
});

test("no token is a 401 with a bare challenge, and the issuer is not asked", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch, reached } = await openJwtGateway(t, { issuer: issuer.url });
  for (const path of ["/plain", "/scoped"]) {
    const answer = await fetch(path);
    assertDenied(answer, 401, "Bearer");
    const reason = `authorize: route "GET ${path}": there is no token in header authorization; send one`;
    assert.equal(answer.headers["x-sallyport-reason"], reason);
  }
  assertDenied(await fetch("/plain", { headers: { authorization: "" } }), 401, "Bearer");
  assert.deepEqual([reached, issuer.asked], [[], []]);
});

test("a route without an authorizer stays open beside one with", async (t) => {
  const issuer = await openIssuer(t);
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url });
  assert.equal((await fetch("/open", bearer("not-a-token"))).status, 200);
});

test("EX-7.4 a 401 has the CORS headers that let its page read it", async (t) => {
  const issuer = await openIssuer(t);
  const api = { CorsConfiguration: { AllowOrigins: ["https://www.example.com"], AllowCredentials: true } };
  const { fetch } = await openJwtGateway(t, { issuer: issuer.url, api });
  const { status, headers } = await fetch("/plain", { headers: { origin: "https://www.example.com" } });
  assert.equal(status, 401);
  assert.equal(headers["access-control-allow-origin"], "https://www.example.com");
  assert.equal(headers["access-control-allow-credentials"], "true");
  assert.equal(headers["vary"], "origin");
  assert.equal(headers["www-authenticate"], "Bearer");
});
