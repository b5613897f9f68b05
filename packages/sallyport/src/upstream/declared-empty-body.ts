import { subscribe } from "node:diagnostics_channel";

/** The parts of undici's request that its diagnostics channel hands over. */
interface CreatedRequest {
  readonly method: string;
  readonly contentLength: number | null;
  readonly headers: string[];
}

const LENGTH_IS_SENT: ReadonlySet<string> = new Set(["POST", "PUT", "PATCH", "QUERY", "PROPFIND", "PROPPATCH"]);

function isCreatedRequest(value: unknown): value is CreatedRequest {
  return (
    typeof value === "object" &&
    value !== null &&
    "method" in value &&
    typeof value.method === "string" &&
    "contentLength" in value &&
    "headers" in value &&
    Array.isArray(value.headers)
  );
}

let subscribed = false;

/**
 * A back end gets `Content-Length: 0` with every request without a body (observed). undici leaves it out for methods
 * that usually have none, whatever the caller says; its documented way to change a request, `undici:request:create`, puts
 * back what the caller declared. It concerns every user of undici in the process, but only those that declare a zero.
 */
export function sendDeclaredEmptyBodies(): void {
  if (subscribed) return;
  subscribed = true;
  subscribe("undici:request:create", (message) => {
    const request = typeof message === "object" && message !== null && "request" in message && message.request;
    if (!isCreatedRequest(request) || request.contentLength !== 0 || LENGTH_IS_SENT.has(request.method)) return;
    request.headers.push("content-length", "0");
  });
}
