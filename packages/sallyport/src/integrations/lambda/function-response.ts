/** What a function's result means as an HTTP response. */
import { endToEnd } from "../../model/wire/hop-by-hop.ts";
import { sameHeaderName } from "../../model/raw-headers.ts";
import { pushHeaders } from "./response-headers.ts";

export type PayloadFormat = "1.0" | "2.0";

export type FunctionResponse =
  | {
      readonly kind: "response";
      readonly status: number;
      readonly headers: string[];
      readonly body: Uint8Array | undefined;
    }
  /** The result is not of the form that the format asks for. */
  | { readonly kind: "malformed"; readonly rule: string };

/** Sent when a function returned a status but no content type, even where the body looks like JSON (observed). */
const DEFAULT_TYPE = "text/plain; charset=utf-8";

const malformed = (rule: string): FunctionResponse => ({ kind: "malformed", rule });

/**
 * Reads a result. In format 2.0 an object with `statusCode` is a response; anything else, text that is no JSON included,
 * is the body of a 200 (observed). Format 1.0 takes an object with `statusCode` only.
 */
export function functionResponse(payload: Uint8Array, format: PayloadFormat): FunctionResponse {
  const value = parsed(payload);
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  if (isObject && (format === "1.0" || Object.hasOwn(value, "statusCode"))) {
    return fullResponse(value as Readonly<Record<string, unknown>>, format);
  }
  if (format === "1.0") return malformed("the function's result is no JSON object, as format 1.0 needs");
  const body = typeof value === "string" ? Buffer.from(value) : payload;
  return {
    kind: "response",
    status: 200,
    headers: ["content-type", "application/json", "content-length", String(body.byteLength)],
    body,
  };
}

/** Undefined for what is no JSON, which JSON itself can not say. */
function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}

function fullResponse(result: Readonly<Record<string, unknown>>, format: PayloadFormat): FunctionResponse {
  const status = statusOf(result["statusCode"]);
  if (status === undefined) {
    return malformed(`statusCode is ${shown(result["statusCode"])}; it must be a whole number from 200 to 599`);
  }
  const body = bodyOf(result);
  if (typeof body === "string") return malformed(body);
  const given: string[] = [];
  const fault = pushHeaders(given, result, format);
  if (fault !== undefined) return malformed(fault);
  const headers = framed(endToEnd(given), status, body);
  return { kind: "response", status, headers, body: hasBody(status) ? body : undefined };
}

/**
 * A text of digits is accepted (unverified). That 1xx is refused is our choice: such a response would not end the
 * exchange.
 */
function statusOf(value: unknown): number | undefined {
  const status = typeof value === "string" && /^\d{3}$/.test(value) ? Number(value) : value;
  return typeof status === "number" && Number.isInteger(status) && status >= 200 && status <= 599 ? status : undefined;
}

/** The bytes of the body, or what is wrong with it (unverified for anything but base64 that is good). */
function bodyOf({ body, isBase64Encoded }: Readonly<Record<string, unknown>>): Uint8Array | string {
  if (isBase64Encoded !== undefined && isBase64Encoded !== null && typeof isBase64Encoded !== "boolean") {
    return `isBase64Encoded is ${shown(isBase64Encoded)}; it must be true or false`;
  }
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== "string") return `body is ${shown(body)}; it must be a text`;
  if (isBase64Encoded !== true) return Buffer.from(body);
  try {
    return Uint8Array.fromBase64(body);
  } catch {
    return "body is no base64, though isBase64Encoded says so";
  }
}

/** The length is ours to tell, whatever the function says of it (our choice). */
function framed(headers: readonly string[], status: number, body: Uint8Array): string[] {
  const result: string[] = [];
  let hasType = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    if (sameHeaderName(name, "content-length")) continue;
    hasType ||= sameHeaderName(name, "content-type");
    result.push(name, headers[at + 1]!);
  }
  if (!hasType) result.push("content-type", DEFAULT_TYPE);
  if (hasBody(status)) result.push("content-length", String(body.byteLength));
  return result;
}

function hasBody(status: number): boolean {
  return status !== 204 && status !== 304;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
