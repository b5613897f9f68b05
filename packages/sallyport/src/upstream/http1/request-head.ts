import { sameHeaderName } from "../../model/raw-headers.ts";
import type { UpstreamRequest } from "../upstream.ts";

/** The request would not be one request with one meaning on the wire. */
export class UnsendableRequestError extends Error {
  override readonly name = "UnsendableRequestError";
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const NOT_VISIBLE = /[^\x21-\x7e]/;
/** All that a header must not hold, line breaks first of all (RFC 9110, 5.5). */
const NOT_IN_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/**
 * The head of a request as it goes on the wire, every character one byte. It ends this connection's part of every header
 * here: a length that is not the body's, a framing of the caller's own or a character that could begin another header is
 * refused, whatever the caller believes to have checked.
 */
export function requestHead({ method, path, headers, body }: UpstreamRequest): string {
  if (!TOKEN.test(method) || method === "CONNECT") throw new UnsendableRequestError(`method ${method}`);
  if (!path.startsWith("/") || NOT_VISIBLE.test(path)) throw new UnsendableRequestError("characters in the path");
  let head = `${method} ${path} HTTP/1.1\r\n`;
  let declared = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const value = headers[at + 1]!;
    if (!TOKEN.test(name)) throw new UnsendableRequestError("characters in the name of a header");
    if (NOT_IN_VALUE.test(value)) throw new UnsendableRequestError(`characters in header ${name}`);
    if (isFraming(name)) {
      requireOwnLength(name, value, declared, body?.length ?? (body ? undefined : 0));
      declared = true;
    }
    head += `${name}: ${value}\r\n`;
  }
  if (body && !declared) head += "transfer-encoding: chunked\r\n";
  return `${head}connection: keep-alive\r\n\r\n`;
}

function isFraming(name: string): boolean {
  switch (name.length) {
    case 10:
      return sameHeaderName(name, "connection");
    case 14:
      return sameHeaderName(name, "content-length");
    case 17:
      return sameHeaderName(name, "transfer-encoding");
    default:
      return false;
  }
}

function requireOwnLength(name: string, value: string, repeated: boolean, length: number | undefined): void {
  if (name.length !== 14 || repeated || length === undefined || value !== String(length)) {
    throw new UnsendableRequestError(`header ${name}: ${value} for a body of ${length ?? "unknown"} bytes`);
  }
}
