import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { AwsRequest } from "../../../src/protocol/service.ts";
import { credentialScopeOf } from "../../../src/protocol/sigv4/credential-scope.ts";
import type { VerifyOptions } from "../../../src/protocol/sigv4/verify.ts";
import type { SigningOptions } from "./signer.ts";
import { presignedRequest, secret, signedRequest, storeOf } from "./signer.ts";
import { at, refusal, rewritten, verify } from "./verifier.ts";

const MISMATCH =
  /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.$/;

describe("what a caller is told", () => {
  const get = (options: SigningOptions = {}) => signedRequest({ method: "GET", path: "/v2/apis" }, options);
  const without = (request: AwsRequest, name: string): AwsRequest => {
    const { [name]: _, ...headers } = request.headers;
    return { ...request, headers };
  };
  const cases: readonly [string, () => Promise<AwsRequest>, Partial<VerifyOptions>, string, RegExp][] = [
    [
      "no signature",
      async () => without(await get(), "authorization"),
      {},
      "MissingAuthenticationTokenException",
      /^Missing Authentication Token$/,
    ],
    [
      "another scheme",
      async () => ({ ...(await get()), headers: { host: "h", authorization: "Basic YTpi" } }),
      {},
      "IncompleteSignatureException",
      /^Authorization header requires 'Credential' parameter\. Authorization header requires 'Signature' parameter\. Authorization header requires 'SignedHeaders' parameter\. Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header\.$/,
    ],
    [
      "another algorithm",
      async () => rewritten(await get(), /^AWS4-HMAC-SHA256/, "AWS4-ECDSA-P256-SHA256"),
      {},
      "IncompleteSignatureException",
      /Unsupported AWS 'algorithm': 'AWS4-ECDSA-P256-SHA256'/,
    ],
    [
      "no date",
      async () => without(await get(), "x-amz-date"),
      {},
      "IncompleteSignatureException",
      /existence of either a 'X-Amz-Date'/,
    ],
    [
      "a date in another form",
      async () => ({ ...(await get()), headers: { ...(await get()).headers, "x-amz-date": "2026-01-31" } }),
      {},
      "IncompleteSignatureException",
      /^Date must be in ISO-8601 'basic format'\. Got '2026-01-31'/,
    ],
    [
      "a short credential",
      async () => rewritten(await get(), /Credential=[^,]*/, "Credential=AKIDEXAMPLE/20260131"),
      {},
      "IncompleteSignatureException",
      /exactly 5 slash-delimited elements/,
    ],
    [
      "an unknown key",
      async () => rewritten(await get(), /AKIDEXAMPLE/, "AKIDNOBODY"),
      {},
      "UnrecognizedClientException",
      /^The security token included in the request is invalid\.$/,
    ],
    [
      "host unsigned",
      async () => rewritten(await get(), /SignedHeaders=host;/, "SignedHeaders="),
      {},
      "InvalidSignatureException",
      /^'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization\.$/,
    ],
    [
      "another service",
      () => get(),
      { service: "execute-api" },
      "InvalidSignatureException",
      /^Credential should be scoped to correct service: 'execute-api'\.$/,
    ],
    [
      "another region",
      () => get(),
      { region: "us-east-1" },
      "InvalidSignatureException",
      /^Credential should be scoped to a valid region\.$/,
    ],
    [
      "another terminator",
      async () => rewritten(await get(), /aws4_request/, "aws5_request"),
      {},
      "InvalidSignatureException",
      /valid terminator: 'aws4_request', not 'aws5_request'/,
    ],
    [
      "another day in the scope",
      async () => rewritten(await get(), /20260131/, "20260130"),
      {},
      "InvalidSignatureException",
      /^Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20260130' != '20260131', from '20260131T123456Z'\.$/,
    ],
    [
      "a signature too old",
      () => get(),
      { now: at + 300_001 },
      "InvalidSignatureException",
      /^Signature expired: 20260131T123456Z is now earlier than 20260131T123456Z \(20260131T123956Z - 5 min\.\)$/,
    ],
    [
      "a signature from the future",
      () => get(),
      { now: at - 301_000 },
      "InvalidSignatureException",
      /^Signature not yet current: 20260131T123456Z is still later than 20260131T123455Z \(20260131T122955Z \+ 5 min\.\)$/,
    ],
    [
      "a signature too old by a narrower window",
      () => get(),
      { now: at + 2000, skewMs: 1000 },
      "InvalidSignatureException",
      /- 1 sec\.\)$/,
    ],
    [
      "a wrong signature",
      async () => rewritten(await get(), /Signature=.*/, `Signature=${"0".repeat(64)}`),
      {},
      "InvalidSignatureException",
      MISMATCH,
    ],
    ["a token nobody gave", () => get({ sessionToken: "tok" }), {}, "UnrecognizedClientException", /invalid\.$/],
    [
      "a month that is none",
      async () => {
        const request = rewritten(await get(), /20260131/, "20269931");
        return { ...request, headers: { ...request.headers, "x-amz-date": "20269931T000000Z" } };
      },
      {},
      "IncompleteSignatureException",
      /^Date must be/,
    ],
  ];
  for (const [what, sent, options, code, message] of cases) {
    it(`${what}: ${code}`, async () => {
      const error = refusal(await sent(), options);
      assert.deepEqual([error.status, error.code], [403, code]);
      assert.match(error.message, message);
    });
  }

  it("names of signed headers that every object has are no headers", async () => {
    for (const name of ["constructor", "toString", "__proto__"]) {
      const request = rewritten(await get(), /SignedHeaders=/, `SignedHeaders=${name};`);
      assert.match(refusal(request).message, MISMATCH);
    }
  });

  it("the edges of the window are inside", async () => {
    for (const now of [at - 300_000, at + 300_000])
      assert.equal(verify(await get(), { now }).principal, secret.principal);
  });

  it("what was sent as a secret is not repeated", async () => {
    const request = { ...(await get()), headers: { host: "h", authorization: "Bearer s3cr3t" } };
    assert.doesNotMatch(refusal(request).message, /s3cr3t/);
  });

  it("an Authorization header is not overridden by a presigned query", async () => {
    const presigned = await presignedRequest({ method: "GET", path: "/v2/apis" }, 60);
    const request = { ...presigned, headers: { ...presigned.headers, authorization: "AWS4-HMAC-SHA256 nonsense" } };
    assert.equal(refusal(request).code, "IncompleteSignatureException");
  });

  it("a presigned parameter given twice is refused", async () => {
    const presigned = await presignedRequest({ method: "GET", path: "/v2/apis" }, 60);
    assert.match(refusal({ ...presigned, query: `${presigned.query}&X-Amz-Expires=604800` }).message, /Duplicate/);
    assert.match(
      refusal({ ...presigned, query: presigned.query.replace(/X-Amz-Expires=60/, "X-Amz-Expires=604801") }).message,
      /X-Amz-Expires must be/,
    );
  });

  it("a header that CloudFront adds may be unsigned, except for s3", async () => {
    const added = (request: AwsRequest) => ({ ...request, headers: { ...request.headers, "x-amz-cf-id": "x" } });
    assert.equal(verify(added(await get({ service: "execute-api" }))).placement, "header");
    assert.match(refusal(added(await get({ service: "s3" }))).message, /'x-amz-cf-id' must be a 'SignedHeader'/);
  });
});

describe("temporary credentials", () => {
  const temporary = { ...secret, sessionToken: "the-token", expiresAt: at + 60_000 };
  const sign = (sessionToken?: string) => signedRequest({ method: "GET", path: "/v2/apis" }, { sessionToken });

  it("are accepted with their token, in the header and in the query", async () => {
    assert.equal(verify(await sign("the-token"), {}, storeOf(temporary)).principal, secret.principal);
    const presigned = await presignedRequest({ method: "GET", path: "/" }, 60, { sessionToken: "the-token" });
    assert.equal(verify(presigned, {}, storeOf(temporary)).placement, "query");
  });

  it("are refused without it, with another one, and when they have ended", async () => {
    assert.equal(refusal(await sign(), {}, storeOf(temporary)).code, "UnrecognizedClientException");
    assert.equal(refusal(await sign("another"), {}, storeOf(temporary)).code, "UnrecognizedClientException");
    assert.equal(
      refusal(await sign("the-token"), { now: at + 60_000 }, storeOf(temporary)).code,
      "ExpiredTokenException",
    );
  });
});

describe("the credential scope of a request", () => {
  it("is undefined for requests that are not signed, or not readably", () => {
    const none: readonly [string, string][] = [
      ["", ""],
      ["Bearer x", ""],
      ["AWS4-HMAC-SHA256", ""],
      ["AWS4-HMAC-SHA256 Credential=a/b", ""],
      ["", "X-Amz-Credential=%zz"],
      ["", "other=1"],
    ];
    for (const [authorization, query] of none) {
      assert.equal(credentialScopeOf({ headers: authorization === "" ? {} : { authorization }, query }), undefined);
    }
  });
});
