import type { JsonObject } from "./json-object.ts";
import type { JwtConfiguration } from "./jwt-configuration.ts";
import type { TokenFault } from "./token-fault.ts";
import { shownValue, tokenFault } from "./token-fault.ts";

/**
 * Checks the claims of a verified token in the order documented: issuer, audience, times (Developer Guide, Control access
 * to HTTP APIs with JWT authorizers). Texts of the faults are unverified but for audience and expiry.
 */
export function checkClaims(
  claims: JsonObject,
  { issuer, audience }: JwtConfiguration,
  nowMs: number,
): TokenFault | undefined {
  if (claims["iss"] !== issuer) {
    const rule = `iss must be ${JSON.stringify(issuer)}, not ${shownValue(claims["iss"])}`;
    return tokenFault("the token has an invalid issuer", "use a token of the configured issuer", rule);
  }
  return checkAudience(claims, audience) ?? checkTimes(claims, nowMs);
}

/** `client_id` counts only where there is no `aud` at all (documented): with both, `aud` decides. */
function checkAudience(claims: JsonObject, audience: ReadonlySet<string>): TokenFault | undefined {
  const name = claims["aud"] === undefined ? "client_id" : "aud";
  const value = claims[name];
  const entries: readonly unknown[] = name === "aud" && Array.isArray(value) ? value : [value];
  if (entries.some((entry) => typeof entry === "string" && audience.has(entry))) return undefined;
  const rule = `${name} must be one of ${shownValue([...audience])}, and is ${shownValue(value)}`;
  return tokenFault("the token does not have a valid audience", "add it to the authorizer's audience", rule);
}

/** No leeway is documented. A token without `exp` is refused (unverified). */
function checkTimes(claims: JsonObject, nowMs: number): TokenFault | undefined {
  const exp = secondsOf(claims["exp"]);
  if (exp === undefined) {
    const rule = `exp must be a number of seconds, and is ${shownValue(claims["exp"])}`;
    return tokenFault("the token has no expiration time", "issue tokens that expire", rule);
  }
  if (exp * 1000 <= nowMs) {
    return tokenFault("the token has expired", "get a new token", `the token has expired: exp is ${instant(exp)}`);
  }
  return (
    notAfter("nbf", claims["nbf"], nowMs, "the token is not yet valid") ??
    notAfter("iat", claims["iat"], nowMs, "the token was issued in the future")
  );
}

function notAfter(name: string, value: unknown, nowMs: number, description: string): TokenFault | undefined {
  if (value === undefined) return undefined;
  const seconds = secondsOf(value);
  if (seconds !== undefined && seconds * 1000 <= nowMs) return undefined;
  const found = seconds === undefined ? shownValue(value) : instant(seconds);
  const rule = `${name} must not be after ${new Date(nowMs).toISOString()}, and is ${found}`;
  return tokenFault(description, "compare the clocks of issuer and gateway", rule);
}

/** A NumericDate of RFC 7519. Numbers beyond all dates are none: `1e999` must not be "never". */
export function secondsOf(value: unknown): number | undefined {
  const seconds = JSON.isRawJSON(value) ? Number(JSON.stringify(value)) : value;
  return typeof seconds === "number" && Number.isFinite(seconds) ? seconds : undefined;
}

function instant(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? String(seconds) : date.toISOString();
}
