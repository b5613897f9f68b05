import assert from "node:assert/strict";
import { describe, it } from "node:test";

import * as fc from "fast-check";

import type { AwsRequest } from "../../../src/protocol/service.ts";
import type { SignOptions, UnsignedRequest } from "../../../src/protocol/sigv4/sign.ts";
import { presignedQuery, signedHeaders } from "../../../src/protocol/sigv4/sign.ts";
import { secret, signedRequest, storeOf } from "./signer.ts";
import { at, refusal, verify } from "./verifier.ts";

const HOST = "gateway.example.com:4580";
const text = fc.string({ unit: fc.constantFrom(..."aZ0-_.~$:/?@!'()*+,;=&% é\u{1f600}"), maxLength: 8 });

const anyRequest: fc.Arbitrary<UnsignedRequest> = fc.record({
  method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
  path: fc
    .array(fc.oneof(text, fc.constantFrom(".", "..", "", "functions")), { maxLength: 4 })
    .map((segments) => `/${segments.map(encodeURIComponent).join("/")}`),
  query: fc
    .array(fc.tuple(fc.constantFrom("a", "B", "b c", "é", "Qualifier"), text), { maxLength: 4 })
    .map((pairs) => pairs.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join("&")),
  headers: fc
    .dictionary(
      fc.constantFrom("content-type", "x-amz-target", "accept", "x-custom"),
      fc.string({ unit: fc.constantFrom(..."ab  \t,;=/"), maxLength: 10 }),
      { noNullPrototype: true },
    )
    .map((headers) => ({ host: HOST, ...headers })),
  body: fc.oneof(fc.constant(new Uint8Array()), fc.uint8Array({ minLength: 1, maxLength: 40 })),
});

const sessionToken = "session/token+of=temporary&credentials";

const anyOptions: fc.Arbitrary<SignOptions> = fc.record({
  credentials: fc.constantFrom(
    { accessKeyId: secret.principal.accessKeyId, secretAccessKey: secret.secretAccessKey },
    { accessKeyId: secret.principal.accessKeyId, secretAccessKey: secret.secretAccessKey, sessionToken },
  ),
  region: fc.constantFrom("us-east-1", "eu-west-1"),
  service: fc.constantFrom("lambda", "sqs", "execute-api", "s3"),
  now: fc.constant(at),
});

function verified(request: AwsRequest, options: SignOptions) {
  const { service, region, credentials } = options;
  const store = storeOf({ ...secret, sessionToken: credentials.sessionToken });
  return verify(request, { service, region }, store);
}

describe("what the gateway signs", () => {
  it("is accepted by its own verification, whatever path, query, headers and body", () => {
    fc.assert(
      fc.property(anyRequest, anyOptions, (unsigned, options) => {
        const request = { ...unsigned, headers: signedHeaders(unsigned, options) };
        assert.equal(verified(request, options).placement, "header");
      }),
      { numRuns: 200 },
    );
  });

  it("is accepted presigned", () => {
    fc.assert(
      fc.property(anyRequest, anyOptions, (unsigned, options) => {
        const plain = { ...unsigned, headers: { host: HOST } };
        const request = { ...plain, query: presignedQuery(plain, options, 60) };
        assert.equal(verified(request, options).placement, "query");
      }),
      { numRuns: 100 },
    );
  });

  it("covers every header, the body and the query", () => {
    fc.assert(
      fc.property(anyRequest, anyOptions, (unsigned, options) => {
        const { credentials, ...rest } = options;
        const signing = { ...rest, credentials: { ...credentials, sessionToken: undefined } };
        const signed = { ...unsigned, headers: signedHeaders(unsigned, signing) };
        for (const changed of [
          { ...signed, query: `${signed.query}&added=1` },
          { ...signed, body: Buffer.concat([signed.body, Buffer.from("x")]) },
          { ...signed, headers: { ...signed.headers, host: "other.example.com" } },
        ]) {
          assert.equal(refusal(changed).status < 500, true);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("is what the SDK's signer makes of the same request", async () => {
    const body = '{"a":1}';
    const headers = { host: HOST, "content-type": "application/json", "x-amz-invocation-type": "RequestResponse" };
    const path = `/2015-03-31/functions/${encodeURIComponent("arn:aws:lambda:us-east-1:111122223333:function:f")}/invocations`;
    const theirs = await signedRequest(
      { method: "POST", path, query: { Qualifier: "$LATEST" }, headers, body },
      { service: "lambda", region: "us-east-1" },
    );
    const { secretAccessKey, principal } = secret;
    const credentials = { accessKeyId: principal.accessKeyId, secretAccessKey };
    const signatureOf = (given: Readonly<Record<string, string>>) => given["authorization"]?.split("Signature=")[1];
    const signedNames = (given: Readonly<Record<string, string>>) =>
      /SignedHeaders=([^,]+)/.exec(given["authorization"] ?? "")?.[1];
    // The SDK adds it to every request.
    const hash = theirs.headers["x-amz-content-sha256"] ?? "";
    const unsigned = {
      method: "POST",
      path,
      query: "Qualifier=%24LATEST",
      headers: { ...headers, "x-amz-content-sha256": hash },
      body: Buffer.from(body),
    };
    const ours = signedHeaders(unsigned, { credentials, region: "us-east-1", service: "lambda", now: at });
    assert.equal(signedNames(ours), signedNames(theirs.headers));
    assert.equal(signatureOf(ours), signatureOf(theirs.headers));
  });
});
