/** A body as an event holds it. */
export interface EventBody {
  readonly text: string;
  readonly isBase64Encoded: boolean;
}

const TEXT_TYPES: ReadonlySet<string> = new Set(["application/json", "application/xml", "application/javascript"]);

/**
 * Text for four kinds of media types, base64 for every other, for none, and for encoded content (observed; that
 * `+json` and encoded content are base64, and that bytes which are no UTF-8 become U+FFFD, is unverified).
 */
export function eventBody(
  bytes: Uint8Array,
  contentType: string | undefined,
  contentEncoding: string | undefined,
): EventBody {
  const { buffer, byteOffset, byteLength } = bytes;
  const body = Buffer.from(buffer, byteOffset, byteLength);
  const isText = contentEncoding === undefined && isTextType(contentType);
  return { text: body.toString(isText ? "utf8" : "base64"), isBase64Encoded: !isText };
}

function isTextType(contentType: string | undefined): boolean {
  if (contentType === undefined) return false;
  const end = contentType.indexOf(";");
  const type = (end < 0 ? contentType : contentType.slice(0, end)).trim().toLowerCase();
  return type.startsWith("text/") || TEXT_TYPES.has(type);
}
