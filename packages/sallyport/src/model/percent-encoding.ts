/** Percent-encoding of request paths. Texts are as on the wire: one character a byte. */

const ESCAPE = /%[0-9A-Fa-f]{2}/g;
const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** Characters that a path segment may hold as they are (RFC 3986, pchar). */
const NOT_SEGMENT_CHARACTER = /[^A-Za-z0-9\-._~!$&'()*+,;=:@]/gu;
/** What `encodePath` leaves alone: nearly every path. */
const PLAIN_PATH = /^[A-Za-z0-9\-._~!$&'()*+,;=:@/]*$/;
// oxlint-disable-next-line no-control-regex -- "beyond ASCII" is the question
const PLAIN = /^[\x00-\x24\x26-\x7f]*$/;

/**
 * The text with escapes decoded as UTF-8. An escape that is none (`%zz`) stays as it is; bytes that are no UTF-8 become
 * U+FFFD: a hostile path must not be an error.
 */
export function decodePercent(text: string): string {
  if (PLAIN.test(text)) return text;
  const bytes = text.replace(ESCAPE, (escape) => String.fromCharCode(Number.parseInt(escape.slice(1), 16)));
  return Buffer.from(bytes, "latin1").toString("utf8");
}

/** A name or value of a query string decoded as `decodePercent` does, and `+` as a space (observed). */
export function decodeQueryText(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** The segment with escapes of unreserved characters decoded: how literal parts of a route compare (our choice). */
export function decodeUnreserved(segment: string): string {
  if (!segment.includes("%")) return segment;
  return segment.replace(ESCAPE, (escape) => {
    const character = String.fromCharCode(Number.parseInt(escape.slice(1), 16));
    return UNRESERVED.test(character) ? character : escape;
  });
}

/** Encodes a decoded value for use as one path segment. */
export function encodeSegment(value: string): string {
  return value
    .toWellFormed()
    .replace(NOT_SEGMENT_CHARACTER, (character) => (character === "/" ? "%2F" : encodeURIComponent(character)));
}

/** Encodes a decoded value for use as the value of a query parameter. */
export function encodeQueryValue(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

/** Encodes a decoded value segment by segment; its slashes stay. */
export function encodePath(value: string): string {
  if (PLAIN_PATH.test(value)) return value;
  return value.split("/").map(encodeSegment).join("/");
}
