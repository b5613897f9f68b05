/** Takes secrets out of what a trace keeps. Names decide, and shapes that only secrets have: rather too much than too little. */
import type { RawHeaders } from "../../model/raw-headers.ts";

export const MASK = "***";

const SECRET_NAME =
  /authorization|token|secret|passw|passphrase|cookie|api[-_]?key|apikey|signature|credential|session|private|assertion/i;
/** Names that are secret as a whole only: short ones occur within harmless words. */
const SECRET_EXACTLY = /^(?:auth|x-auth|key|sig|code|pwd|pin|otp|state|nonce|jwt|saml(?:request|response))$/i;
/** A JSON Web Token: base64url of `{"`, then dots. What stands before keeps a hostile text from being searched again and again. */
const TOKEN_SHAPE = /(?<![\w-])eyJ[\w-]{5,}(?:\.[\w-]*)+/g;
/** A scheme is no secret and tells a lot. */
const SCHEME = /^(?:Bearer|Basic|Digest|AWS4-HMAC-SHA256) /i;
/** `scheme://user:password@`. */
const USER_INFO = /\b([a-z][a-z0-9+.-]{0,20}:\/\/)[^\s/?#@]+@/gi;
/** `name=value` in URLs and in forms. */
const PAIR = /([?&;\s]|^)([^?&=;\s"']+)=([^&;\s"'#]*)/g;

/** Verdicts on names, which are mostly the same ones; bounded, for clients choose names as they like. */
const MAX_VERDICTS = 1_000;
const MAX_NAME = 100;
const verdicts = new Map<string, boolean>();

function isSecret(name: string): boolean {
  const known = verdicts.get(name);
  if (known !== undefined) return known;
  const verdict = SECRET_NAME.test(name) || SECRET_EXACTLY.test(name);
  if (verdicts.size < MAX_VERDICTS && name.length <= MAX_NAME) verdicts.set(name, verdict);
  return verdict;
}

/** Free text, or a path with its query: what looks like a secret is gone. */
export function masked(text: string): string {
  let result = text;
  if (result.includes("eyJ")) result = result.replace(TOKEN_SHAPE, MASK);
  if (result.includes("@")) result = result.replace(USER_INFO, `$1${MASK}@`);
  if (result.includes("=")) result = result.replace(PAIR, maskedPair);
  return result;
}

function maskedPair(pair: string, before: string, name: string, value: string): string {
  return value !== "" && isSecret(decoded(name)) ? `${before}${name}=${MASK}` : pair;
}

/** `access%5Ftoken` is `access_token`. */
function decoded(name: string): string {
  if (!name.includes("%")) return name;
  try {
    return decodeURIComponent(name);
  } catch {
    // Not percent-encoded after all: the name is as it stands.
    return name;
  }
}

/** A value under its name, of a header for example. */
export function maskedValue(name: string, value: string): string {
  if (!isSecret(name)) return masked(value);
  const scheme = SCHEME.exec(value)?.[0] ?? "";
  return value === "" ? "" : `${scheme}${MASK}`;
}

/** A list of its own. */
export function maskedHeaders(headers: RawHeaders): string[] {
  const result: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    result.push(headers[at]!, maskedValue(headers[at]!, headers[at + 1]!));
  }
  return result;
}
