import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";

import { signedRequest } from "./signer.ts";
import { refusal, verify } from "./verifier.ts";

const MISMATCH =
  /^The request signature we calculated does not match the signature you provided\. Check your AWS Secret Access Key and signing method\. Consult the service documentation for details\.$/;

describe("bodies that are not signed whole", () => {
  const put = (contentSha256: string, body: string, headers: Readonly<Record<string, string>> = {}) =>
    signedRequest(
      { method: "PUT", path: "/bucket/key", headers: { "x-amz-content-sha256": contentSha256, ...headers }, body },
      { service: "s3" },
    );

  it("UNSIGNED-PAYLOAD takes any body, and only when it was signed as such", async () => {
    const request = await put("UNSIGNED-PAYLOAD", "anything");
    assert.equal(verify({ ...request, body: Buffer.from("else") }).body.length, 4);
    const signed = await put(createHash("sha256").update("x").digest("hex"), "x");
    const downgraded = { ...signed, headers: { ...signed.headers, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" } };
    assert.match(refusal(downgraded).message, MISMATCH);
  });

  it("STREAMING-UNSIGNED-PAYLOAD-TRAILER is decoded, with its trailers", async () => {
    const request = await put(
      "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
      "5\r\nhello\r\n6\r\n world\r\n0\r\nx-amz-checksum-crc32:DUoRhQ==\r\n\r\n",
      { "x-amz-decoded-content-length": "11" },
    );
    const { body, trailers } = verify(request);
    assert.equal(Buffer.from(body).toString(), "hello world");
    assert.deepEqual([...trailers], [["x-amz-checksum-crc32", "DUoRhQ=="]]);
  });

  it("a decoded length that is not the announced one is refused", async () => {
    const request = await put("STREAMING-UNSIGNED-PAYLOAD-TRAILER", "5\r\nhello\r\n0\r\n\r\n", {
      "x-amz-decoded-content-length": "6",
    });
    assert.equal(refusal(request).code, "IncompleteBody");
  });

  it("a body that is not the one hashed is refused by name for s3", async () => {
    const request = await put(createHash("sha256").update("x").digest("hex"), "x");
    assert.equal(refusal({ ...request, body: Buffer.from("y") }).code, "XAmzContentSHA256Mismatch");
  });

  it("an unknown way to hash is refused", async () => {
    assert.equal(refusal(await put("STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD", "")).code, "XAmzContentSHA256Mismatch");
    assert.equal(refusal(await put("toString", "")).code, "XAmzContentSHA256Mismatch");
  });
});
