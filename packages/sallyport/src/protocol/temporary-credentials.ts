import { randomBytes } from "node:crypto";

import { AwsError } from "../model/errors.ts";
import type { Principal, PrincipalSecret, PrincipalStore } from "./principal.ts";

/** Credentials that end, as STS hands them out. */
export interface IssuedCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  readonly expiresAt: Date;
}

export interface TemporaryCredentialsOptions {
  /** Milliseconds since 1970. Default: Date.now. */
  readonly now?: () => number;
  /** Default: the system's secure generator. */
  readonly random?: (bytes: number) => Buffer;
}

/** Enough for any installation, little enough that handing them out can not fill the memory. Our choice. */
const MAX_ISSUED = 10_000;

/** How long expired credentials are remembered, so that their owner hears "expired" and not "unknown". Our choice. */
const REMEMBERED_MS = 60 * 60 * 1000;

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Temporary credentials of this process, in memory only: they end with it, and other nodes do not know them. */
export class TemporaryCredentials implements PrincipalStore {
  readonly #issued = new Map<string, PrincipalSecret & { readonly expiresAt: number }>();
  readonly #now: () => number;
  readonly #random: (bytes: number) => Buffer;

  constructor({ now = Date.now, random = randomBytes }: TemporaryCredentialsOptions = {}) {
    this.#now = now;
    this.#random = random;
  }

  /** Throws AwsError (400 Throttling) while too many are alive. */
  issue(principal: Omit<Principal, "accessKeyId">, durationSeconds: number): IssuedCredentials {
    this.#forget();
    const expiresAt = this.#now() + durationSeconds * 1000;
    const accessKeyId = `ASIA${[...this.#random(16)].map((byte) => BASE32[byte % 32]).join("")}`;
    const secretAccessKey = this.#random(30).toString("base64");
    const sessionToken = this.#random(96).toString("base64");
    const owner: Principal = { ...principal, accessKeyId };
    this.#issued.set(accessKeyId, { principal: owner, secretAccessKey, sessionToken, expiresAt });
    return { accessKeyId, secretAccessKey, sessionToken, expiresAt: new Date(expiresAt) };
  }

  find(accessKeyId: string): PrincipalSecret | undefined {
    return this.#issued.get(accessKeyId);
  }

  #forget(): void {
    if (this.#issued.size < MAX_ISSUED) return;
    const now = this.#now();
    this.#drop(now - REMEMBERED_MS);
    if (this.#issued.size >= MAX_ISSUED) this.#drop(now);
    if (this.#issued.size >= MAX_ISSUED) throw new AwsError("Throttling", 400, "Rate exceeded");
  }

  #drop(expiredBefore: number): void {
    for (const [id, { expiresAt }] of this.#issued) if (expiresAt <= expiredBefore) this.#issued.delete(id);
  }
}

/** Whether an access key is one of temporary credentials: IAM User Guide, "IAM identifiers". */
export const isTemporary = (accessKeyId: string): boolean => accessKeyId.startsWith("ASIA");

/** One store out of several; the first that knows a key answers. */
export function combinedStore(...stores: readonly PrincipalStore[]): PrincipalStore {
  return {
    find: (accessKeyId) => {
      for (const store of stores) {
        const secret = store.find(accessKeyId);
        if (secret) return secret;
      }
      return undefined;
    },
  };
}
