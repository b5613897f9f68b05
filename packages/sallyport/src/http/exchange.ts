import type { BodySource } from "../upstream/body.ts";
import type { RawHeaders } from "../model/raw-headers.ts";

/** Hears that an exchange is over. An object rather than a function: it costs a request no closure. */
export interface ExchangeEnd {
  ended(): void;
}

/**
 * One HTTP request and its response, as the pipeline sees them. Whatever speaks HTTP with the client implements it; the
 * pipeline knows no sockets and no streams of Node's. Answered exactly once, by one of `respond`, `stream` and `destroy`.
 */
export interface Exchange {
  readonly method: string;
  /** In origin form: raw path and query, beginning with `/`. */
  readonly target: string;
  /** The authority that the client asked for: of `Host`, or of a target in absolute form. `""` when it told none. */
  readonly authority: string;
  readonly headers: RawHeaders;
  /** Undefined when the request has none, also when it declares a length of 0. */
  readonly body: BodySource | undefined;
  readonly clientAddress: string;
  readonly localAddress: string;
  readonly secure: boolean;
  /** The head of the answer is decided. */
  readonly answered: boolean;
  /** The client is gone or the connection was destroyed. */
  readonly aborted: boolean;
  /** Called once when the client goes away before its answer is complete. */
  onAbort: (() => void) | undefined;
  /** Told once when it is over: the response is complete, or broke off. */
  onEnd: ExchangeEnd | undefined;
  /** Bytes of the response's body given to the connection so far. */
  readonly bodyBytesSent: number;
  /** A whole response. `headers` must hold the length where the status allows a body; the body is left out for HEAD. */
  respond(status: number, headers: readonly string[], body: Uint8Array | undefined): void;
  /** Head now, body as it comes. A body that fails takes the connection with it: it is too late for an error. */
  stream(status: number, headers: readonly string[], body: BodySource): void;
  /** Ends the connection without an answer. */
  destroy(): void;
}
