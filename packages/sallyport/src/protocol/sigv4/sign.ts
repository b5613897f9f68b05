import type { AwsRequest } from "../service.ts";
import { basicFormat } from "../timestamp.ts";
import { canonicalPaths, canonicalRequest } from "./canonical-request.ts";
import { ALGORITHM } from "./credential-scope.ts";
import { UNSIGNED_PAYLOAD } from "./payload.ts";
import { scopeText, sha256Hex, sign, signingKey, stringToSign } from "./signing-key.ts";

/** What a request is signed with. */
export interface SigningCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Of temporary credentials. */
  readonly sessionToken?: string | undefined;
}

export interface SignOptions {
  readonly credentials: SigningCredentials;
  readonly region: string;
  /** The signing name, for example `lambda`. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** A request as it will be sent, but for its signature: with `host`, names in lower case, nothing added later. */
export type UnsignedRequest = Pick<AwsRequest, "method" | "path" | "query" | "headers" | "body">;

/**
 * The headers to send: those given, all of them signed, and the signature. IAM User Guide, "Create a signed AWS API
 * request". S3 wants the hash of the body in a header, the others take it from the body.
 */
export function signedHeaders(request: UnsignedRequest, options: SignOptions): Record<string, string> {
  const { credentials, service, now } = options;
  const timestamp = basicFormat(new Date(now));
  const payloadHash = sha256Hex(request.body);
  const headers: Record<string, string> = { ...request.headers, "x-amz-date": timestamp };
  if (credentials.sessionToken !== undefined) headers["x-amz-security-token"] = credentials.sessionToken;
  if (service === "s3") headers["x-amz-content-sha256"] = payloadHash;
  const names = Object.keys(headers).toSorted();
  const signature = signatureOf({ ...request, headers }, names, payloadHash, timestamp, options);
  const scope = `${credentials.accessKeyId}/${scopeText(scopeOf(timestamp, options))}`;
  headers["authorization"] =
    `${ALGORITHM} Credential=${scope}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return headers;
}

/** The query of a presigned request: the one given, and the signature, good for `expiresSeconds`. */
export function presignedQuery(request: UnsignedRequest, options: SignOptions, expiresSeconds: number): string {
  const { credentials, service, now } = options;
  const timestamp = basicFormat(new Date(now));
  const names = Object.keys(request.headers).toSorted();
  const parameters: [string, string][] = [
    ["X-Amz-Algorithm", ALGORITHM],
    ["X-Amz-Credential", `${credentials.accessKeyId}/${scopeText(scopeOf(timestamp, options))}`],
    ["X-Amz-Date", timestamp],
    ["X-Amz-Expires", String(expiresSeconds)],
    ["X-Amz-SignedHeaders", names.join(";")],
  ];
  if (credentials.sessionToken !== undefined) parameters.push(["X-Amz-Security-Token", credentials.sessionToken]);
  const added = parameters.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
  const query = request.query === "" ? added : `${request.query}&${added}`;
  const payloadHash = service === "s3" ? UNSIGNED_PAYLOAD : sha256Hex(request.body);
  return `${query}&X-Amz-Signature=${signatureOf({ ...request, query }, names, payloadHash, timestamp, options)}`;
}

function scopeOf(timestamp: string, { region, service }: SignOptions) {
  return { date: timestamp.slice(0, 8), region, service };
}

function signatureOf(
  request: UnsignedRequest,
  names: readonly string[],
  payloadHash: string,
  timestamp: string,
  options: SignOptions,
): string {
  const scope = scopeOf(timestamp, options);
  // The first form is the documented one; the others exist for clients that deviate.
  const [path = "/"] = canonicalPaths(options.service, request.path);
  const canonical = canonicalRequest(request, { path, signedHeaders: names, payloadHash });
  return sign(signingKey(options.credentials.secretAccessKey, scope), stringToSign(timestamp, scope, canonical));
}
