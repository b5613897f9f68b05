import { setTimeout as delay } from "node:timers/promises";
import type { Client } from "pg";
import type { Feed } from "../feed.ts";
import { LedgerUnavailableError, LedgerUnusableError } from "../ledger.ts";
import { reachable, SerialConnection } from "./connection.ts";
import { PostgresSnapshot, type PostgresTables } from "./snapshot.ts";

const FIRST_RETRY_MS = 100;
const LAST_RETRY_MS = 5_000;

export interface FollowerOptions {
  /** A new connection, not yet connected. */
  readonly newClient: () => Client;
  readonly tables: PostgresTables;
  readonly feed: Feed;
  /** How often to look without having been told, in milliseconds. */
  readonly pollMs: number;
  /** Told once each time the connection is lost or cannot be made. */
  readonly onOutage: (error: LedgerUnavailableError) => void;
}

/**
 * Brings what other nodes commit into the feed. Correct by asking for everything behind the feed's position; the
 * notification only says when to ask. It has its own connection, since a listening one cannot be pooled.
 */
export class Follower {
  readonly #options: FollowerOptions;
  readonly #closing = new AbortController();
  #retryMs = FIRST_RETRY_MS;
  #following: Promise<void> | undefined;

  constructor(options: FollowerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#following ??= this.#follow();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#following;
  }

  async #follow(): Promise<void> {
    while (!this.#closing.signal.aborted) {
      try {
        await reachable(() => this.#connected());
      } catch (error) {
        if (error instanceof LedgerUnusableError) return this.#options.feed.fail(error);
        if (this.#closing.signal.aborted) return;
        this.#report(error);
        await this.#pause();
      }
    }
  }

  async #connected(): Promise<void> {
    const client = this.#options.newClient();
    const wake = new Bell();
    client.on("notification", () => wake.ring());
    client.on("error", (error) => wake.break(error));
    client.on("end", () => wake.break(new Error("the connection has ended")));
    try {
      await client.connect();
      await client.query(`LISTEN ${this.#options.tables.channel}`);
      await this.#pump(new PostgresSnapshot(new SerialConnection(client), this.#options.tables), wake);
    } finally {
      // The error that matters is the one on its way; a broken connection fails to end as well.
      await client.end().catch(() => undefined);
    }
  }

  async #pump(snapshot: PostgresSnapshot, wake: Bell): Promise<void> {
    while (!this.#closing.signal.aborted) {
      const known = this.#options.feed.position;
      await this.#options.feed.catchUp(snapshot, await snapshot.state(), known);
      this.#retryMs = FIRST_RETRY_MS;
      await wake.wait(this.#options.pollMs, this.#closing.signal);
    }
  }

  #report(error: unknown): void {
    if (this.#retryMs > FIRST_RETRY_MS) return;
    const outage = error instanceof LedgerUnavailableError ? error : undefined;
    this.#options.onOutage(outage ?? new LedgerUnavailableError("the ledger cannot be followed", { cause: error }));
  }

  async #pause(): Promise<void> {
    // Half of it by chance: the nodes of a cluster must not all come back in the same moment.
    const pauseMs = this.#retryMs * (0.5 + Math.random() / 2);
    this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
    await delay(pauseMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
  }
}

/** Remembers a ring that comes while nobody waits. */
class Bell {
  #rung = false;
  #broken: Error | undefined;
  #wake: () => void = () => undefined;

  ring(): void {
    this.#rung = true;
    this.#wake();
  }

  break(error: Error): void {
    this.#broken ??= error;
    this.#wake();
  }

  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#rung && this.#broken === undefined && !signal.aborted) await this.#sleep(timeoutMs, signal);
    if (this.#broken !== undefined) throw this.#broken;
    this.#rung = false;
  }

  async #sleep(timeoutMs: number, signal: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, timeoutMs);
    signal.addEventListener("abort", () => resolve(), { once: true });
    this.#wake = resolve;
    await promise;
    clearTimeout(timer);
  }
}
