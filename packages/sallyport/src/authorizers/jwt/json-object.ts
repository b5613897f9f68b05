import { parseExactJson } from "../../expressions/exact-json.ts";

/** A JSON object as its sender wrote it: numbers that JavaScript would round are raw JSON. */
export type JsonObject = Readonly<Record<string, unknown>>;

/**
 * The object that a JSON text holds; undefined when it is none. Of a name that occurs twice the last one counts, for
 * every reader of the result alike (RFC 7519, 4 lets a parser do so).
 */
export function parseJsonObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = parseExactJson(text);
  } catch {
    return undefined;
  }
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value);
  return isObject ? (value as JsonObject) : undefined;
}
