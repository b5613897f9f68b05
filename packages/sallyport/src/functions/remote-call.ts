import { headerValue } from "../model/raw-headers.ts";
import { reasonLine } from "../model/reason-text.ts";
import type { BodySink, BodySource } from "../upstream/body.ts";
import { BodyTooLargeError } from "../upstream/body.ts";
import { BufferedBody } from "../upstream/buffered-body.ts";
import type {
  Upstream,
  UpstreamCall,
  UpstreamFailure,
  UpstreamListener,
  UpstreamRequest,
} from "../upstream/upstream.ts";
import type { Invocation, InvocationOutcome } from "./invoker.ts";
import { MAX_RESULT_BYTES } from "./lambda-limits.ts";

/** More than a result may have, so that an emulator which knows no limit is told apart from a broken one. */
const MAX_RESPONSE_BYTES = Math.ceil((MAX_RESULT_BYTES * 4) / 3);

/** A request as RemoteLambda prepares it. */
export type PreparedRequest = Pick<UpstreamRequest, "origin" | "method" | "path" | "headers"> & {
  readonly body: Uint8Array;
};

/** One invocation on its way to a remote Lambda. The clock runs over all of it, the answer's body included. */
export class RemoteCall implements UpstreamListener, BodySink {
  readonly outcome: Promise<InvocationOutcome>;
  readonly #resolve: (outcome: InvocationOutcome) => void;
  readonly #invocation: Invocation;
  readonly #origin: string;
  readonly #timer: NodeJS.Timeout;
  readonly #chunks: Uint8Array[] = [];
  #call: UpstreamCall | undefined;
  #status = 0;
  #headers: readonly string[] = [];
  #settled = false;

  constructor(invocation: Invocation, origin: string) {
    const { promise, resolve } = Promise.withResolvers<InvocationOutcome>();
    this.outcome = promise;
    this.#resolve = resolve;
    this.#invocation = invocation;
    this.#origin = origin;
    this.#timer = setTimeout(() => this.#onTimeout(), invocation.timeoutMs);
    invocation.signal?.addEventListener("abort", this.#onAbort);
  }

  start(upstream: Upstream, { body, ...request }: PreparedRequest): void {
    if (this.#invocation.signal?.aborted) {
      this.#onAbort();
      return;
    }
    const { timeoutMs } = this.#invocation;
    const call = upstream.send(
      { ...request, body: new BufferedBody(body), timeoutMs, maxResponseBytes: MAX_RESPONSE_BYTES },
      this,
    );
    this.#call = call;
    // It may have failed before there was anything to give up.
    if (this.#settled) call.abort();
  }

  onResponse(status: number, headers: string[], body: BodySource): void {
    this.#status = status;
    this.#headers = headers;
    body.pipe(this);
  }

  onFailure({ kind, cause }: UpstreamFailure): void {
    if (kind === "timeout") this.#settle(this.#timeout());
    else this.#settle({ kind: "unreachable", detail: `Lambda at ${this.#origin}: ${kind}: ${cause.message}`, cause });
  }

  write(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    return true;
  }

  end(): void {
    this.#settle(outcomeOf(this.#status, this.#headers, Buffer.concat(this.#chunks)));
  }

  fail(reason: Error): void {
    if (reason instanceof BodyTooLargeError) {
      this.#settle({ ...facts(this.#status, this.#headers), ...tooLong(MAX_RESPONSE_BYTES) });
    } else this.#settle({ kind: "unreachable", detail: `the answer broke off: ${reason.message}`, cause: reason });
  }

  #timeout(): InvocationOutcome {
    return { kind: "timeout", detail: `the function did not answer within ${this.#invocation.timeoutMs} ms` };
  }

  #onTimeout(): void {
    this.#settle(this.#timeout());
    this.#call?.abort();
  }

  readonly #onAbort = (): void => {
    this.#settle({ kind: "aborted", detail: "the caller gave up" });
    this.#call?.abort();
  };

  #settle(outcome: InvocationOutcome): void {
    if (this.#settled) return;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#invocation.signal?.removeEventListener("abort", this.#onAbort);
    this.#resolve(outcome);
  }
}

function facts(serviceStatus: number, headers: readonly string[]) {
  return { serviceStatus, requestId: headerValue(headers, "x-amzn-requestid") };
}

/** Lambda's own words for a result over its limit (observed). */
function tooLong(bytes: number) {
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes), at ${bytes}.`;
  return { kind: "function-error", message, errorType: "Function.ResponseSizeTooLarge" } as const;
}

/** AWS Lambda API Reference, "Invoke": statuses and errors. */
function outcomeOf(status: number, headers: readonly string[], payload: Buffer): InvocationOutcome {
  if (status === 200) return answered(headers, payload);
  const detail = describe(status, headers, payload);
  switch (status) {
    case 401:
    case 403:
      return { kind: "refused", why: "permission", detail };
    case 404:
      return { kind: "refused", why: "missing", detail };
    case 413:
      return { kind: "too-large", detail };
    case 429:
      return { kind: "throttled", detail };
    default:
      return { kind: "unreachable", detail };
  }
}

function answered(headers: readonly string[], payload: Buffer): InvocationOutcome {
  const known = facts(200, headers);
  if (headerValue(headers, "x-amz-function-error") !== undefined) return { ...known, ...thrown(payload) };
  if (payload.byteLength > MAX_RESULT_BYTES) return { ...known, ...tooLong(payload.byteLength) };
  return { kind: "result", payload, ...known };
}

/** The error that a function's runtime reports: `{"errorMessage", "errorType", ...}`. */
function thrown(payload: Buffer) {
  const { errorMessage, errorType } = textMembers(payload);
  const message = errorMessage ?? payload.toString("utf8", 0, 1_000);
  return { kind: "function-error", message, errorType } as const;
}

function describe(status: number, headers: readonly string[], payload: Buffer): string {
  const { message, Message, errorMessage } = textMembers(payload);
  const type = headerValue(headers, "x-amzn-errortype")?.split(":")[0];
  const texts = [`Lambda answered ${status}`, type, message ?? Message ?? errorMessage];
  return reasonLine(texts.filter((text) => text).join(" "));
}

/** The members of a JSON object that are texts; none when it is no such object: an error need not have a body. */
function textMembers(payload: Buffer): Readonly<Record<string, string | undefined>> {
  let value: unknown;
  try {
    value = JSON.parse(payload.toString("utf8"));
  } catch {
    return {};
  }
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(Object.entries(value).filter(([, member]) => typeof member === "string"));
}
