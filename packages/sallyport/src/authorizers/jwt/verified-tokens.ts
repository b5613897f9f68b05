import { hash } from "node:crypto";
import { secondsOf } from "./claim-rules.ts";
import type { Texts } from "../../model/request-context.ts";
import type { JsonObject } from "./json-object.ts";
import type { KeySet } from "./key-set.ts";

/** A token whose signature is good. What its claims say is still to be checked, at every request. */
export interface VerifiedToken {
  readonly kind: "verified";
  readonly claims: JsonObject;
  readonly texts: Texts;
  readonly scopes: readonly string[];
}

interface Entry {
  readonly token: VerifiedToken;
  /** The keys that it was verified by. */
  readonly keys: KeySet;
  readonly expiresMs: number;
  readonly weight: number;
}

/** Characters of all tokens remembered, a few times which is their memory. Our choice: some 8,000 usual tokens. */
const MAX_WEIGHT = 8 * 1024 * 1024;

/** The name under which a token is remembered. Not the token: what lies in memory opens nothing. */
export function tokenDigest(text: string): string {
  return hash("sha256", text, "base64");
}

/**
 * Tokens whose signature was found good, so that a client's next request costs no RSA. Only the signature is remembered:
 * issuer, audience, times and scopes are checked at every request by the authorizer that asks. An entry counts only for
 * the set of keys it was verified by, so it ends with them, and never after the token's own `exp`. Nothing gets in without a
 * good signature, so that strangers cannot push others out.
 */
export class VerifiedTokens {
  readonly #entries = new Map<string, Entry>();
  readonly #maxWeight: number;
  #weight = 0;

  constructor(maxWeight = MAX_WEIGHT) {
    this.#maxWeight = maxWeight;
  }

  get size(): number {
    return this.#entries.size;
  }

  get(digest: string, keys: KeySet, nowMs: number): VerifiedToken | undefined {
    const entry = this.#entries.get(digest);
    if (!entry) return undefined;
    if (entry.keys === keys && nowMs < entry.expiresMs) return entry.token;
    this.#remove(digest, entry);
    return undefined;
  }

  put(digest: string, keys: KeySet, token: VerifiedToken, weight: number, nowMs: number): void {
    const expiresMs = (secondsOf(token.claims["exp"]) ?? 0) * 1000;
    if (expiresMs <= nowMs || weight > this.#maxWeight) return;
    const old = this.#entries.get(digest);
    if (old) this.#remove(digest, old);
    this.#entries.set(digest, { token, keys, expiresMs, weight });
    this.#weight += weight;
    for (const [oldest, entry] of this.#entries) {
      if (this.#weight <= this.#maxWeight) return;
      this.#remove(oldest, entry);
    }
  }

  #remove(digest: string, { weight }: Entry): void {
    this.#entries.delete(digest);
    this.#weight -= weight;
  }
}
