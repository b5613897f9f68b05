/** JSON as it stands: a number keeps the digits that it was written with. */

declare global {
  interface JSON {
    /** ECMAScript, "JSON.parse source text access"; the compiler's library does not know it yet. */
    rawJSON(text: string): object;
    isRawJSON(value: unknown): boolean;
  }
}

/** The third argument of a reviver, which the compiler's library does not know yet either. */
type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source?: string }) => unknown;

const keepDigits: Reviver = (_key, value, { source }) =>
  typeof value === "number" && source !== undefined && String(value) !== source ? JSON.rawJSON(source) : value;

/**
 * The value of a JSON text; throws a SyntaxError when it is none. Numbers that would not print as they were written
 * (`12345678901234567890`, `1.0`) are kept as raw JSON, which `JSON.stringify` writes back digit by digit.
 */
export function parseExactJson(text: string): unknown {
  return JSON.parse(text, keepDigits as (key: string, value: unknown) => unknown);
}

/** Whether the value has members or items to be selected. */
export function isContainer(value: unknown): value is Readonly<Record<string, unknown>> | readonly unknown[] {
  return typeof value === "object" && value !== null && !JSON.isRawJSON(value);
}
