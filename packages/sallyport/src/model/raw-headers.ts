/** Headers as they stood on the wire: `[name, value, name, value, …]`, every character one byte, names in any case. */
export type RawHeaders = readonly string[];

const CASE_BIT = 0x20;

/** Whether `name` is `lowerName`, whatever its case. Right for letters, digits and `-`, which is what our names hold. */
export function sameHeaderName(name: string, lowerName: string): boolean {
  if (name.length !== lowerName.length) return false;
  if (name === lowerName) return true;
  for (let at = 0; at < name.length; at++) {
    const wanted = lowerName.charCodeAt(at);
    const found = name.charCodeAt(at);
    if (found !== wanted && (wanted < 0x61 || wanted > 0x7a || (found | CASE_BIT) !== wanted)) return false;
  }
  return true;
}

/** The first value of a header; `lowerName` in lower case. */
export function headerValue(headers: RawHeaders, lowerName: string): string | undefined {
  for (let at = 0; at < headers.length; at += 2) {
    if (sameHeaderName(headers[at]!, lowerName)) return headers[at + 1];
  }
  return undefined;
}

/** How often a header occurs. */
export function headerCount(headers: RawHeaders, lowerName: string): number {
  let count = 0;
  for (let at = 0; at < headers.length; at += 2) {
    if (sameHeaderName(headers[at]!, lowerName)) count++;
  }
  return count;
}

/** All values of a header, joined with a comma as RFC 9110 lets a proxy do; undefined when it does not occur. */
export function joinedHeader(headers: RawHeaders, lowerName: string): string | undefined {
  let joined: string | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    if (!sameHeaderName(headers[at]!, lowerName)) continue;
    const value = headers[at + 1]!;
    joined = joined === undefined ? value : `${joined},${value}`;
  }
  return joined;
}
