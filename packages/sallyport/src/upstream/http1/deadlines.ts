/** Something that must happen in time. */
export interface Deadline {
  /** In milliseconds of `performance.now()`. It may be put off at any time, at no cost. */
  deadlineMs: number;
  onDeadline(): void;
}

/** How late a deadline may be noticed: less than the network's own jitter, and a look at all of them costs little. */
const TICK_MS = 10;

/**
 * Watches over the deadlines of all requests with one timer. A timer of Node's for each would cost more than anything
 * else that a request does on its way out, and nearly all of them are taken away again before their time.
 */
export class Deadlines {
  readonly #watched = new Set<Deadline>();
  #timer: NodeJS.Timeout | undefined;

  add(deadline: Deadline): void {
    this.#watched.add(deadline);
    this.#timer ??= setInterval(() => this.#look(), TICK_MS);
  }

  delete(deadline: Deadline): void {
    this.#watched.delete(deadline);
  }

  #look(): void {
    const now = performance.now();
    for (const deadline of this.#watched) if (deadline.deadlineMs <= now) deadline.onDeadline();
    if (this.#watched.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
