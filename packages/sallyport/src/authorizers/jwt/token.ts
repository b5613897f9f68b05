import type { JsonObject } from "./json-object.ts";
import { parseJsonObject } from "./json-object.ts";
import type { TokenFault } from "./token-fault.ts";
import { shownValue, tokenFault } from "./token-fault.ts";

/**
 * "Only RSA-based algorithms" (Developer Guide, Control access to HTTP APIs with JWT authorizers). Whether that means
 * RSASSA-PSS (`PS256` …) too is unverified; refused until it is known: the closed side.
 */
export const SIGNING_ALGORITHMS = ["RS256", "RS384", "RS512"] as const;

export type SigningAlgorithm = (typeof SIGNING_ALGORITHMS)[number];

/** A token that has been read and not yet been verified. */
export interface ParsedToken {
  readonly kind: "token";
  /** The compact form, as it came. */
  readonly text: string;
  readonly algorithm: SigningAlgorithm;
  readonly keyId: string;
  readonly claims: JsonObject;
}

const SEGMENT = /^[\w-]+$/;
const REMEDY = "send a signed JSON Web Token of the configured issuer";
const UTF_8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Reads a token in the order documented: segments, algorithm, key id. */
export function parseToken(text: string): ParsedToken | TokenFault {
  const segments = text.split(".");
  if (segments.length !== 3) {
    const rule = `a token has 3 segments, this value ${segments.length}`;
    return tokenFault("token contains an invalid number of segments", REMEDY, rule);
  }
  const header = segmentObject(segments[0]!);
  const claims = segmentObject(segments[1]!);
  if (!header || !claims || !SEGMENT.test(segments[2]!)) {
    const rule = "header and payload of the token must be JSON objects, and all segments base64url";
    return tokenFault("the token is malformed", REMEDY, rule);
  }
  return readHeader(text, header, claims);
}

function readHeader(text: string, { alg, kid, crit }: JsonObject, claims: JsonObject): ParsedToken | TokenFault {
  const algorithm = SIGNING_ALGORITHMS.find((name) => name === alg);
  if (algorithm === undefined) {
    const rule = `alg must be one of ${SIGNING_ALGORITHMS.join(", ")}, not ${shownValue(alg)}`;
    return tokenFault("the token has an unsupported signing algorithm", "sign with RS256", rule);
  }
  // RFC 7515, 4.1.11: what is critical and not understood makes the token invalid, and no extension is understood.
  if (crit !== undefined) {
    return tokenFault("the token is malformed", "send no crit header", `crit ${shownValue(crit)} is not understood`);
  }
  if (typeof kid !== "string" || kid === "") {
    const rule = `kid must name a key of the issuer's, and is ${shownValue(kid)}`;
    return tokenFault("the token has no key id", "put the key's id into the token's header", rule);
  }
  return { kind: "token", text, algorithm, keyId: kid, claims };
}

/** Segments are checked first, because Node's decoder passes over what is no base64url. */
function segmentObject(segment: string): JsonObject | undefined {
  if (!SEGMENT.test(segment)) return undefined;
  try {
    return parseJsonObject(UTF_8.decode(Buffer.from(segment, "base64url")));
  } catch {
    return undefined;
  }
}
