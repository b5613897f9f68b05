import type { KeySet } from "./key-set.ts";
import type { TokenFault } from "./token-fault.ts";

/** How long keys are used without asking again (Developer Guide, Control access to HTTP APIs with JWT authorizers). */
export const KEYS_LIFETIME_MS = 2 * 60 * 60 * 1000;
/** How long keys serve on while the issuer cannot be asked. Our choice: an outage of a day, and not for ever. */
export const MAX_KEYS_AGE_MS = 24 * 60 * 60 * 1000;
/** How long a failure is the answer without another try, with keys to go on with and without. Our choices. */
export const RETRY_WITH_KEYS_MS = 10_000;
export const RETRY_WITHOUT_KEYS_MS = 1_000;
/** Between two fetches for ids that no key has: anybody can make up an id. Our choice. */
export const UNKNOWN_ID_COOL_DOWN_MS = 10_000;

/** Fetches the keys anew. Never rejects. */
export type FetchKeys = () => Promise<KeySet | TokenFault>;

interface Failure {
  readonly fault: TokenFault;
  readonly atMs: number;
}

/** The keys of one issuer, kept as long as they may be. Requests that need a fetch share it. */
export class IssuerKeys {
  readonly #fetch: FetchKeys;
  readonly #nowMs: () => number;
  #keys: KeySet | undefined;
  #fetchedMs = 0;
  #failure: Failure | undefined;
  #fetching: Promise<KeySet | TokenFault> | undefined;
  #refreshedMs = -Infinity;

  constructor(fetch: FetchKeys, nowMs: () => number) {
    this.#fetch = fetch;
    this.#nowMs = nowMs;
  }

  /** Keys that may be used now; undefined when `load` must be waited for. */
  current(): KeySet | undefined {
    if (!this.#keys) return undefined;
    const now = this.#nowMs();
    const age = now - this.#fetchedMs;
    if (age < KEYS_LIFETIME_MS) return this.#keys;
    const failedMs = this.#failure?.atMs ?? -Infinity;
    // The first request after their time waits for new keys; only when there are none do the old ones serve on.
    if (age >= MAX_KEYS_AGE_MS || failedMs - this.#fetchedMs < KEYS_LIFETIME_MS) return undefined;
    if (now - failedMs >= RETRY_WITH_KEYS_MS) void this.#fetchShared();
    return this.#keys;
  }

  /** Keys, fetched if need be. */
  async load(): Promise<KeySet | TokenFault> {
    const now = this.#nowMs();
    if (this.#failure && now - this.#failure.atMs < RETRY_WITHOUT_KEYS_MS) return this.#failure.fault;
    const fetched = await this.#fetchShared();
    return this.current() ?? fetched;
  }

  /** Keys for a token whose key id the current ones do not have: new ones, but not at any rate. */
  async refresh(): Promise<KeySet | TokenFault> {
    const now = this.#nowMs();
    if (!this.#fetching && now - this.#refreshedMs < UNKNOWN_ID_COOL_DOWN_MS) return this.current() ?? this.load();
    this.#refreshedMs = now;
    await this.#fetchShared();
    return this.current() ?? this.load();
  }

  #fetchShared(): Promise<KeySet | TokenFault> {
    this.#fetching ??= this.#fetchAndKeep();
    return this.#fetching;
  }

  async #fetchAndKeep(): Promise<KeySet | TokenFault> {
    const fetched = await this.#fetch();
    this.#fetching = undefined;
    const now = this.#nowMs();
    if ("kind" in fetched) {
      this.#failure = { fault: fetched, atMs: now };
      return fetched;
    }
    // The same document keeps its set, and with it what was verified by it.
    if (this.#keys?.text !== fetched.text) this.#keys = fetched;
    this.#fetchedMs = now;
    this.#failure = undefined;
    return this.#keys;
  }
}
