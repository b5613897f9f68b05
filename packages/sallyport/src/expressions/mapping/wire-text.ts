/**
 * Between text and the wire. Mappings work on text; headers stand on the wire as bytes, a character each, whose meaning
 * HTTP leaves open beyond ASCII.
 */

// oxlint-disable-next-line no-control-regex -- "beyond ASCII" is the question
const ASCII = /^[\x00-\x7f]*$/;
// oxlint-disable-next-line no-control-regex -- what headers can not hold
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]+/g;
const REPLACEMENT = "\ufffd";

/** The text of a header's value: UTF-8 where the bytes are that, else Latin-1. Our choice. */
export function textOfHeader(value: string): string {
  if (ASCII.test(value)) return value;
  const text = Buffer.from(value, "latin1").toString("utf8");
  return text.includes(REPLACEMENT) ? value : text;
}

/**
 * A text as a header's value. Nothing can begin another header: control characters, line ends first of all, become a
 * space (RFC 9110, 5.5), which keeps the request going and shows where they were. Beyond ASCII it is UTF-8 (our choice).
 */
export function headerOfText(text: string): string {
  const line = text.replace(CONTROL, " ");
  return ASCII.test(line) ? line : Buffer.from(line, "utf8").toString("latin1");
}
