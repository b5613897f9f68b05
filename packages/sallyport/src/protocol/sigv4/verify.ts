import type { Principal, PrincipalSecret, PrincipalStore } from "../principal.ts";
import type { AwsRequest } from "../service.ts";
import { canonicalPaths, canonicalRequest } from "./canonical-request.ts";
import { checkClock, DEFAULT_SKEW_MS } from "./clock.ts";
import type { CredentialScope } from "./credential-scope.ts";
import type { PayloadMode } from "./payload.ts";
import { decodeChunked, payloadMode } from "./payload.ts";
import { signatureErrors } from "./signature-error.ts";
import type { SignatureFields } from "./signature-fields.ts";
import { signatureFieldsOf } from "./signature-fields.ts";
import { sameText, sign, signingKey, stringToSign } from "./signing-key.ts";

export interface VerifyOptions {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** How far the client's clock may be off. Default: DEFAULT_SKEW_MS, five minutes. */
  readonly skewMs?: number;
  /** The signing name that the scope must have. Default: any; the scope chooses the service. */
  readonly service?: string;
  /** The region that the scope must have. Default: any. */
  readonly region?: string;
}

export interface VerifiedSignature {
  readonly principal: Principal;
  readonly scope: CredentialScope;
  readonly placement: "header" | "query";
  /** Lower case. */
  readonly signedHeaders: readonly string[];
  /** The body without the `aws-chunked` coding, if it had one. */
  readonly body: Uint8Array;
  /** Trailers of an `aws-chunked` body by lower-case name, for checksums. Unsigned ones are included. */
  readonly trailers: ReadonlyMap<string, string>;
}

/** Verifies the Signature Version 4 of a request, in its header or its query. Throws AwsError (403, or 400 for a body). */
export function verifySignature(
  request: AwsRequest,
  secrets: PrincipalStore,
  options: VerifyOptions,
): VerifiedSignature {
  const fields = signatureFieldsOf(request);
  checkSignedHeaders(fields, request);
  const secret = secrets.find(fields.credential.accessKeyId);
  if (!secret) throw signatureErrors.unknownKey();
  checkScope(fields, options);
  checkClock(fields, options.now, options.skewMs ?? DEFAULT_SKEW_MS);
  const mode = payloadMode(fields, request.body);
  const key = signingKey(secret.secretAccessKey, fields.credential);
  checkSignature(request, fields, mode, key);
  checkToken(secret, fields.sessionToken, options.now);
  const { accessKeyId, date, region, service } = fields.credential;
  const scope = { accessKeyId, date, region, service };
  const signing = { key, timestamp: fields.timestamp, scope, seed: fields.signature };
  const { body, trailers } =
    mode.kind === "chunked"
      ? decodeChunked(request, mode, signing)
      : { body: request.body, trailers: new Map<string, string>() };
  const { placement, signedHeaders } = fields;
  return { principal: secret.principal, scope, placement, signedHeaders, body, trailers };
}

/** CloudFront adds it between the signer and the origin. Real services other than S3 take it unsigned (unverified). */
const ADDED_ON_THE_WAY = new Set(["x-amz-cf-id"]);

/**
 * IAM User Guide, "Create a signed AWS API request": `host` and every `x-amz-*` header of the request must be signed.
 * `content-type` should be, which the real services do not enforce (unverified).
 */
function checkSignedHeaders({ signedHeaders, credential }: SignatureFields, { headers }: AwsRequest): void {
  if (!signedHeaders.includes("host")) {
    throw signatureErrors.invalid("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.");
  }
  for (const name of Object.keys(headers)) {
    if (!name.startsWith("x-amz-") || signedHeaders.includes(name)) continue;
    if (ADDED_ON_THE_WAY.has(name) && credential.service !== "s3") continue;
    throw signatureErrors.invalid(`'${name}' must be a 'SignedHeader' in the AWS Authorization.`);
  }
}

/** Texts: IAM User Guide, "Troubleshoot Signature Version 4 signing", and observed. */
function checkScope({ credential, timestamp }: SignatureFields, { service, region }: VerifyOptions): void {
  const day = timestamp.slice(0, 8);
  const complaints = [
    region !== undefined && credential.region !== region && "Credential should be scoped to a valid region.",
    service !== undefined &&
      credential.service !== service &&
      `Credential should be scoped to correct service: '${service}'.`,
    credential.terminator !== "aws4_request" &&
      `Credential should be scoped with a valid terminator: 'aws4_request', not '${credential.terminator.slice(0, 64)}'.`,
    credential.date !== day &&
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${credential.date.slice(0, 64)}' != '${day}', from '${timestamp}'.`,
  ].filter((complaint) => complaint !== false);
  if (complaints.length > 0) throw signatureErrors.invalid(complaints.join(" "));
}

function checkSignature(request: AwsRequest, fields: SignatureFields, mode: PayloadMode, key: Buffer): void {
  const { signedHeaders, timestamp, credential, signature } = fields;
  const accepted = canonicalPaths(credential.service, request.path).some((path) => {
    const canonical = canonicalRequest(request, { path, signedHeaders, payloadHash: mode.hash });
    return sameText(sign(key, stringToSign(timestamp, credential, canonical)), signature);
  });
  if (!accepted) throw signatureErrors.mismatch();
}

/** After the signature, so that only the owner of the secret learns about the state of the token. */
function checkToken({ sessionToken, expiresAt }: PrincipalSecret, given: string | undefined, now: number): void {
  if (expiresAt !== undefined && now >= expiresAt) throw signatureErrors.expiredToken();
  if (sessionToken === undefined ? given !== undefined : !sameText(sessionToken, given ?? "")) {
    throw signatureErrors.unknownKey();
  }
}
