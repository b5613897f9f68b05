import type { IncomingMessage, ServerResponse } from "node:http";
import { headerCount, headerValue, joinedHeader } from "../model/raw-headers.ts";
import { NodeRequestBody } from "./node-request-body.ts";

/** What a request's head tells before any step looks at it. */
export interface RequestHead {
  /** In origin form. */
  readonly target: string;
  readonly authority: string;
  readonly body: NodeRequestBody | undefined;
}

/** A registered name without the characters that only split it for somebody, or an address in brackets. */
const AUTHORITY = /^(?:[\w.~!$&'()*+;=%-]*|\[[0-9A-Fa-f:.]{2,45}\])(?::(\d{0,5}))?$/;
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/**
 * Undefined for a head that is no request to us: another target than origin or absolute form, no host or several
 * (RFC 9112, 3.2). A host in the target wins over `Host`.
 */
export function readHead(message: IncomingMessage, response: ServerResponse): RequestHead | undefined {
  const place = placeOf(message);
  return place && { ...place, body: bodyOf(message, response) };
}

function placeOf(message: IncomingMessage): Omit<RequestHead, "body"> | undefined {
  const { rawHeaders, url = "", httpVersion } = message;
  // Node's parser takes HTTP/0.9 and HTTP/2.0 as text, too.
  if (httpVersion !== "1.1" && httpVersion !== "1.0") return undefined;
  const hosts = headerCount(rawHeaders, "host");
  if (hosts > 1 || (hosts === 0 && httpVersion === "1.1") || url.includes("#")) return undefined;
  const host = headerValue(rawHeaders, "host") ?? "";
  if (!isAuthority(host) || !isKnownCoding(message)) return undefined;
  if (url.startsWith("/")) return { target: url, authority: host };
  const [, authority = "", rest = ""] = ABSOLUTE_FORM.exec(url) ?? [];
  if (authority === "" || !isAuthority(authority)) return undefined;
  return { target: rest.startsWith("/") ? rest : `/${rest}`, authority };
}

/** Host and port, or nothing: no user, no path, no list (RFC 9110, 7.2). */
function isAuthority(text: string): boolean {
  const match = AUTHORITY.exec(text);
  return match !== null && Number(match[1] ?? 0) <= 65_535;
}

/**
 * `chunked` alone, and in HTTP/1.1 (RFC 9112, 6.1). Node finds fault with some others only when the body comes, which is
 * too late: the request would have begun to flow to the back end.
 */
function isKnownCoding({ rawHeaders, httpVersion }: IncomingMessage): boolean {
  const coding = joinedHeader(rawHeaders, "transfer-encoding");
  return coding === undefined || (coding.toLowerCase() === "chunked" && httpVersion === "1.1");
}

/** Node has checked the framing: `Content-Length` is a number, and not beside `Transfer-Encoding`. */
function bodyOf(message: IncomingMessage, response: ServerResponse): NodeRequestBody | undefined {
  const { rawHeaders } = message;
  const declared = headerValue(rawHeaders, "content-length");
  const length = declared === undefined ? undefined : Number(declared);
  if (length === 0 || (length === undefined && headerValue(rawHeaders, "transfer-encoding") === undefined)) {
    return undefined;
  }
  const waits = headerValue(rawHeaders, "expect")?.toLowerCase() === "100-continue" && message.httpVersion !== "1.0";
  return new NodeRequestBody(message, length, waits ? () => response.writeContinue() : undefined);
}
