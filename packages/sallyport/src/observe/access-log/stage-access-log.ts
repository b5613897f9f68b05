import type { FinishedRequest } from "../../model/observation/response-facts.ts";
import type { LogFormat } from "./format.ts";
import type { LineQueue } from "./line-queue.ts";

/** The access log of a stage: its format, and where its lines go. */
export class StageAccessLog {
  readonly #format: LogFormat;
  readonly #queue: LineQueue;

  constructor(format: LogFormat, queue: LineQueue) {
    this.#format = format;
    this.#queue = queue;
  }

  get needsEndpointIds(): boolean {
    return this.#format.needsEndpointIds;
  }

  write(request: FinishedRequest): void {
    this.#queue.push({ timeMs: request.timeMs, text: this.#format.line(request) });
  }
}
