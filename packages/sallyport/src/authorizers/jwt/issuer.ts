import { claimTexts, scopesOf } from "./claim-texts.ts";
import type { IssuerKeys } from "./issuer-keys.ts";
import type { KeySet } from "./key-set.ts";
import type { ParsedToken } from "./token.ts";
import { parseToken } from "./token.ts";
import type { TokenFault } from "./token-fault.ts";
import { shownValue, tokenFault } from "./token-fault.ts";
import type { VerifiedToken, VerifiedTokens } from "./verified-tokens.ts";
import { tokenDigest } from "./verified-tokens.ts";

/** Somebody who signs tokens: verifies what claims to come from there. */
export class Issuer {
  readonly #keys: IssuerKeys;
  readonly #verified: VerifiedTokens;
  readonly #nowMs: () => number;

  constructor(keys: IssuerKeys, verified: VerifiedTokens, nowMs: () => number) {
    this.#keys = keys;
    this.#verified = verified;
    this.#nowMs = nowMs;
  }

  /** The token if its signature is one of this issuer's; at once when it was seen before. Claims are not looked at. */
  verify(text: string): VerifiedToken | TokenFault | Promise<VerifiedToken | TokenFault> {
    const keys = this.#keys.current();
    const known = keys && this.#verified.get(tokenDigest(text), keys, this.#nowMs());
    if (known) return known;
    const token = parseToken(text);
    return token.kind === "fault" ? token : this.#verifySignature(token, keys);
  }

  async #verifySignature(token: ParsedToken, current: KeySet | undefined): Promise<VerifiedToken | TokenFault> {
    let keys = current ?? (await this.#keys.load());
    if (!("kind" in keys) && !keys.has(token.keyId)) keys = await this.#keys.refresh();
    if ("kind" in keys) return keys;
    const key = keys.key(token.keyId, token.algorithm);
    if (!key) return unknownKey(token, keys);
    try {
      const [{ compactVerify }, imported] = await Promise.all([import("jose"), key]);
      await compactVerify(token.text, imported, { algorithms: [token.algorithm] });
    } catch (cause) {
      return badSignature(token, cause);
    }
    return this.#remember(token, keys);
  }

  #remember({ text, claims }: ParsedToken, keys: KeySet): VerifiedToken {
    const verified: VerifiedToken = { kind: "verified", claims, texts: claimTexts(claims), scopes: scopesOf(claims) };
    this.#verified.put(tokenDigest(text), keys, verified, text.length, this.#nowMs());
    return verified;
  }
}

function unknownKey({ keyId, algorithm }: ParsedToken, keys: KeySet): TokenFault {
  const rule = `the issuer has no key ${shownValue(keyId)} for ${algorithm}; it has ${shownValue(keys.ids)}`;
  return tokenFault("the token has an unknown key id", "use a token of the configured issuer", rule);
}

function badSignature({ keyId }: ParsedToken, cause: unknown): TokenFault {
  const why = cause instanceof Error ? cause.message : String(cause);
  const rule = `the signature does not hold for key ${shownValue(keyId)}: ${why}`;
  return tokenFault("the token has an invalid signature", "send the token as the issuer signed it", rule, cause);
}
