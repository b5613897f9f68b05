import type { Pool } from "undici";

interface Entry {
  readonly pool: Pool;
  usedMs: number;
}

export interface OriginPoolsOptions {
  readonly create: (origin: string) => Pool;
  /** Pools kept at once; the one unused for longest gives way. */
  readonly max: number;
  readonly idleMs: number;
  readonly nowMs: () => number;
  /** Told when an evicted pool could not be closed in good order. */
  readonly onCloseError: (error: unknown) => void;
}

/**
 * One connection pool an origin, and not ever more of them: path variables and stage variables can name any number of
 * hosts. A pool that gives way finishes what it has begun.
 */
export class OriginPools {
  readonly #entries = new Map<string, Entry>();
  readonly #options: OriginPoolsOptions;
  readonly #sweep: NodeJS.Timeout;

  constructor(options: OriginPoolsOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => this.#closeIdle(), options.idleMs / 2).unref();
  }

  get size(): number {
    return this.#entries.size;
  }

  of(origin: string): Pool {
    const now = this.#options.nowMs();
    const known = this.#entries.get(origin);
    if (known) {
      known.usedMs = now;
      return known.pool;
    }
    if (this.#entries.size >= this.#options.max) this.#evict(this.#oldest());
    const pool = this.#options.create(origin);
    this.#entries.set(origin, { pool, usedMs: now });
    return pool;
  }

  /** Breaks off what is under way. */
  async destroy(): Promise<void> {
    clearInterval(this.#sweep);
    const pools = [...this.#entries.values()].map((entry) => entry.pool);
    this.#entries.clear();
    await Promise.all(pools.map((pool) => pool.destroy()));
  }

  #oldest(): string {
    let oldest = "";
    let usedMs = Infinity;
    for (const [origin, entry] of this.#entries) {
      if (entry.usedMs < usedMs) [oldest, usedMs] = [origin, entry.usedMs];
    }
    return oldest;
  }

  #closeIdle(): void {
    const before = this.#options.nowMs() - this.#options.idleMs;
    for (const [origin, entry] of this.#entries) {
      if (entry.usedMs < before && entry.pool.stats.running + entry.pool.stats.queued === 0) this.#evict(origin);
    }
  }

  #evict(origin: string): void {
    const entry = this.#entries.get(origin);
    this.#entries.delete(origin);
    entry?.pool.close().catch(this.#options.onCloseError);
  }
}
