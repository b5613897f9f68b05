import { queryParameters } from "../../model/wire/query-parameters.ts";
import { joinedHeader } from "../../model/raw-headers.ts";
import type { RequestContext } from "../../model/request-context.ts";
import type { TokenSource } from "./jwt-configuration.ts";

/** The scheme in front of a token; its case does not count (unverified; RFC 9110, 11.1). */
const BEARER = /^bearer +/i;

/**
 * The token of a request: the value, or what follows `Bearer ` in it, of the first source that holds one (Developer
 * Guide, Control access to HTTP APIs with JWT authorizers; that the first one counts is unverified).
 */
export function tokenOf(
  request: Pick<RequestContext, "headers" | "query">,
  sources: readonly TokenSource[],
): string | undefined {
  for (const { kind, name } of sources) {
    // Repeats are joined: of two tokens neither is taken.
    const value =
      kind === "header" ? joinedHeader(request.headers, name) : queryParameters(request.query).get(name)?.join(",");
    const token = value?.replace(BEARER, "");
    if (token) return token;
  }
  return undefined;
}
