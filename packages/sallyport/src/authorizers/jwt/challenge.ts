/** Values of `www-authenticate`: parameters separated by spaces (observed; RFC 9110 has commas there). */

/** What a request without any token gets, whatever scopes the route has (observed). */
export const BARE_CHALLENGE = "Bearer";

/** `insufficient_scope` goes with a 403; its header is unverified. */
export type ChallengeError = "invalid_token" | "insufficient_scope";

/** The challenge for a token that was not accepted. */
export function challengeOf(scopes: readonly string[], error: ChallengeError, description: string): string {
  return `Bearer scope="${quoted(scopes.join(" "))}" error="${error}" error_description="${quoted(description)}"`;
}

/** A scope is any text that a user configured; in a header it must stay inside its quotes. */
function quoted(text: string): string {
  return text.replace(/[^\x20-\x7e]/gu, "?").replace(/["\\]/g, "\\$&");
}
