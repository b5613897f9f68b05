import type { Log } from "../log.ts";

export interface LogLine {
  /** When the request came in, in ms since the epoch. */
  readonly timeMs: number;
  readonly text: string;
}

/** Where lines end up. */
export interface LineWriter {
  /** How the operator knows it; nothing secret. */
  readonly name: string;
  /** Rejects when the lines are lost. Never called while it runs. */
  write(lines: readonly LogLine[]): Promise<void>;
  /** Gives up what `write` still tries; it must settle soon. */
  abandon?(): void;
}

/** Memory that waiting lines of all destinations may take together, in characters. */
export interface LineBudget {
  waiting: number;
  readonly maximum: number;
}

export interface LineQueueOptions {
  readonly writer: LineWriter;
  readonly budget: LineBudget;
  readonly log: Log;
  /** How long lines are gathered. Default: 100 ms. */
  readonly gatherMs?: number;
}

/** Our choices. */
const GATHER_MS = 100;
const BATCH_LENGTH = 256 * 1024;
const MAX_QUEUE_LENGTH = 8 * 1024 * 1024;
const REPORT_EVERY_MS = 60_000;
const ABANDON_GRACE_MS = 200;

/**
 * Lines on their way to a destination. `push` never waits: what does not fit, and what cannot be written, is dropped,
 * counted and told to the operator. Requests do not feel a full disk.
 */
export class LineQueue {
  readonly #writer: LineWriter;
  readonly #budget: LineBudget;
  readonly #log: Log;
  readonly #gatherMs: number;
  #lines: LogLine[] = [];
  #length = 0;
  #dropped = 0;
  #told = 0;
  #toldAtMs = -REPORT_EVERY_MS;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> | undefined;

  constructor({ writer, budget, log, gatherMs = GATHER_MS }: LineQueueOptions) {
    this.#writer = writer;
    this.#budget = budget;
    this.#log = log;
    this.#gatherMs = gatherMs;
  }

  /** Lines that are lost. */
  get dropped(): number {
    return this.#dropped;
  }

  push(line: LogLine): void {
    const { length } = line.text;
    if (this.#length + length > MAX_QUEUE_LENGTH || this.#budget.waiting + length > this.#budget.maximum) {
      this.#drop(1, "too many lines are waiting");
      return;
    }
    this.#lines.push(line);
    this.#length += length;
    this.#budget.waiting += length;
    if (this.#writing) return;
    if (this.#length >= BATCH_LENGTH) this.#write();
    else this.#timer ??= setTimeout(() => this.#write(), this.#gatherMs).unref();
  }

  /** Resolves when every line pushed so far is written or lost. */
  async flush(): Promise<void> {
    while (this.#writing || this.#lines.length > 0) {
      if (!this.#writing) this.#write();
      await this.#writing;
    }
  }

  /** As flush, but hardly longer than `deadlineMs`; then the rest is lost. */
  async close(deadlineMs: number): Promise<void> {
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const timers = [
      setTimeout(() => this.#writer.abandon?.(), deadlineMs),
      // A file system that hangs cannot be abandoned.
      setTimeout(resolve, deadlineMs + ABANDON_GRACE_MS),
    ];
    await Promise.race([this.flush(), over]);
    for (const timer of timers) clearTimeout(timer);
    this.#report("the gateway stops", Number.POSITIVE_INFINITY);
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#lines;
    const length = this.#length;
    this.#lines = [];
    this.#length = 0;
    this.#writing = this.#writeOut(lines, length);
  }

  /** Never rejects. */
  async #writeOut(lines: readonly LogLine[], length: number): Promise<void> {
    try {
      await this.#writer.write(lines);
    } catch (error) {
      this.#drop(lines.length, error);
    }
    this.#budget.waiting -= length;
    this.#writing = undefined;
    if (this.#lines.length > 0) this.#timer ??= setTimeout(() => this.#write(), this.#gatherMs).unref();
  }

  #drop(count: number, cause: unknown): void {
    this.#dropped += count;
    this.#report(cause, performance.now());
  }

  /** At once, then now and then: a full disk must not fill the log as well. */
  #report(cause: unknown, nowMs: number): void {
    const lines = this.#dropped - this.#told;
    if (lines === 0 || nowMs - this.#toldAtMs < REPORT_EVERY_MS) return;
    this.#told = this.#dropped;
    this.#toldAtMs = nowMs;
    const reason = cause instanceof Error ? cause.message : String(cause);
    this.#log.warn("access log lines are lost", { destination: this.#writer.name, lines, reason });
  }
}
