import type { RawHeaders } from "../model/raw-headers.ts";
import type { BodySource } from "./body.ts";

/** A request to a back end. Everything is final: an upstream adds nothing but the framing and `connection`. */
export interface UpstreamRequest {
  /** Scheme, host and port, as the `origin` of a URL prints them. */
  readonly origin: string;
  readonly method: string;
  /** Path and query, beginning with `/`. */
  readonly path: string;
  /** With `host`, and with `content-length` unless the body's length is unknown. No hop-by-hop headers. */
  readonly headers: RawHeaders;
  readonly body: BodySource | undefined;
  /** From now to the head of the response, connecting included; then between two pieces of its body. */
  readonly timeoutMs: number;
  /** A longer response body is cut off by `fail`. */
  readonly maxResponseBytes: number;
}

/**
 * `timeout`: no answer in time; `unreachable`: no connection, or it broke; `malformed`: the answer is not HTTP/1.1;
 * `body`: the request's body failed, `cause` tells how; `refused`: the request cannot be put on the wire.
 */
export type UpstreamFailureKind = "timeout" | "unreachable" | "malformed" | "body" | "refused";

export interface UpstreamFailure {
  readonly kind: UpstreamFailureKind;
  readonly cause: Error;
}

/** Hears exactly one of the two, and nothing after `abort`. */
export interface UpstreamListener {
  /** Final status and headers. The body must be piped or cancelled before this returns. Headers are the callee's. */
  onResponse(status: number, headers: string[], body: BodySource): void;
  onFailure(failure: UpstreamFailure): void;
}

export interface UpstreamCall {
  /** Breaks the exchange off, whatever state it is in. Harmless afterwards. */
  abort(): void;
}

/** The way out: what the integrations need of an HTTP client. */
export interface Upstream {
  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall;
  close(): Promise<void>;
}
