import { createHash, timingSafeEqual } from "node:crypto";

import type { AwsRequest } from "../service.ts";
import type { Chunk, ChunkedBody } from "./aws-chunked.ts";
import { parseAwsChunked } from "./aws-chunked.ts";
import type { CredentialScope } from "./credential-scope.ts";
import { signatureErrors } from "./signature-error.ts";
import type { SignatureFields } from "./signature-fields.ts";
import { sameText, scopeText, sha256Hex, sign } from "./signing-key.ts";

export const UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD";

/** How a body is covered by the signature of its request. */
export type PayloadMode =
  | { readonly kind: "whole"; readonly hash: string }
  | { readonly kind: "unsigned"; readonly hash: string }
  | { readonly kind: "chunked"; readonly hash: string; readonly signed: boolean; readonly trailer: boolean };

const STREAMING: Readonly<Record<string, { readonly signed: boolean; readonly trailer: boolean }>> = {
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD": { signed: true, trailer: false },
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER": { signed: true, trailer: true },
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER": { signed: false, trailer: true },
};

/**
 * The last line of the canonical request, and what it promises about the body. Without `x-amz-content-sha256` it is the
 * body's hash, for presigned requests of S3 `UNSIGNED-PAYLOAD` (documented).
 */
export function payloadMode(fields: SignatureFields, body: Uint8Array): PayloadMode {
  const { contentSha256: given, placement, credential } = fields;
  if (given === UNSIGNED_PAYLOAD || (given === undefined && placement === "query" && credential.service === "s3")) {
    return { kind: "unsigned", hash: UNSIGNED_PAYLOAD };
  }
  const streaming = given !== undefined && Object.hasOwn(STREAMING, given) ? STREAMING[given] : undefined;
  if (given !== undefined && streaming) return { kind: "chunked", hash: given, ...streaming };
  const digest = createHash("sha256").update(body).digest();
  if (given === undefined) return { kind: "whole", hash: digest.toString("hex") };
  if (/^[0-9a-fA-F]{64}$/.test(given) && timingSafeEqual(Buffer.from(given, "hex"), digest)) {
    return { kind: "whole", hash: given };
  }
  // S3 names the mismatch; the others hash the body themselves and find another signature.
  throw credential.service === "s3" ? signatureErrors.contentMismatch() : signatureErrors.mismatch();
}

/** What the chunks of a body are signed with, beginning with the signature of the request itself. */
export interface ChunkSigning {
  readonly key: Buffer;
  readonly timestamp: string;
  readonly scope: Omit<CredentialScope, "accessKeyId">;
  readonly seed: string;
}

export interface DecodedPayload {
  readonly body: Uint8Array;
  readonly trailers: ReadonlyMap<string, string>;
}

/** The body as it was before `aws-chunked`, its chunks and trailers verified. Throws AwsError. */
export function decodeChunked(
  request: AwsRequest,
  mode: Extract<PayloadMode, { kind: "chunked" }>,
  signing: ChunkSigning,
): DecodedPayload {
  const parsed = parseAwsChunked(request.body);
  if (!mode.trailer && parsed.trailers.length > 0)
    throw signatureErrors.malformedBody("The body has trailers that were not announced");
  if (mode.signed) verifyChunks(parsed, mode.trailer, signing);
  const body = Buffer.concat(parsed.chunks.map(({ data }) => data));
  checkLength(request.headers["x-amz-decoded-content-length"], body.length);
  return { body, trailers: new Map(parsed.trailers) };
}

/** Each signature covers the one before it, so that chunks can not be left out or moved. */
function verifyChunks({ chunks, trailers }: ChunkedBody, trailer: boolean, signing: ChunkSigning): void {
  let previous = signing.seed;
  for (const chunk of chunks) {
    previous = chunkSignature(chunk, previous, signing);
    if (!sameText(previous, chunk.signature ?? "")) throw signatureErrors.mismatch();
  }
  if (!trailer) return;
  const signed = trailers.filter(([name]) => name !== "x-amz-trailer-signature");
  const canonical = signed.map(([name, value]) => `${name}:${value}\n`).join("");
  const expected = sign(signing.key, continuation("TRAILER", previous, signing, [sha256Hex(canonical)]));
  const given = trailers.find(([name]) => name === "x-amz-trailer-signature")?.[1];
  if (!sameText(expected, given ?? "")) throw signatureErrors.mismatch();
}

const EMPTY_HASH = sha256Hex("");

function chunkSignature({ data }: Chunk, previous: string, signing: ChunkSigning): string {
  return sign(signing.key, continuation("PAYLOAD", previous, signing, [EMPTY_HASH, sha256Hex(data)]));
}

function continuation(
  kind: "PAYLOAD" | "TRAILER",
  previous: string,
  { timestamp, scope }: ChunkSigning,
  hashes: readonly string[],
): string {
  return [`AWS4-HMAC-SHA256-${kind}`, timestamp, scopeText(scope), previous, ...hashes].join("\n");
}

function checkLength(announced: string | undefined, actual: number): void {
  if (announced === undefined || announced === String(actual)) return;
  throw signatureErrors.malformedBody("The body is not as long as x-amz-decoded-content-length says");
}
