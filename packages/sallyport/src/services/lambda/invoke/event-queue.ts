import type { HostOutcome } from "../../../functions/function-host.ts";

/** AWS Lambda Developer Guide, "How Lambda handles errors and retries with asynchronous invocation". */
const RETRY_DELAYS_MS = [60_000, 120_000];
const MAX_AGE_MS = 6 * 60 * 60 * 1000;
/** A function that is throttled is tried again after 1 second, then ever more slowly, up to 5 minutes. */
const FIRST_THROTTLE_DELAY_MS = 1_000;
const MAX_THROTTLE_DELAY_MS = 300_000;

/** What waits is in memory only, so that it has to have bounds. Our choice. */
const MAX_EVENTS = 10_000;
const MAX_BYTES = 256 * 1024 * 1024;

/** An event of `InvocationType=Event`. */
export interface QueuedEvent {
  readonly functionArn: string;
  readonly requestId: string;
  readonly bytes: number;
  /** Calls the function as it is by then; undefined: it is gone. */
  readonly run: () => Promise<HostOutcome | undefined>;
}

export interface EventQueueOptions {
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
  /** Runs something later; the function returned takes it back. */
  readonly later: (run: () => void, delayMs: number) => () => void;
  /** Told of events that are given up. */
  readonly onDropped: (event: QueuedEvent, reason: string) => void;
}

/**
 * Events on their way to functions. A function that fails gets an event twice more, a minute and two minutes later. What
 * waits when the process ends is lost: the real service keeps events in a queue of its own (our choice).
 */
export class EventQueue {
  readonly #options: EventQueueOptions;
  readonly #waiting = new Set<() => void>();
  readonly #running = new Set<Promise<void>>();
  #events = 0;
  #bytes = 0;
  #closed = false;

  constructor(options: EventQueueOptions) {
    this.#options = options;
  }

  /** Takes an event; false when there is no room for it. */
  accept(event: QueuedEvent): boolean {
    if (this.#closed || this.#events >= MAX_EVENTS || this.#bytes + event.bytes > MAX_BYTES) return false;
    this.#events += 1;
    this.#bytes += event.bytes;
    this.#start(event, this.#options.nowMs(), 0, 0);
    return true;
  }

  /** Waits for those that run, as long as they may take; those that wait are given up. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const cancel of this.#waiting) cancel();
    this.#waiting.clear();
    await Promise.allSettled(this.#running);
  }

  #start(event: QueuedEvent, since: number, failures: number, throttles: number): void {
    const running = this.#attempt(event, since, failures, throttles);
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  async #attempt(event: QueuedEvent, since: number, failures: number, throttles: number): Promise<void> {
    let outcome: HostOutcome | undefined;
    try {
      outcome = await event.run();
    } catch (error) {
      this.#end(event, error instanceof Error ? error.message : String(error));
      return;
    }
    if (outcome === undefined) this.#end(event, "the function is gone");
    else if (outcome.kind === "result") this.#end(event);
    else if (outcome.kind === "throttled") this.#again(event, since, failures, throttles + 1);
    else if (outcome.kind === "unsupported") this.#end(event, outcome.detail);
    else this.#again(event, since, failures + 1, throttles);
  }

  #again(event: QueuedEvent, since: number, failures: number, throttles: number): void {
    const backoff = Math.min(FIRST_THROTTLE_DELAY_MS * 2 ** Math.min(throttles - 1, 20), MAX_THROTTLE_DELAY_MS);
    const delay = throttles > 0 ? backoff : RETRY_DELAYS_MS[failures - 1];
    if (failures > RETRY_DELAYS_MS.length || delay === undefined) {
      this.#end(event, `the function failed ${failures} times`);
    } else if (this.#options.nowMs() + delay - since > MAX_AGE_MS) {
      this.#end(event, "the event is too old");
    } else if (this.#closed) this.#end(event, "the gateway is stopping");
    else this.#wait(event, delay, () => this.#start(event, since, failures, throttles));
  }

  #wait(event: QueuedEvent, delayMs: number, next: () => void): void {
    const takeBack = this.#options.later(() => {
      this.#waiting.delete(cancel);
      next();
    }, delayMs);
    const cancel = (): void => {
      takeBack();
      this.#end(event, "the gateway is stopping");
    };
    this.#waiting.add(cancel);
  }

  #end(event: QueuedEvent, reason?: string): void {
    this.#events -= 1;
    this.#bytes -= event.bytes;
    if (reason !== undefined) this.#options.onDropped(event, reason);
  }
}
