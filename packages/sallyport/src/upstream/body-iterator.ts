import type { BodySink, BodySource } from "./body.ts";

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };

interface Waiting {
  readonly resolve: (result: IteratorResult<Uint8Array, undefined>) => void;
  readonly reject: (reason: Error) => void;
}

/**
 * A pushed body as an async iterable, for clients that pull. Delivery begins at the first `next`, so a client that was
 * told to wait for "100 Continue" is not asked for its body before there is a connection to send it on.
 */
export class BodyIterator implements AsyncIterableIterator<Uint8Array, undefined>, BodySink {
  readonly #source: BodySource;
  readonly #chunks: Uint8Array[] = [];
  #state: "idle" | "flowing" | "ended" | "failed" = "idle";
  #paused = false;
  #failure: Error | undefined;
  #waiting: Waiting | undefined;

  constructor(source: BodySource) {
    this.#source = source;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Uint8Array, undefined>> {
    if (this.#state === "idle") {
      this.#state = "flowing";
      this.#source.pipe(this);
    }
    const chunk = this.#chunks.shift();
    if (chunk) return Promise.resolve({ done: false, value: chunk });
    if (this.#state === "ended") return Promise.resolve(DONE);
    if (this.#failure) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#continue();
    });
  }

  /** What the source failed with. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** The consumer wants no more. */
  return(): Promise<IteratorResult<Uint8Array, undefined>> {
    this.stop();
    return Promise.resolve(DONE);
  }

  /** Ends the iteration from outside, also for a consumer that is waiting. */
  stop(): void {
    if (this.#state === "ended" || this.#state === "failed") return;
    this.#state = "ended";
    this.#chunks.length = 0;
    this.#source.cancel();
    this.#take()?.resolve(DONE);
  }

  write(chunk: Uint8Array): boolean {
    const waiting = this.#take();
    if (waiting) {
      waiting.resolve({ done: false, value: chunk });
      return true;
    }
    this.#chunks.push(chunk);
    this.#paused = true;
    return false;
  }

  end(): void {
    if (this.#state === "flowing") this.#state = "ended";
    this.#take()?.resolve(DONE);
  }

  fail(reason: Error): void {
    if (this.#state !== "flowing") return;
    this.#state = "failed";
    this.#failure = reason;
    this.#take()?.reject(reason);
  }

  #take(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  #continue(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#source.resume();
  }
}
