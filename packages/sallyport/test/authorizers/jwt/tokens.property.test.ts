import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { claimTexts, scopesOf } from "../../../src/authorizers/jwt/claim-texts.ts";
import { checkClaims } from "../../../src/authorizers/jwt/claim-rules.ts";
import { challengeOf } from "../../../src/authorizers/jwt/challenge.ts";
import { IssuerKeys } from "../../../src/authorizers/jwt/issuer-keys.ts";
import { Issuer } from "../../../src/authorizers/jwt/issuer.ts";
import { parseJsonObject } from "../../../src/authorizers/jwt/json-object.ts";
import { KeySet } from "../../../src/authorizers/jwt/key-set.ts";
import { parseToken } from "../../../src/authorizers/jwt/token.ts";
import { tokenOf } from "../../../src/authorizers/jwt/token-source.ts";
import { VerifiedTokens } from "../../../src/authorizers/jwt/verified-tokens.ts";
import { KEY } from "./test-issuer.ts";
import { base64url, signedToken } from "./token-signer.ts";

const set = KeySet.parse(JSON.stringify({ keys: [KEY.jwk] }))!;
const issuerOf = () => new Issuer(new IssuerKeys(async () => set, Date.now), new VerifiedTokens(), Date.now);

test("whatever is changed in a signed token, it is not accepted any more", async () => {
  const issuer = issuerOf();
  const token = signedToken(KEY, { sub: "u1", exp: 9_999_999_999 });
  assert.equal((await issuer.verify(token)).kind, "verified");
  const place = fc.nat({ max: token.length - 1 });
  const character = fc.constantFrom(..."ABCDEFabcdef0123456789-_.");
  await fc.assert(
    fc.asyncProperty(place, character, async (at, other) => {
      fc.pre(token[at] !== other);
      const changed = token.slice(0, at) + other + token.slice(at + 1);
      const result = await issuer.verify(changed);
      // The last character of a segment holds bits that decoding drops: such a text is the same token.
      const same =
        changed.split(".").length === 3 &&
        changed.split(".").every((segment, index) => bytes(segment).equals(bytes(token.split(".")[index]!)));
      assert.equal(result.kind === "verified" && !same, false);
    }),
    { numRuns: 150 },
  );
});

const bytes = (segment: string): Buffer => Buffer.from(segment, "base64url");

test("any text is read without throwing, and only three segments of JSON are a token", () => {
  const segment = fc.oneof(fc.string(), fc.json().map(base64url), fc.constant(base64url({ alg: "RS256", kid: "k" })));
  fc.assert(
    fc.property(
      fc.array(segment, { maxLength: 5 }).map((parts) => parts.join(".")),
      (text) => {
        const parsed = parseToken(text);
        assert.ok(parsed.kind === "fault" || text.split(".").length === 3);
      },
    ),
  );
});

test("claims are texts, null ones dropped, whatever their names", () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor")), fc.jsonValue()),
      (claims) => {
        const parsed = parseJsonObject(JSON.stringify(claims))!;
        const texts = claimTexts(parsed);
        const names = Object.keys(parsed).filter((name) => parsed[name] !== null);
        assert.deepEqual(Object.keys(texts), names);
        for (const name of names) assert.equal(typeof texts[name], "string");
      },
    ),
  );
});

test("numbers in claims keep their digits", () => {
  const texts = claimTexts(
    parseJsonObject('{"id":12345678901234567890,"f":1.0,"e":1E3,"o":{"n":12345678901234567891},"l":[1,[true,"x"]]}')!,
  );
  const expected = {
    id: "12345678901234567890",
    f: "1.0",
    e: "1E3",
    o: '{"n":12345678901234567891}',
    l: "[1 [true x]]",
  };
  assert.deepEqual({ ...texts }, expected);
});

test("of a claim that comes twice the last one counts, for checks and events alike", () => {
  const claims = parseJsonObject('{"sub":"u1","iss":"other","iss":"i","aud":"x","exp":99,"sub":"u2"}')!;
  assert.equal(
    checkClaims(claims, { kind: "configuration", issuer: "i", audience: new Set("x"), sources: [] }, 0),
    undefined,
  );
  assert.equal(claimTexts(claims)["sub"], "u2");
});

test("times: now must be before exp, and neither before nbf nor iat", () => {
  const configuration = { kind: "configuration", issuer: "i", audience: new Set("x"), sources: [] } as const;
  const seconds = fc.integer({ min: -10, max: 10 });
  fc.assert(
    fc.property(seconds, fc.option(seconds), fc.option(seconds), seconds, (exp, nbf, iat, now) => {
      const claims = { iss: "i", aud: "x", exp, ...(nbf !== null && { nbf }), ...(iat !== null && { iat }) };
      const good = now < exp && now >= (nbf ?? now) && now >= (iat ?? now);
      assert.equal(checkClaims(claims, configuration, now * 1000) === undefined, good);
    }),
  );
});

test("the scopes of a token are those it was given", () => {
  const scope = fc.stringMatching(/^[!-~]{1,20}$/);
  fc.assert(
    fc.property(fc.array(scope), (scopes) => {
      for (const claims of [
        { scope: scopes.join(" ") },
        { scp: scopes.join(" ") },
        { scp: scopes },
        { scope: scopes },
      ]) {
        assert.deepEqual(scopesOf(claims), scopes);
      }
    }),
  );
});

test("a scope cannot break out of the challenge", () => {
  assert.equal(
    challengeOf(['a"b', "c\\d\r\nx: y", "é"], "invalid_token", "t"),
    'Bearer scope="a\\"b c\\\\d??x: y ?" error="invalid_token" error_description="t"',
  );
});

const HEADER = { kind: "header", name: "authorization" } as const;
const QUERY = { kind: "querystring", name: "access token" } as const;

const SOURCES: readonly (readonly [string, Parameters<typeof tokenOf>[0], string | undefined])[] = [
  ["raw", { headers: ["Authorization", "t"], query: undefined }, "t"],
  ["Bearer", { headers: ["AUTHORIZATION", "Bearer t"], query: undefined }, "t"],
  ["bearer, and more blanks", { headers: ["authorization", "bEARER   t"], query: undefined }, "t"],
  ["another scheme is a part of the token", { headers: ["authorization", "Basic t"], query: undefined }, "Basic t"],
  ["the first source goes first", { headers: ["authorization", "t"], query: "access+token=q" }, "t"],
  ["an empty one does not", { headers: ["authorization", ""], query: "access+token=q" }, "q"],
  ["query, decoded, with prefix", { headers: [], query: "a=b&access%20token=Bearer%20q&c" }, "q"],
  ["query names have a case", { headers: [], query: "Access+token=q" }, undefined],
  [
    "two headers are two tokens, so none",
    { headers: ["authorization", "t", "authorization", "u"], query: undefined },
    "t,u",
  ],
  ["two parameters as well", { headers: [], query: "access+token=t&access+token=u" }, "t,u"],
  ["nothing", { headers: [], query: "" }, undefined],
];

test("tokens are taken from the first source that holds one", () => {
  for (const [name, request, expected] of SOURCES) assert.equal(tokenOf(request, [HEADER, QUERY]), expected, name);
});
