import { createHash } from "node:crypto";
import type { Authorization } from "./authorizer-response.ts";

/** Our choices: bounds of memory, over all authorizers of a gateway. */
const MAX_ENTRIES = 50_000;
const MAX_BYTES = 64 * 1024 * 1024;
/** What an entry takes besides its function's result. */
const ENTRY_BYTES = 500;

/** What an invocation made of it; `bytes` is the size of the function's result. */
export type Asked<F> =
  | { readonly kind: "authorization"; readonly authorization: Authorization; readonly bytes: number }
  | { readonly kind: "failure"; readonly failure: F };

interface Entry {
  readonly authorization: Authorization;
  readonly bytes: number;
  readonly expiresMs: number;
}

export interface AuthorizationCacheOptions {
  readonly nowMs: () => number;
  readonly maxEntries?: number;
  readonly maxBytes?: number;
}

/** Whose entries are meant: an authorizer as it was defined, on a stage. */
export interface CachePlace {
  readonly apiId: string;
  readonly stageName: string;
  readonly authorizerId: string;
  /** All that decides about the meaning of an entry. Another definition finds none of the old one's entries. */
  readonly definition: unknown;
}

/**
 * The answers of Lambda authorizers of a gateway: what a function said of the values of its identity sources. Entries
 * belong to a stage and to a definition, not to a deployment, so that they outlive redeployments. Denials are kept,
 * failures are not (our choice). What was used least recently gives way first.
 */
export class AuthorizationCache {
  readonly #nowMs: () => number;
  readonly #maxEntries: number;
  readonly #maxBytes: number;
  readonly #entries = new Map<string, Entry>();
  /** Invocations under way, whose answers equal requests wait for. A reset forgets them, and so their answers. */
  readonly #asking = new Map<string, Promise<Asked<unknown>>>();
  #bytes = 0;

  constructor(options: AuthorizationCacheOptions) {
    this.#nowMs = options.nowMs;
    this.#maxEntries = options.maxEntries ?? MAX_ENTRIES;
    this.#maxBytes = options.maxBytes ?? MAX_BYTES;
  }

  /** Entries at the moment. */
  get size(): number {
    return this.#entries.size;
  }

  find(key: string): Authorization | undefined {
    const entry = this.#entries.get(key);
    if (!entry) return undefined;
    this.#remove(key, entry);
    if (entry.expiresMs <= this.#nowMs()) return undefined;
    this.#add(key, entry);
    return entry.authorization;
  }

  /**
   * Asks, once for all who want to know the same at a time: they would have shared the answer a moment later anyway.
   * The answer stays for `ttlMs`, unless the stage was reset while it was on its way.
   */
  async ask<F>(key: string, ttlMs: number, invoke: () => Promise<Asked<F>>): Promise<Asked<F>> {
    const underWay = this.#asking.get(key);
    if (underWay) return underWay as Promise<Asked<F>>;
    const asking = invoke();
    this.#asking.set(key, asking);
    try {
      const asked = await asking;
      if (asked.kind === "authorization" && this.#asking.get(key) === asking) this.#keep(key, asked, ttlMs);
      return asked;
    } finally {
      if (this.#asking.get(key) === asking) this.#asking.delete(key);
    }
  }

  /** Forgets all that a stage's authorizers said. */
  reset(apiId: string, stageName: string): void {
    const prefix = stagePrefix(apiId, stageName);
    for (const key of this.#asking.keys()) if (key.startsWith(prefix)) this.#asking.delete(key);
    for (const [key, entry] of this.#entries) if (key.startsWith(prefix)) this.#remove(key, entry);
  }

  #keep(key: string, { authorization, bytes }: Extract<Asked<unknown>, { kind: "authorization" }>, ttlMs: number) {
    const entry = { authorization, bytes: bytes + ENTRY_BYTES, expiresMs: this.#nowMs() + ttlMs };
    const old = this.#entries.get(key);
    if (old) this.#remove(key, old);
    this.#add(key, entry);
    for (const [oldest, least] of this.#entries) {
      if (this.#entries.size <= this.#maxEntries && this.#bytes <= this.#maxBytes) return;
      this.#remove(oldest, least);
    }
  }

  #add(key: string, entry: Entry): void {
    this.#entries.set(key, entry);
    this.#bytes += entry.bytes;
  }

  #remove(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#bytes -= entry.bytes;
  }
}

/** The part of a key that all entries of an authorizer share. */
export function cachePrefix({ apiId, stageName, authorizerId, definition }: CachePlace): string {
  return `${stagePrefix(apiId, stageName)}${authorizerId}/${digest(definition)}/`;
}

/** Names of stages hold no slash. */
function stagePrefix(apiId: string, stageName: string): string {
  return `${apiId}/${stageName}/`;
}

/** The key of identity values: a digest, for they are secrets and may be long. */
export function cacheKey(prefix: string, identity: readonly string[]): string {
  return prefix + digest(identity);
}

function digest(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("base64url");
}
