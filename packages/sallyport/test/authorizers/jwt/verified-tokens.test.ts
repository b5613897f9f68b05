import assert from "node:assert/strict";
import { test } from "node:test";
import { KeySet } from "../../../src/authorizers/jwt/key-set.ts";
import type { VerifiedToken } from "../../../src/authorizers/jwt/verified-tokens.ts";
import { VerifiedTokens } from "../../../src/authorizers/jwt/verified-tokens.ts";
import { IssuerKeys, KEYS_LIFETIME_MS } from "../../../src/authorizers/jwt/issuer-keys.ts";
import { Issuer } from "../../../src/authorizers/jwt/issuer.ts";
import { KEY } from "./test-issuer.ts";
import { signedToken } from "./token-signer.ts";

const set = (): KeySet => KeySet.parse('{"keys":[]}')!;
const token = (exp: unknown): VerifiedToken => ({ kind: "verified", claims: { exp }, texts: {}, scopes: [] });

test("a token is remembered until its exp, for the keys it was verified by", () => {
  const tokens = new VerifiedTokens();
  const keys = set();
  const known = token(10);
  tokens.put("t", keys, known, 1, 0);
  assert.equal(tokens.get("t", keys, 9_999), known);
  assert.equal(tokens.get("t", keys, 10_000), undefined);
  assert.equal(tokens.size, 0);
  tokens.put("t", keys, known, 1, 0);
  assert.equal(tokens.get("t", set(), 0), undefined, "other keys");
});

test("what has expired, or never does, is not remembered", () => {
  const tokens = new VerifiedTokens();
  for (const exp of [5, undefined, "9", null]) tokens.put("t", set(), token(exp), 1, 5_000);
  assert.equal(tokens.size, 0);
});

test("the oldest give way when there are too many characters", () => {
  const tokens = new VerifiedTokens(10);
  const keys = set();
  for (const [name, weight] of [
    ["a", 4],
    ["b", 4],
    ["a", 4],
    ["c", 3],
  ] as const)
    tokens.put(name, keys, token(99), weight, 0);
  assert.deepEqual(
    ["a", "b", "c"].map((name) => tokens.get(name, keys, 0) !== undefined),
    [true, false, true],
  );
  tokens.put("d", keys, token(99), 11, 0);
  assert.equal(tokens.get("d", keys, 0), undefined, "one that alone is too large");
  assert.equal(tokens.size, 2);
});

test("a remembered token costs no wait, and ends with the key that is taken back", async () => {
  let now = 1_000;
  let keys = KeySet.parse(JSON.stringify({ keys: [KEY.jwk] }))!;
  const issuer = new Issuer(
    new IssuerKeys(
      async () => keys,
      () => now,
    ),
    new VerifiedTokens(),
    () => now,
  );
  const text = signedToken(KEY, { sub: "u1", exp: 99_999_999 });
  const first = issuer.verify(text);
  assert.ok(first instanceof Promise);
  const verified = await first;
  assert.equal(issuer.verify(text), verified, "at once, the same");
  now += KEYS_LIFETIME_MS;
  const again = issuer.verify(text);
  assert.ok(again instanceof Promise, "keys are asked for anew");
  await again;
  keys = KeySet.parse('{"keys":[]}')!;
  now += KEYS_LIFETIME_MS;
  const refused = await issuer.verify(text);
  assert.equal(refused.kind === "fault" && refused.description, "the token has an unknown key id");
});
