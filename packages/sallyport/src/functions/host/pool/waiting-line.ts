import type { Job } from "../process/running-invocation.ts";

export interface Waiting extends Job {
  readonly since: number;
}

/** Invocations that wait for a process, in the order they came. Those whose caller has left are passed over. */
export class WaitingLine {
  #line: Waiting[] = [];
  /** Takes the ear off the caller's signal. */
  readonly #leaving = new WeakMap<Waiting, () => void>();

  get length(): number {
    return this.#line.length;
  }

  add(job: Job): void {
    const waiting = { ...job, since: performance.now() };
    this.#line.push(waiting);
    const { signal } = job.invocation;
    if (!signal) return;
    const onAbort = (): void => {
      this.#line = this.#line.filter((other) => other !== waiting);
      job.settle({ kind: "throttled", detail: "the caller left before a process was free" });
    };
    if (signal.aborted) onAbort();
    else signal.addEventListener("abort", onAbort, { once: true });
    this.#leaving.set(waiting, () => signal.removeEventListener("abort", onAbort));
  }

  take(): Waiting | undefined {
    const first = this.#line.shift();
    if (first) this.#leaving.get(first)?.();
    return first;
  }

  takeAll(): readonly Waiting[] {
    return this.takeOlderThan(Number.NEGATIVE_INFINITY);
  }

  takeOlderThan(ms: number): readonly Waiting[] {
    return Array.from({ length: this.olderThan(ms) }, () => this.take() as Waiting);
  }

  /** How many have waited for at least so long. */
  olderThan(ms: number): number {
    const limit = performance.now() - ms;
    const younger = this.#line.findIndex(({ since }) => since > limit);
    return younger < 0 ? this.#line.length : younger;
  }
}
