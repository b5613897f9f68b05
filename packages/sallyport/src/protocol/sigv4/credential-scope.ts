import { parseQueryString } from "../query-string.ts";
import type { AwsRequest } from "../service.ts";

/** `{accessKeyId}/{date}/{region}/{service}/aws4_request`, taken apart. */
export interface CredentialScope {
  readonly accessKeyId: string;
  /** `YYYYMMDD`. */
  readonly date: string;
  readonly region: string;
  /** The signing name, for example `apigateway`. */
  readonly service: string;
}

export interface Credential extends CredentialScope {
  readonly terminator: string;
}

export const ALGORITHM = "AWS4-HMAC-SHA256";

/** Takes a `Credential` apart, or undefined when it has not exactly five parts. */
export function parseCredential(text: string): Credential | undefined {
  const parts = text.split("/");
  if (parts.length !== 5) return undefined;
  const [accessKeyId = "", date = "", region = "", service = "", terminator = ""] = parts;
  return { accessKeyId, date, region, service, terminator };
}

/** The `name=value` pairs behind the algorithm of an Authorization header. */
export function parseAuthorization(header: string): { algorithm: string; fields: ReadonlyMap<string, string> } {
  const blank = header.indexOf(" ");
  const algorithm = blank < 0 ? header : header.slice(0, blank);
  const fields = new Map<string, string>();
  for (const pair of blank < 0 ? [] : header.slice(blank + 1).split(",")) {
    const equals = pair.indexOf("=");
    if (equals > 0) fields.set(pair.slice(0, equals).trim(), pair.slice(equals + 1).trim());
  }
  return { algorithm, fields };
}

/**
 * What the request says it was signed for, from its header or its query; undefined when it is not signed. Nothing is
 * checked: this only chooses the service, the region and the account.
 */
export function credentialScopeOf(request: Pick<AwsRequest, "headers" | "query">): CredentialScope | undefined {
  const text = credentialText(request);
  const credential = text === undefined ? undefined : parseCredential(text);
  if (!credential) return undefined;
  const { accessKeyId, date, region, service } = credential;
  return { accessKeyId, date, region, service };
}

function credentialText({ headers, query }: Pick<AwsRequest, "headers" | "query">): string | undefined {
  const header = headers["authorization"];
  // Asked of every request, so the header is not taken apart for it.
  if (header?.startsWith("AWS4-")) return /[ ,]Credential=([^, ]*)/.exec(header)?.[1];
  const raw = /(?:^|&)X-Amz-Credential=[^&]*/i.exec(query)?.[0];
  if (raw === undefined) return undefined;
  try {
    return [...parseQueryString(raw).values()][0]?.[0];
  } catch {
    // Malformed percent-encoding names no credential; verification refuses the request.
    return undefined;
  }
}
