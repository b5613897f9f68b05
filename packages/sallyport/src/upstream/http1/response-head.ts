import { sameHeaderName } from "../../model/raw-headers.ts";

/** What came is no HTTP/1.1 response, or one that two readers could read differently. */
export class MalformedResponseError extends Error {
  override readonly name = "MalformedResponseError";
}

/** The head of a response. */
export interface ResponseHead {
  readonly status: number;
  /** Names and values in turn, as sent. */
  readonly headers: string[];
  /** Value of `Content-Length`. */
  readonly length: number | undefined;
  readonly chunked: boolean;
  /** The back end ends the connection with this response. */
  readonly closes: boolean;
  /** How long the back end says it keeps an idle connection. */
  readonly keepAliveSeconds: number | undefined;
}

/** What a reader tells, in this order. */
export interface ResponseEvents {
  /** The final head; interim ones are not told. */
  onHead(head: ResponseHead): void;
  /** A view that is valid during the call only. */
  onBody(chunk: Buffer): void;
  /** The response is complete. `clean`: and the connection can take another one. */
  onEnd(clean: boolean): void;
}

const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?:[ \r]|$)/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Control characters, line ends that are none, and lines that go on in the next one (RFC 9112, 2.2 and 5.2). */
// oxlint-disable-next-line no-control-regex
const FORBIDDEN = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n|\r\n[ \t]/;
/** Exact as a number, and far over any limit. */
const LENGTH = /^\d{1,15}$/;
const KEEP_ALIVE = /\btimeout=(\d{1,6})/i;

/** What the loop over the headers finds out about the framing. */
interface Framing {
  length: number | undefined;
  chunked: boolean;
  closes: boolean;
  keepAliveSeconds: number | undefined;
}

/**
 * Reads a head, given without the empty line at its end. Stricter than RFC 9112 lets a client be: where it leaves a
 * choice between repair and refusal, the response is refused, for a repair is a second opinion about where it ends.
 */
export function parseResponseHead(text: string): ResponseHead {
  if (FORBIDDEN.test(text)) throw new MalformedResponseError("a control character, a bare line end or a folded line");
  const [, minor, status] = STATUS_LINE.exec(text) ?? [];
  if (status === undefined) throw new MalformedResponseError("no status line of HTTP/1.0 or HTTP/1.1");
  const headers: string[] = [];
  const framing: Framing = { length: undefined, chunked: false, closes: minor === "0", keepAliveSeconds: undefined };
  const line = text.indexOf("\r\n");
  for (let at = line < 0 ? text.length : line + 2; at < text.length;) {
    const lineEnd = text.indexOf("\r\n", at);
    const end = lineEnd < 0 ? text.length : lineEnd;
    takeHeader(text, at, end, headers, framing);
    at = end + 2;
  }
  if (framing.chunked && (framing.length !== undefined || minor === "0")) {
    throw new MalformedResponseError("two framings: chunked beside a length, or in HTTP/1.0");
  }
  return { status: Number(status), headers, ...framing };
}

function takeHeader(text: string, from: number, to: number, headers: string[], framing: Framing): void {
  const colon = text.indexOf(":", from);
  const name = text.slice(from, colon < 0 || colon > to ? to : colon);
  if (colon < 0 || colon > to || !TOKEN.test(name)) throw new MalformedResponseError("a line that is no header");
  const value = trimmed(text, colon + 1, to);
  headers.push(name, value);
  switch (name.length) {
    case 10:
      takeConnection(name, value, framing);
      break;
    case 14:
      if (sameHeaderName(name, "content-length")) takeLength(value, framing);
      break;
    case 17:
      if (sameHeaderName(name, "transfer-encoding")) takeCoding(value, framing);
      break;
    default:
  }
}

function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** `Connection` and `Keep-Alive` have the same length. */
function takeConnection(name: string, value: string, framing: Framing): void {
  if (sameHeaderName(name, "keep-alive")) {
    const seconds = KEEP_ALIVE.exec(value)?.[1];
    if (seconds !== undefined) framing.keepAliveSeconds = Number(seconds);
  } else if (sameHeaderName(name, "connection") && /\bclose\b/i.test(value)) {
    framing.closes = true;
  }
}

function takeLength(value: string, framing: Framing): void {
  if (framing.length !== undefined || !LENGTH.test(value)) {
    throw new MalformedResponseError("several lengths, or one that is no number");
  }
  framing.length = Number(value);
}

/** Nobody asked for another coding: the request carries no `TE`. */
function takeCoding(value: string, framing: Framing): void {
  if (framing.chunked || value.toLowerCase() !== "chunked") {
    throw new MalformedResponseError("a transfer coding other than chunked alone");
  }
  framing.chunked = true;
}
