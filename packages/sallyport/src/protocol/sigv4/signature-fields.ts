import { MalformedEncodingError, parseQueryString } from "../query-string.ts";
import type { AwsRequest } from "../service.ts";
import { basicFormat } from "../timestamp.ts";
import type { Credential } from "./credential-scope.ts";
import { ALGORITHM, parseAuthorization, parseCredential } from "./credential-scope.ts";
import { signatureErrors } from "./signature-error.ts";

/** What a signed request says about its signature. */
export interface SignatureFields {
  readonly placement: "header" | "query";
  readonly credential: Credential;
  /** Lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  /** 64 hexadecimal digits. */
  readonly signature: string;
  /** `YYYYMMDDTHHMMSSZ`. */
  readonly timestamp: string;
  readonly sessionToken: string | undefined;
  /** Lifetime of a presigned request. */
  readonly expiresSeconds: number | undefined;
  /** What the request says about the hash of its body. */
  readonly contentSha256: string | undefined;
}

/** Documented: a presigned request lives for at most seven days. */
const MAX_EXPIRES_SECONDS = 604_800;

/** The signature of a request. Throws AwsError when it has none or an incomplete one. */
export function signatureFieldsOf(request: AwsRequest): SignatureFields {
  const header = request.headers["authorization"];
  if (header !== undefined) return fromHeader(header, request.headers);
  if (/(?:^|&)X-Amz-(?:Signature|Algorithm|Credential)=/i.test(request.query)) return fromQuery(request);
  throw signatureErrors.missing();
}

function fromHeader(header: string, headers: AwsRequest["headers"]): SignatureFields {
  const { algorithm, fields } = parseAuthorization(header);
  if (algorithm.startsWith("AWS4-") && algorithm !== ALGORITHM) throw unsupported(algorithm);
  const given = algorithm === ALGORITHM ? fields : new Map<string, string>();
  const date = headers["x-amz-date"] ?? headers["date"];
  const complaints = ["Credential", "Signature", "SignedHeaders"]
    .filter((name) => !given.get(name))
    .map((name) => `Authorization header requires '${name}' parameter.`);
  if (date === undefined) {
    complaints.push("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  }
  // The real service appends the header, or its hash; a text that came in as a secret is not repeated here.
  if (complaints.length > 0) throw signatureErrors.incomplete(complaints.join(" "));
  return {
    placement: "header",
    credential: credentialOf(given.get("Credential") ?? ""),
    signedHeaders: headerNames(given.get("SignedHeaders") ?? ""),
    signature: given.get("Signature") ?? "",
    timestamp: timestampOf(date ?? ""),
    sessionToken: headers["x-amz-security-token"],
    expiresSeconds: undefined,
    contentSha256: headers["x-amz-content-sha256"],
  };
}

function fromQuery({ query, headers }: AwsRequest): SignatureFields {
  const parameters = parametersOf(query);
  const algorithm = parameters.get("x-amz-algorithm");
  if (algorithm !== undefined && algorithm !== ALGORITHM) throw unsupported(algorithm);
  const missing = ["Algorithm", "Credential", "Signature", "SignedHeaders", "Date"]
    .filter((name) => !parameters.get(`x-amz-${name.toLowerCase()}`))
    .map((name) => `AWS query-string parameters must include 'X-Amz-${name}'.`);
  if (missing.length > 0) throw signatureErrors.incomplete(missing.join(" "));
  const get = (name: string): string => parameters.get(name) ?? "";
  return {
    placement: "query",
    credential: credentialOf(get("x-amz-credential")),
    signedHeaders: headerNames(get("x-amz-signedheaders")),
    signature: get("x-amz-signature"),
    timestamp: timestampOf(get("x-amz-date")),
    sessionToken: parameters.get("x-amz-security-token"),
    expiresSeconds: expiresOf(parameters.get("x-amz-expires")),
    contentSha256: headers["x-amz-content-sha256"] ?? parameters.get("x-amz-content-sha256"),
  };
}

/** The signature's parameters by lower-case name. One given twice is ambiguous. */
function parametersOf(query: string): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const [name, values] of decoded(query)) {
    const key = name.toLowerCase();
    if (!key.startsWith("x-amz-")) continue;
    if (values.length > 1 || result.has(key))
      throw signatureErrors.incomplete(`Duplicate query-string parameter '${name}'.`);
    result.set(key, values[0] ?? "");
  }
  return result;
}

function decoded(query: string): ReadonlyMap<string, readonly string[]> {
  try {
    return parseQueryString(query);
  } catch (cause) {
    if (!(cause instanceof MalformedEncodingError)) throw cause;
    throw signatureErrors.incomplete("Malformed percent-encoding in the query string.");
  }
}

const unsupported = (algorithm: string) =>
  signatureErrors.incomplete(`Unsupported AWS 'algorithm': '${algorithm.slice(0, 64)}' (only ${ALGORITHM} for now). `);

function credentialOf(text: string): Credential {
  const credential = parseCredential(text);
  if (credential) return credential;
  throw signatureErrors.incomplete(
    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term.",
  );
}

const headerNames = (text: string): string[] => text.toLowerCase().split(";");

/** `X-Amz-Date` is in the basic format; a `Date` header may be an HTTP date. */
function timestampOf(text: string): string {
  if (/^\d{8}T\d{6}Z$/.test(text)) return text;
  const date = text.endsWith(" GMT") ? new Date(text) : undefined;
  if (date && !Number.isNaN(date.getTime())) return basicFormat(date);
  throw signatureErrors.incomplete(
    `Date must be in ISO-8601 'basic format'. Got '${text.slice(0, 64)}'. See http://en.wikipedia.org/wiki/ISO_8601`,
  );
}

function expiresOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const seconds = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (seconds >= 1 && seconds <= MAX_EXPIRES_SECONDS) return seconds;
  throw signatureErrors.incomplete(`X-Amz-Expires must be between 1 and ${MAX_EXPIRES_SECONDS} seconds`);
}
