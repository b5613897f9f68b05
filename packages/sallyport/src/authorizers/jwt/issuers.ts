import type { Upstream } from "../../upstream/upstream.ts";
import { Issuer } from "./issuer.ts";
import { IssuerKeys } from "./issuer-keys.ts";
import { fetchKeys } from "./key-fetch.ts";
import { VerifiedTokens } from "./verified-tokens.ts";

/** More are forgotten and would be asked for their keys again. Our choice. */
const MAX_ISSUERS = 1_000;

export interface IssuersOptions {
  /** The way to the issuers. */
  readonly upstream: Upstream;
  /** Milliseconds since 1970. Default: Date.now. */
  readonly nowMs?: () => number;
}

/** The issuers of a gateway. Authorizers of all APIs and deployments share an issuer's keys. */
export class Issuers {
  readonly #upstream: Upstream;
  readonly #nowMs: () => number;
  readonly #issuers = new Map<string, Issuer>();
  readonly #verified = new VerifiedTokens();

  constructor({ upstream, nowMs = Date.now }: IssuersOptions) {
    this.#upstream = upstream;
    this.#nowMs = nowMs;
  }

  /** The issuer at an http or https URL; nothing is fetched before a token comes. */
  of(url: string): Issuer {
    const known = this.#issuers.get(url);
    if (known) return known;
    if (this.#issuers.size >= MAX_ISSUERS) this.#issuers.delete(this.#issuers.keys().next().value!);
    const keys = new IssuerKeys(() => fetchKeys(url, this.#upstream), this.#nowMs);
    const issuer = new Issuer(keys, this.#verified, this.#nowMs);
    this.#issuers.set(url, issuer);
    return issuer;
  }
}
