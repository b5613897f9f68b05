import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import type { AwsRequest } from "../../../src/protocol/service.ts";
import { credentialScopeOf } from "../../../src/protocol/sigv4/credential-scope.ts";
import type { SigningOptions, Unsigned } from "./signer.ts";
import { presignedRequest, secret, signedRequest } from "./signer.ts";
import { refusal, rewritten, verify } from "./verifier.ts";

const segment = fc.string({
  unit: fc.constantFrom(..."aZ09-_.~$:@!'()*+,;=&% é\u{1f600}/"),
  minLength: 1,
  maxLength: 8,
});
const queryText = fc.string({ unit: fc.constantFrom(..."aZ0-_.~$:/?@!'()*+,;=&% é\u{1f600}"), maxLength: 8 });

const anyUnsigned: fc.Arbitrary<Unsigned> = fc.record({
  method: fc.constantFrom("GET", "POST", "PATCH", "PUT", "DELETE"),
  path: fc.array(segment, { maxLength: 4 }).map((segments) => `/${segments.map(encodeURIComponent).join("/")}`),
  query: fc.dictionary(
    fc.constantFrom("a", "B", "b c", "a-b", "é", "X", "tagKeys"),
    fc.oneof(queryText, fc.array(queryText, { minLength: 1, maxLength: 3 })),
    { maxKeys: 4, noNullPrototype: true },
  ),
  headers: fc.dictionary(
    fc.constantFrom("content-type", "x-amz-meta-a", "accept", "x-custom"),
    fc.string({ unit: fc.constantFrom(..."ab  \t,;=/"), maxLength: 10 }),
    { noNullPrototype: true },
  ),
  body: fc.oneof(fc.constant(""), fc.string({ maxLength: 40 }), fc.uint8Array({ minLength: 1, maxLength: 40 })),
});

const anyOptions: fc.Arbitrary<SigningOptions> = fc.record({
  service: fc.constantFrom("apigateway", "execute-api", "sts", "s3"),
  region: fc.constantFrom("us-east-1", "eu-west-1"),
});

describe("requests that the SDK's signer signed", () => {
  it("are accepted, whatever their path, query, headers and body", async () => {
    await fc.assert(
      fc.asyncProperty(anyUnsigned, anyOptions, async (unsigned, options) => {
        const request = await signedRequest(unsigned, options);
        const { principal, scope, placement, body } = verify(request);
        assert.equal(principal, secret.principal);
        assert.deepEqual(scope, {
          accessKeyId: "AKIDEXAMPLE",
          date: "20260131",
          region: options.region,
          service: options.service,
        });
        assert.equal(placement, "header");
        assert.equal(body, request.body);
        assert.deepEqual(credentialScopeOf(request), scope);
      }),
      { numRuns: 200 },
    );
  });

  it("are accepted presigned", async () => {
    await fc.assert(
      fc.asyncProperty(anyUnsigned, anyOptions, async (unsigned, options) => {
        // Presigners of S3 say UNSIGNED-PAYLOAD; this one leaves that to its caller.
        const headers: Record<string, string> =
          options.service === "s3" ? { "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } : {};
        const request = await presignedRequest({ ...unsigned, headers, method: "GET", body: undefined }, 60, options);
        const { scope, placement } = verify(request);
        assert.equal(placement, "query");
        assert.deepEqual(credentialScopeOf(request), scope);
      }),
      { numRuns: 100 },
    );
  });

  it("are refused when any part was changed on the way", async () => {
    const change: fc.Arbitrary<(request: AwsRequest) => AwsRequest> = fc.constantFrom<
      ((request: AwsRequest) => AwsRequest)[]
    >(
      (request) => ({ ...request, method: request.method === "GET" ? "DELETE" : "GET" }),
      (request) => ({ ...request, path: `${request.path}x` }),
      (request) => ({ ...request, query: `${request.query}&added=1` }),
      (request) => ({ ...request, query: `${request.query}x` }),
      (request) => ({ ...request, body: Buffer.concat([request.body, Buffer.from("x")]) }),
      (request) => ({ ...request, headers: { ...request.headers, host: "other.example.com" } }),
      (request) => ({ ...request, headers: { ...request.headers, "x-amz-date": "20260131T123457Z" } }),
      (request) => ({ ...request, headers: { ...request.headers, "x-amz-target": "added" } }),
      (request) => rewritten(request, /\/(?:us-east|eu-west)-1\//, "/ap-south-1/"),
      (request) => rewritten(request, /Signature=./, (found) => (found.endsWith("0") ? "Signature=1" : "Signature=0")),
      (request) => rewritten(request, /SignedHeaders=/, "SignedHeaders=accept-language;"),
    );
    await fc.assert(
      fc.asyncProperty(anyUnsigned, anyOptions, change, async (unsigned, options, tamper) => {
        const tampered = tamper(await signedRequest(unsigned, options));
        const { status, code } = refusal(tampered);
        assert.ok(status === 403 || code === "XAmzContentSHA256Mismatch", code);
      }),
      { numRuns: 200 },
    );
  });
});
