/** A `%` that is not followed by two hexadecimal digits, or bytes that are not UTF-8. */
export class MalformedEncodingError extends Error {
  override readonly name = "MalformedEncodingError";
  readonly text: string;

  constructor(text: string, cause: unknown) {
    super(`malformed percent-encoding: ${text}`, { cause });
    this.text = text;
  }
}

/** Decodes percent-encoding. `+` stays a plus. Throws MalformedEncodingError. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch (cause) {
    throw new MalformedEncodingError(text, cause);
  }
}

/** Decodes a name or a value of a query string or a form: `+` is a blank. Throws MalformedEncodingError. */
export function decodeFormText(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
}

/** The values of each name of a query string or a form body, in the order sent. Throws MalformedEncodingError. */
export function parseQueryString(text: string): ReadonlyMap<string, readonly string[]> {
  const result = new Map<string, string[]>();
  if (text === "") return result;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    const equals = pair.indexOf("=");
    const name = decodeFormText(equals < 0 ? pair : pair.slice(0, equals));
    const value = equals < 0 ? "" : decodeFormText(pair.slice(equals + 1));
    const values = result.get(name);
    if (values) values.push(value);
    else result.set(name, [value]);
  }
  return result;
}
