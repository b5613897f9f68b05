import type { RequestContext } from "../model/request-context.ts";
import type { Trace } from "../observe/trace.ts";
import type { BodySource } from "../upstream/body.ts";

/** What an integration is told about the request it serves, parameter mappings applied. */
export interface IntegrationRequest extends RequestContext {
  readonly body: BodySource | undefined;
  /** Whether `$default` was chosen. */
  readonly isDefaultRoute: boolean;
  /** Path that a mapping put in place of the whole path of the back end's request: raw, beginning with `/`. */
  readonly pathOverride: string | undefined;
  /** Names of headers that mappings wrote, in lower case: they reach the back end whatever the client says. */
  readonly mappedHeaders?: ReadonlySet<string> | undefined;
  /** Where integrations tell what they send. */
  readonly trace?: Trace | undefined;
  /** See AuthorizationRequest: the body, read whole, where an integration needs it so. */
  bufferBody(): Promise<Uint8Array | undefined>;
}

/** Why an integration gave no answer of its own. `status` is the client's, the rest is private. */
export interface IntegrationFailure {
  readonly status: 400 | 413 | 500 | 503;
  /** What was expected, with the value that did not meet it. */
  readonly rule: string;
  readonly remedy: string;
  readonly cause?: Error;
  /** It had its time and did not answer. */
  readonly timeout?: boolean;
  /** `$context.integrationErrorMessage`, where the real service has one. */
  readonly message?: string;
  /** Of an answer that was no use. */
  readonly facts?: IntegrationFacts;
}

/** Facts about an answer that only logs see. */
export interface IntegrationFacts {
  /** `$context.integration.integrationStatus`: for Lambda, the status of the service's own answer. */
  readonly serviceStatus?: number | undefined;
  /** `$context.awsEndpointRequestId`. */
  readonly requestId?: string | undefined;
}

/** Hears exactly one of the two. */
export interface IntegrationListener {
  /** `headers` belong to the listener; `body` must be piped or cancelled before this returns. */
  onResponse(
    status: number,
    headers: string[],
    body: BodySource | Uint8Array | undefined,
    facts?: IntegrationFacts,
  ): void;
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
