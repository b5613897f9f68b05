import type { AwsRequest } from "../service.ts";

/** What a canonical request is made of, next to the request itself. */
export interface CanonicalParts {
  readonly path: string;
  readonly signedHeaders: readonly string[];
  readonly payloadHash: string;
}

/** IAM User Guide, "Create a signed AWS API request": the request in the one form that both sides hash. */
export function canonicalRequest(request: AwsRequest, { path, signedHeaders, payloadHash }: CanonicalParts): string {
  // The names come from the caller: `constructor` is no header just because every object has one.
  const valueOf = (name: string): string => (Object.hasOwn(request.headers, name) ? (request.headers[name] ?? "") : "");
  const headers = signedHeaders.map((name) => `${name}:${canonicalValue(valueOf(name))}\n`).join("");
  return [request.method, path, canonicalQuery(request.query), headers, signedHeaders.join(";"), payloadHash].join(
    "\n",
  );
}

/**
 * The forms of the path that a client may have signed. S3 signs the path as sent. Everybody else signs it encoded once
 * more, with redundant slashes and dot segments removed (documented), which some SDKs leave out.
 */
export function canonicalPaths(service: string, path: string): readonly string[] {
  if (service === "s3") return [path === "" ? "/" : path];
  const asSent = encodePath(path);
  const normalised = encodePath(withoutDotSegments(path));
  return asSent === normalised ? [normalised] : [normalised, asSent];
}

const UNRESERVED = /[^A-Za-z0-9\-._~]/gu;

function encodePath(path: string): string {
  const encoded = path.replace(/[^A-Za-z0-9\-._~/]/gu, encodeCharacter);
  return encoded === "" ? "/" : encoded;
}

function withoutDotSegments(path: string): string {
  if (!/\/\/|\/\.{1,2}(?:\/|$)/.test(path)) return path;
  const kept: string[] = [];
  for (const segment of path.split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== "" && segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}${kept.length > 0 && path.endsWith("/") ? "/" : ""}`;
}

/** Trimmed, with runs of blanks as one: header values may be folded on the way. */
function canonicalValue(value: string): string {
  return value.trim().replace(/\s+/g, " ");
}

/** Name and value of each parameter re-encoded, sorted by name and then by value; the signature itself left out. */
function canonicalQuery(query: string): string {
  const pairs = query
    .split("&")
    .filter((pair) => pair !== "" && !/^X-Amz-Signature=/i.test(pair))
    .map((pair): [string, string] => {
      const equals = pair.indexOf("=");
      return equals < 0 ? [reencode(pair), ""] : [reencode(pair.slice(0, equals)), reencode(pair.slice(equals + 1))];
    });
  pairs.sort(([a, x], [b, y]) => (a === b ? order(x, y) : order(a, b)));
  return pairs.map(([name, value]) => `${name}=${value}`).join("&");
}

const order = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

/**
 * Percent-encodes everything but unreserved characters, escapes that are there already taken as what they stand for,
 * byte by byte, so that bytes that are not UTF-8 survive. A bare plus is a blank (our choice; SDKs never send one).
 */
function reencode(text: string): string {
  if (!/[^A-Za-z0-9\-._~]/.test(text)) return text;
  return text.replace(/%[0-9A-Fa-f]{2}|[^A-Za-z0-9\-._~]/gu, (match) => {
    if (match === "+") return "%20";
    return match.length === 3 && match.startsWith("%") ? normalEscape(match) : encodeCharacter(match);
  });
}

function normalEscape(escape: string): string {
  const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
  return character.search(UNRESERVED) < 0 ? character : escape.toUpperCase();
}

function encodeCharacter(character: string): string {
  return [...Buffer.from(character, "utf8")]
    .map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, "0")}`)
    .join("");
}
