/** What is known about a request once its answer is complete: what access logs and metrics read besides its context. */
import type { RequestContext } from "../request-context.ts";

export interface ResponseFacts {
  /** Status sent to the client; 0 when it went away before there was one. */
  readonly status: number;
  /** Bytes of the response's body. */
  readonly responseLength: number;
  readonly responseLatencyMs: number;
  /** Bytes of the request's and the response's body. */
  readonly dataProcessed: number;
  /** From the call of the integration to the head of its answer, or to its failure; undefined: it was not called. */
  readonly integrationLatencyMs: number | undefined;
  /** Status of the back end, or the one that a function returned. */
  readonly integrationStatus: number | undefined;
  /** Status of the Lambda service itself. */
  readonly serviceStatus: number | undefined;
  /** `x-amz-request-id` or `x-amzn-requestid` of the integration's answer. */
  readonly endpointRequestId: string | undefined;
  /** `x-amz-id-2` of the integration's answer. */
  readonly endpointRequestId2: string | undefined;
  /** Why the integration gave no answer. */
  readonly integrationError: string | undefined;
  readonly authorizerError: string | undefined;
  /** Message and class of an error of the gateway's own. */
  readonly errorMessage: string | undefined;
  readonly errorType: string | undefined;
}

/** A request whose answer is complete. */
export interface FinishedRequest extends RequestContext {
  readonly outcome: ResponseFacts;
}
