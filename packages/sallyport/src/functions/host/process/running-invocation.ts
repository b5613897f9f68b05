import type { HostInvocation, HostOutcome } from "../../function-host.ts";
import { MAX_RESULT_BYTES } from "../../lambda-limits.ts";
import type { ReportedError, RuntimeEvent } from "../channel/channel.ts";
import { type Failure, failurePayload, responseTooLarge } from "./failures.ts";
import { LogTail } from "./function-log.ts";

/** An invocation and whoever waits for its outcome. */
export interface Job {
  readonly invocation: HostInvocation;
  readonly settle: (outcome: HostOutcome) => void;
}

type Answer = { readonly error: string | undefined; readonly payload: Uint8Array };

/** Streamed responses may be longer than gathered ones. AWS Lambda Developer Guide, "Response streaming": 200 MB. */
const MAX_STREAM_BYTES = 209_715_200;
const NONE = new Uint8Array(0);

/** An invocation that a process has now: gathers the answer, and settles once. */
export class RunningInvocation {
  readonly job: Job;
  readonly startedAt = performance.now();
  readonly deadlineMs: number;
  readonly tail: LogTail | undefined;
  readonly #chunks: Uint8Array[] = [];
  #bytes = 0;
  #answer: Answer | undefined;
  #answeredAt = 0;
  #settled = false;
  #streamIsGone = false;

  constructor(job: Job, timeoutMs: number) {
    this.job = job;
    this.deadlineMs = Date.now() + timeoutMs;
    this.tail = job.invocation.tailLog ? new LogTail() : undefined;
  }

  get requestId(): string {
    return this.job.invocation.requestId;
  }

  get answered(): boolean {
    return this.#answer !== undefined;
  }

  /** Until the answer, or until now. */
  get durationMs(): number {
    return (this.#answeredAt || performance.now()) - this.startedAt;
  }

  event(): RuntimeEvent {
    const { requestId, invokedArn, traceId, clientContext, payload } = this.job.invocation;
    return { requestId, deadlineMs: this.deadlineMs, invokedArn, traceId, clientContext, payload };
  }

  result(payload: Uint8Array): void {
    if (payload.byteLength > MAX_RESULT_BYTES) return this.fail(responseTooLarge());
    this.#answered({ error: undefined, payload });
  }

  error({ functionError, payload }: ReportedError): void {
    this.#answered({ error: functionError, payload });
  }

  fail(failure: Failure): void {
    this.#answered({ error: "Unhandled", payload: failurePayload(failure) });
  }

  /** A piece of a streamed response: handed on, or gathered for a caller who takes no stream. */
  chunk(chunk: Uint8Array): void {
    if (this.answered) return;
    const { stream } = this.job.invocation;
    this.#bytes += chunk.byteLength;
    if (this.#bytes > (stream ? MAX_STREAM_BYTES : MAX_RESULT_BYTES)) return this.fail(responseTooLarge());
    if (stream) this.#handOn(stream, chunk);
    else this.#chunks.push(chunk);
  }

  #handOn(stream: { write(chunk: Uint8Array): void }, chunk: Uint8Array): void {
    if (this.#streamIsGone) return;
    try {
      stream.write(chunk);
    } catch {
      // A caller that takes no more. The function runs on, as it does when a caller leaves.
      this.#streamIsGone = true;
    }
  }

  streamEnd(error: ReportedError | undefined): void {
    if (error) this.error(error);
    else this.#answered({ error: undefined, payload: this.job.invocation.stream ? NONE : Buffer.concat(this.#chunks) });
  }

  /** Tells the outcome. The log's tail belongs to it, so the last lines come first. */
  settle(): void {
    if (this.#settled || !this.#answer) return;
    this.#settled = true;
    const { error, payload } = this.#answer;
    const log = this.tail?.text;
    this.job.settle(
      error === undefined
        ? { kind: "result", payload, log }
        : { kind: "function-error", functionError: error, payload, log },
    );
  }

  #answered(answer: Answer): void {
    if (this.#answer) return;
    this.#answer = answer;
    this.#answeredAt = performance.now();
  }
}
