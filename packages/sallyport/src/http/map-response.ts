import { MappingBody } from "../expressions/mapping/mapping-body.ts";
import { MAX_MAPPED_VALUE_BYTES } from "../expressions/mapping/header-edits.ts";
import type { MappedResponse, ResponseMapping } from "../expressions/mapping/response-mapping.ts";
import { sameHeaderName } from "../model/raw-headers.ts";
import type { BodySource } from "../upstream/body.ts";
import { readWhole } from "../upstream/buffered-body.ts";
import type { HttpRequest } from "./http-request.ts";

/** What an integration answered. */
export interface IntegrationResponse {
  readonly status: number;
  readonly headers: string[];
  readonly body: BodySource | Uint8Array | undefined;
}

/** Takes the mapped response, or the reason why there is none: a 500, for the client did nothing wrong. */
export interface MappedResponseListener {
  onMapped(status: number, headers: string[], body: BodySource | Uint8Array | undefined): void;
  onUnmappable(rule: string, remedy: string, cause?: Error): void;
}

/**
 * Changes status and headers of an integration's answer by the mappings of its status (Developer Guide, Transforming API
 * requests and responses). The body passes as it is, and is gathered first only where a mapping reads it.
 */
export function mapResponse(
  request: HttpRequest,
  mapping: ResponseMapping,
  response: IntegrationResponse,
  listener: MappedResponseListener,
): void {
  const { body } = response;
  if (mapping.readsBody && body !== undefined && !(body instanceof Uint8Array)) {
    void gather(request, mapping, response, body, listener);
  } else {
    deliver(request, mapping, response, body instanceof Uint8Array ? body : undefined, listener);
  }
}

/** Integrations bound what they deliver. Never rejects. */
async function gather(
  request: HttpRequest,
  mapping: ResponseMapping,
  response: IntegrationResponse,
  source: BodySource,
  listener: MappedResponseListener,
): Promise<void> {
  try {
    const bytes = await readWhole(source);
    if (request.exchange.aborted) return;
    const headers = request.method === "HEAD" ? response.headers : withLength(response.headers, bytes.byteLength);
    deliver(request, mapping, { status: response.status, headers, body: bytes }, bytes, listener);
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    listener.onUnmappable(`the response can not be mapped: ${cause.message}`, "check the back end's response", cause);
  }
}

function deliver(
  request: HttpRequest,
  mapping: ResponseMapping,
  { status, headers, body }: IntegrationResponse,
  bytes: Uint8Array | undefined,
  listener: MappedResponseListener,
): void {
  const mapped = mapping.run({ context: request, headers, body: bytes && new MappingBody(bytes) });
  if (mapped.kind !== "mapped") {
    cancel(body);
    refuse(mapped, listener);
    return;
  }
  const newStatus = mapped.status ?? status;
  request.trace?.report({ step: "map response", message: `status ${status} -> ${newStatus}` });
  const newHeaders = mapped.headers ?? headers;
  if (hasNoBody(newStatus) === hasNoBody(status)) {
    listener.onMapped(newStatus, newHeaders, body);
    return;
  }
  // A body that the new status has no place for is dropped; and where there was none, none is announced.
  cancel(body);
  const own = withoutHeader(newHeaders, "content-length");
  if (!hasNoBody(newStatus)) own.push("content-length", "0");
  listener.onMapped(newStatus, own, undefined);
}

function refuse(mapped: Exclude<MappedResponse, { kind: "mapped" }>, listener: MappedResponseListener): void {
  if (mapped.kind === "too-large") {
    const rule = `a mapped response header is ${mapped.bytes} bytes; the limit is ${MAX_MAPPED_VALUE_BYTES}`;
    listener.onUnmappable(rule, "map a shorter value");
    return;
  }
  const rule = `overwrite:statuscode gives ${JSON.stringify(mapped.text.slice(0, 100))}: no status from 200 to 599`;
  listener.onUnmappable(rule, "correct ResponseParameters, or what the back end answers");
}

/** RFC 9110, 6.4.1. */
function hasNoBody(status: number): boolean {
  return status === 204 || status === 304;
}

function cancel(body: BodySource | Uint8Array | undefined): void {
  if (body !== undefined && !(body instanceof Uint8Array)) body.cancel();
}

function withLength(headers: string[], bytes: number): string[] {
  const own = withoutHeader(headers, "content-length");
  own.push("content-length", String(bytes));
  return own;
}

function withoutHeader(headers: readonly string[], lowerName: string): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!sameHeaderName(headers[at]!, lowerName)) kept.push(headers[at]!, headers[at + 1]!);
  }
  return kept;
}
