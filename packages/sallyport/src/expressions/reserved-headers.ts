/**
 * Headers that parameter mapping may not write, in lower case. API Gateway Developer Guide, "Transforming API requests
 * and responses" (`trailers` is its spelling). Reading them is allowed.
 */
const RESERVED: ReadonlySet<string> = new Set([
  "authorization",
  "connection",
  "content-encoding",
  "content-length",
  "content-location",
  "forwarded",
  "keep-alive",
  "origin",
  "proxy-authenticate",
  "proxy-authorization",
  "te",
  // Our addition: the header's real name, which announces what a gateway that frames bodies anew can not send.
  "trailer",
  "trailers",
  "transfer-encoding",
  "upgrade",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
  "via",
]);

const RESERVED_PREFIXES: readonly string[] = ["access-control-", "apigw-", "x-amz-", "x-amzn-"];

/** Whether the header is no target for parameter mapping. Case does not matter. */
export function isReservedHeader(name: string): boolean {
  const lower = name.toLowerCase();
  return RESERVED.has(lower) || RESERVED_PREFIXES.some((prefix) => lower.startsWith(prefix));
}
