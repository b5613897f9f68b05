import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { masked, maskedHeaders, maskedValue } from "../../../src/observe/traces/masking.ts";

const JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJ1MSJ9.c2lnbmF0dXJl";

for (const [name, value, expected] of [
  ["Authorization", `Bearer ${JWT}`, "Bearer ***"],
  ["authorization", "secret word", "***"],
  ["Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/x, Signature=abc", "AWS4-HMAC-SHA256 ***"],
  ["Proxy-Authorization", "Basic dTpw", "Basic ***"],
  ["Cookie", "session=abc; theme=dark", "***"],
  ["set-cookie", "id=1; HttpOnly", "***"],
  ["X-Api-Key", "k", "***"],
  ["x-amz-security-token", "t", "***"],
  ["x-custom-token", "t", "***"],
  ["X-Auth", "t", "***"],
  ["x-client-secret", "t", "***"],
  ["authorization", "", ""],
  ["accept", "text/html", "text/html"],
  ["www-authenticate", 'Bearer error="invalid_token"', 'Bearer error="invalid_token"'],
  ["x-own", `id ${JWT} end`, "id *** end"],
  ["referer", "https://a/b?x=1&access_token=abc#f", "https://a/b?x=1&access_token=***#f"],
  ["location", "https://u:p@a/b?code=abc", "https://***@a/b?code=***"],
] as const) {
  test(`header ${name}: ${value || "(empty)"} is kept as ${expected || "(empty)"}`, () => {
    assert.equal(maskedValue(name, value), expected);
  });
}

for (const [text, expected] of [
  ["/a?x=1&token=abc&y=2", "/a?x=1&token=***&y=2"],
  [
    "/a?X-Amz-Signature=abc&X-Amz-Credential=d&X-Amz-Date=e",
    "/a?X-Amz-Signature=***&X-Amz-Credential=***&X-Amz-Date=e",
  ],
  ["/a?access%5Ftoken=abc", "/a?access%5Ftoken=***"],
  ["/a?apikey=1&api_key=2&password=3&key=4&sig=5", "/a?apikey=***&api_key=***&password=***&key=***&sig=***"],
  ["/a?monkey=1&design=2", "/a?monkey=1&design=2"],
  ["/a?token=", "/a?token="],
  [`/a?${"x".repeat(300)}_token=abc`, `/a?${"x".repeat(300)}_token=***`],
  ["/a?%zz=1", "/a?%zz=1"],
  ["GET http://u:p@host/x", "GET http://***@host/x"],
  [`the token ${JWT} is bad`, "the token *** is bad"],
] as const) {
  test(`text ${text} is kept as ${expected}`, () => assert.equal(masked(text), expected));
}

test("property: no value of a secret name survives, in headers or in a query", () => {
  const secret = fc.stringMatching(/^[A-Za-z0-9+/]{12,40}$/).map((text) => `s3cr3t${text}`);
  const name = fc.constantFrom(
    "Authorization",
    "cookie",
    "X-API-Key",
    "id_token",
    "client_secret",
    "Signature",
    "PASSWORD",
  );
  fc.assert(
    fc.property(name, secret, (key, value) => {
      assert.ok(!maskedHeaders([key, value]).join().includes(value));
      assert.ok(!masked(`/p?a=1&${key}=${value}&b=2`).includes(value));
    }),
  );
});

test("masking takes no time that grows with the square of the text", () => {
  const hostile = ["?", "=", "?a", "a=", "&a=b", "eyJ", "-eyJabcde", ".eyJabcde", "a://", "a.", "a.b@", "://x"];
  const begin = performance.now();
  for (const piece of hostile) masked(`${piece.repeat(100_000 / piece.length)}@=eyJ`);
  assert.ok(performance.now() - begin < 2_000);
});
