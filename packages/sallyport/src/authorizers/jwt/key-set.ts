import type { CryptoKey, JWK } from "jose";
import { parseJsonObject } from "./json-object.ts";
import type { JsonObject } from "./json-object.ts";
import type { SigningAlgorithm } from "./token.ts";

/** The library is loaded with the first token: a gateway without JWT routes starts without it. */
async function importKey(jwk: JWK, algorithm: SigningAlgorithm): Promise<CryptoKey> {
  const { importJWK } = await import("jose");
  return (await importJWK(jwk, algorithm)) as CryptoKey;
}

/** The keys that an issuer publishes, as of one fetch. */
export class KeySet {
  /** The document as received: two sets are the same when their texts are. */
  readonly text: string;
  readonly #keys: ReadonlyMap<string, readonly JsonObject[]>;
  readonly #imported = new Map<JsonObject, Map<SigningAlgorithm, Promise<CryptoKey>>>();

  private constructor(text: string, keys: ReadonlyMap<string, readonly JsonObject[]>) {
    this.text = text;
    this.#keys = keys;
  }

  /** Undefined when the text is no JSON Web Key Set (RFC 7517). Keys of other kinds may stand in it. */
  static parse(text: string): KeySet | undefined {
    const list = parseJsonObject(text)?.["keys"];
    if (!Array.isArray(list)) return undefined;
    const keys = new Map<string, JsonObject[]>();
    for (const key of list as readonly unknown[]) {
      if (!isSigningKey(key)) continue;
      const sameId = keys.get(key["kid"]);
      if (sameId) sameId.push(key);
      else keys.set(key["kid"], [key]);
    }
    return new KeySet(text, keys);
  }

  /** Ids of the keys that could verify a token. */
  get ids(): readonly string[] {
    return [...this.#keys.keys()];
  }

  has(keyId: string): boolean {
    return this.#keys.has(keyId);
  }

  /** The key for tokens of this algorithm; undefined when there is none. Rejects when the key is not usable. */
  key(keyId: string, algorithm: SigningAlgorithm): Promise<CryptoKey> | undefined {
    const jwk = this.#keys.get(keyId)?.find(({ alg }) => alg === undefined || alg === algorithm);
    if (!jwk) return undefined;
    const byAlgorithm = this.#imported.get(jwk) ?? new Map<SigningAlgorithm, Promise<CryptoKey>>();
    this.#imported.set(jwk, byAlgorithm);
    const known = byAlgorithm.get(algorithm);
    if (known) return known;
    // The public members only: whatever else an issuer published by mistake is not our business.
    const imported = importKey({ kty: "RSA", n: String(jwk["n"]), e: String(jwk["e"]) }, algorithm);
    byAlgorithm.set(algorithm, imported);
    return imported;
  }
}

/** A key that may be used to verify RSA signatures: its own `use` and `key_ops` are heeded. */
function isSigningKey(key: unknown): key is JsonObject & { readonly kid: string } {
  if (typeof key !== "object" || key === null) return false;
  const { kid, kty, use, key_ops: operations, n, e } = key as JsonObject;
  return (
    typeof kid === "string" &&
    kty === "RSA" &&
    typeof n === "string" &&
    typeof e === "string" &&
    (use === undefined || use === "sig") &&
    (operations === undefined || (Array.isArray(operations) && operations.includes("verify")))
  );
}
