import type { FunctionInvoker, InvocationOutcome } from "../../functions/invoker.ts";
import { MAX_EVENT_BYTES } from "../../functions/lambda-limits.ts";
import { integrationSourceArn } from "../../model/execute-api-arn.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { IntegrationCall, IntegrationFailure, IntegrationListener, IntegrationRequest } from "../integration.ts";
import { functionResponse } from "./function-response.ts";
import { invocationFailure, malformedFailure } from "./lambda-failure.ts";
import type { LambdaTarget } from "./lambda-proxy.ts";

/** One request of a Lambda proxy integration on its way. */
export class LambdaCall implements IntegrationCall {
  readonly #target: LambdaTarget;
  readonly #functions: FunctionInvoker;
  readonly #listener: IntegrationListener;
  readonly #abort = new AbortController();

  constructor(target: LambdaTarget, functions: FunctionInvoker, listener: IntegrationListener) {
    this.#target = target;
    this.#functions = functions;
    this.#listener = listener;
  }

  /** `payloadOf` makes the event of a request and its body. */
  start(request: IntegrationRequest, payloadOf: (body: Uint8Array | undefined) => string): void {
    const fail = (cause: unknown) => this.#listener.onFailure(defect(cause));
    if (request.body === undefined) this.#invoke(request, payloadOf(undefined)).catch(fail);
    else this.#readAndInvoke(request, payloadOf).catch(fail);
  }

  abort(): void {
    this.#abort.abort();
  }

  async #readAndInvoke(
    request: IntegrationRequest,
    payloadOf: (body: Uint8Array | undefined) => string,
  ): Promise<void> {
    let body: Uint8Array | undefined;
    try {
      body = await request.bufferBody();
    } catch (cause) {
      this.#listener.onFailure(unreadable(cause));
      return;
    }
    await this.#invoke(request, payloadOf(body));
  }

  async #invoke(request: IntegrationRequest, payload: string): Promise<void> {
    const bytes = eventBytes(payload);
    if (bytes > MAX_EVENT_BYTES) {
      this.#listener.onFailure(invocationFailure(this.#target.arn, oversized(bytes)));
      return;
    }
    const outcome = await this.#functions.invoke({
      functionArn: this.#target.arn,
      payload,
      timeoutMs: this.#target.timeoutMs,
      credentialsArn: this.#target.credentialsArn,
      sourceArn: integrationSourceArn(request),
      signal: this.#abort.signal,
    });
    this.#answer(outcome);
  }

  #answer(outcome: InvocationOutcome): void {
    const { arn, format } = this.#target;
    if (outcome.kind !== "result") {
      this.#listener.onFailure(invocationFailure(arn, outcome));
      return;
    }
    const facts = { serviceStatus: outcome.serviceStatus, requestId: outcome.requestId };
    const response = functionResponse(outcome.payload, format);
    if (response.kind === "malformed") this.#listener.onFailure(malformedFailure(arn, response.rule, facts));
    else this.#listener.onResponse(response.status, response.headers, response.body, facts);
  }
}

/** The size that counts is that of the JSON, hence after base64. Short texts cannot reach the limit. */
function eventBytes(payload: string): number {
  return payload.length * 3 <= MAX_EVENT_BYTES ? payload.length : Buffer.byteLength(payload);
}

function oversized(bytes: number) {
  return { kind: "too-large", detail: `${bytes} bytes; Lambda takes ${MAX_EVENT_BYTES}` } as const;
}

function unreadable(cause: unknown): IntegrationFailure {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return error instanceof BodyTooLargeError
    ? { status: 413, rule: error.message, remedy: "send less", cause: error }
    : { status: 503, rule: `the request's body broke off: ${error.message}`, remedy: "send all of it", cause: error };
}

/** Invokers do not reject; should one, the client must not wait for ever. */
function defect(cause: unknown): IntegrationFailure {
  const error = cause instanceof Error ? cause : new Error(String(cause));
  return { status: 500, rule: `the invocation failed: ${error.message}`, remedy: "report this", cause: error };
}
