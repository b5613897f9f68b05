/** Something that must happen in time. */
export interface Deadline {
  /** In milliseconds of `performance.now()`. It may be put off at any time, at no cost. */
  deadlineMs: number;
  /** Where the watch keeps it; -1 when it is not watched. Only the watch writes it. */
  slot: number;
  onDeadline(): void;
}

/** How late a deadline may be noticed: less than the network's own jitter, and a look at all of them costs little. */
const TICK_MS = 10;

/**
 * Watches over the deadlines of all requests with one timer. A timer of Node's for each would cost more than anything
 * else that a request does on its way out, and nearly all of them are taken away again before their time.
 */
export class Deadlines {
  /**
   * A list without order rather than a Set: what is put into a Set and soon taken out makes it build its table anew every
   * few requests, and each dead table keeps the requests of its time, and the next table, alive until a full collection.
   */
  readonly #watched: Deadline[] = [];
  #timer: NodeJS.Timeout | undefined;

  add(deadline: Deadline): void {
    deadline.slot = this.#watched.push(deadline) - 1;
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
  }

  delete(deadline: Deadline): void {
    const { slot } = deadline;
    if (slot < 0) return;
    deadline.slot = -1;
    const last = this.#watched.pop()!;
    if (last === deadline) return;
    this.#watched[slot] = last;
    last.slot = slot;
  }

  #look(): void {
    const now = performance.now();
    // From the end, because whoever is told takes itself out, and the last one takes its place.
    for (let at = this.#watched.length - 1; at >= 0; at--) {
      const deadline = this.#watched[at];
      if (deadline && deadline.deadlineMs <= now) deadline.onDeadline();
    }
    if (this.#watched.length > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
