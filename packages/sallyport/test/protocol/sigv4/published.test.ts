import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { AwsRequest } from "../../../src/protocol/service.ts";
import { secret, storeOf } from "./signer.ts";
import { refusal, verify } from "./verifier.ts";

describe("published signatures", () => {
  const vanilla = (
    path: string,
    query: string,
    signature: string,
    headers: Readonly<Record<string, string>> = {},
  ): AwsRequest => ({
    method: "GET",
    path,
    query,
    headers: {
      host: "example.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      ...headers,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${["host", ...Object.keys(headers), "x-amz-date"].join(";")}, Signature=${signature}`,
    },
    body: Buffer.alloc(0),
  });
  const VANILLA = "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31";
  const cases: readonly [string, AwsRequest][] = [
    ["get-vanilla", vanilla("/", "", VANILLA)],
    ["get-relative", vanilla("/example/..", "", VANILLA)],
    ["get-slash", vanilla("//", "", VANILLA)],
    ["get-slash-dot-slash", vanilla("/./", "", VANILLA)],
    [
      "get-vanilla-query-order-key-case",
      vanilla("/", "Param2=value2&Param1=value1", "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"),
    ],
    [
      "get-unreserved",
      vanilla(
        "/-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
        "",
        "07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f",
      ),
    ],
  ];
  for (const [name, request] of cases) {
    it(`${name} of the test suite is accepted`, () => {
      assert.equal(verify(request, { now: Date.UTC(2015, 7, 30, 12, 36) }).scope.service, "service");
    });
  }

  it("ListUsers of the IAM User Guide is accepted", () => {
    const request: AwsRequest = {
      method: "GET",
      path: "/",
      query: "Action=ListUsers&Version=2010-05-08",
      headers: {
        host: "iam.amazonaws.com",
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
        "x-amz-date": "20150830T123600Z",
        authorization:
          "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, SignedHeaders=content-type;host;x-amz-date, Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
      },
      body: Buffer.alloc(0),
    };
    assert.equal(verify(request, { now: Date.UTC(2015, 7, 30, 12, 36) }).principal, secret.principal);
  });

  const s3 = storeOf({
    ...secret,
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    principal: { ...secret.principal, accessKeyId: "AKIAIOSFODNN7EXAMPLE" },
  });
  const now = Date.UTC(2013, 4, 24);
  const S3_CREDENTIAL = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

  it("GetObject of the S3 guide is accepted", () => {
    const request: AwsRequest = {
      method: "GET",
      path: "/test.txt",
      query: "",
      headers: {
        host: "examplebucket.s3.amazonaws.com",
        range: "bytes=0-9",
        "x-amz-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-amz-date": "20130524T000000Z",
        authorization: `AWS4-HMAC-SHA256 Credential=${S3_CREDENTIAL},SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41`,
      },
      body: Buffer.alloc(0),
    };
    assert.equal(verify(request, { now }, s3).scope.service, "s3");
  });

  it("the presigned GetObject of the S3 guide is accepted until it expires", () => {
    const request: AwsRequest = {
      method: "GET",
      path: "/test.txt",
      query: `X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=${encodeURIComponent(S3_CREDENTIAL)}&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404`,
      headers: { host: "examplebucket.s3.amazonaws.com" },
      body: Buffer.alloc(0),
    };
    assert.equal(verify(request, { now: now + 86_400_000 }, s3).placement, "query");
    assert.match(
      refusal(request, { now: now + 86_401_000 }, s3).message,
      /^Signature expired: 20130524T000000Z is now earlier than 20130524T000001Z \(20130525T000001Z - 1440 min\.\)$/,
    );
  });

  const SIGNATURES = {
    seed: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    first: "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
    second: "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
    last: "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
  };
  const chunk = (data: string, signature: string): string =>
    `${data.length.toString(16)};chunk-signature=${signature}\r\n${data}\r\n`;
  const first = chunk("a".repeat(65_536), SIGNATURES.first);
  const second = chunk("a".repeat(1024), SIGNATURES.second);
  const last = chunk("", SIGNATURES.last);
  const upload = (body: string): AwsRequest => ({
    method: "PUT",
    path: "/examplebucket/chunkObject.txt",
    query: "",
    headers: {
      host: "s3.amazonaws.com",
      "content-encoding": "aws-chunked",
      "content-length": "66824",
      "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
      "x-amz-date": "20130524T000000Z",
      "x-amz-decoded-content-length": "66560",
      "x-amz-storage-class": "REDUCED_REDUNDANCY",
      authorization: `AWS4-HMAC-SHA256 Credential=${S3_CREDENTIAL},SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class,Signature=${SIGNATURES.seed}`,
    },
    body: Buffer.from(body),
  });

  it("the chunked upload of the S3 guide is accepted and decoded", () => {
    const { body } = verify(upload(first + second + last), { now }, s3);
    assert.equal(Buffer.from(body).toString(), "a".repeat(66_560));
  });

  const broken: readonly [string, string, number][] = [
    ["a changed byte", first.replace("aaaa", "aaba") + second + last, 403],
    ["chunks left out", first + last, 403],
    ["chunks swapped", second + first + last, 403],
    ["no last chunk", first + second, 400],
    ["an unsigned last chunk", `${first}${second}0\r\n\r\n`, 403],
    ["something behind the end", `${first}${second}${last}more`, 400],
    ["a chunk that is shorter than it says", "ff;chunk-signature=" + SIGNATURES.first + "\r\nshort", 400],
    ["a size that is no number", "zz\r\n", 400],
    ["trailers nobody announced", `${first}${second}${last.trimEnd()}\r\nx-amz-checksum-crc32:AAAA\r\n\r\n`, 400],
    ["no coding at all", "a".repeat(100), 400],
  ];
  for (const [what, body, status] of broken) {
    it(`a chunked upload with ${what} is refused`, () => {
      assert.equal(refusal(upload(body), { now }, s3).status, status);
    });
  }
});
