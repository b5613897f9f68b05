import type { RawHeaders } from "../model/raw-headers.ts";
import type { BodySource } from "../upstream/body.ts";

/** What an integration is told about the request it serves. */
export interface IntegrationRequest {
  readonly requestId: string;
  readonly method: string;
  readonly headers: RawHeaders;
  readonly body: BodySource | undefined;
  /** Raw path as routes see it: without the stage. */
  readonly routePath: string;
  /** As sent, without the question mark; undefined when there was none. */
  readonly query: string | undefined;
  /** Decoded values of the route's variables. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Whether `$default` was chosen. */
  readonly isDefaultRoute: boolean;
  /** Host that the API was called by, without port. */
  readonly domainName: string;
  readonly clientAddress: string;
  readonly localAddress: string;
  readonly secure: boolean;
}

/** Why an integration gave no answer of its own. `status` is the client's, the rest is private. */
export interface IntegrationFailure {
  readonly status: 413 | 500 | 503;
  /** What was expected, with the value that did not meet it. */
  readonly rule: string;
  readonly remedy: string;
  readonly cause?: Error;
}

/** Hears exactly one of the two. */
export interface IntegrationListener {
  /** `headers` belong to the listener; `body` must be piped or cancelled before this returns. */
  onResponse(status: number, headers: string[], body: BodySource | Uint8Array | undefined): void;
  onFailure(failure: IntegrationFailure): void;
}

export interface IntegrationCall {
  /** The client is gone. */
  abort(): void;
}

/** A compiled integration, bound to a stage's variables. */
export interface Integration {
  call(request: IntegrationRequest, listener: IntegrationListener): IntegrationCall;
}
