import type { AuthorizationRequest, Authorizer, Decision } from "../authorizer.ts";
import { BARE_CHALLENGE, challengeOf } from "./challenge.ts";
import { checkClaims } from "./claim-rules.ts";
import type { Issuer } from "./issuer.ts";
import type { JwtConfiguration } from "./jwt-configuration.ts";
import type { TokenFault } from "./token-fault.ts";
import { shownValue } from "./token-fault.ts";
import { tokenOf } from "./token-source.ts";
import type { VerifiedToken } from "./verified-tokens.ts";

/** Text unverified. */
const SCOPE_MISSING = "the token does not have a required scope";

/**
 * Lets requests through that bring a token of the configured issuer (API Gateway Developer Guide, Control access to HTTP
 * APIs with JWT authorizers). One a route: the scopes are the route's.
 */
export class JwtAuthorizer implements Authorizer {
  readonly #configuration: JwtConfiguration;
  readonly #issuer: Issuer;
  readonly #scopes: readonly string[];
  readonly #withoutToken: Decision;

  constructor(configuration: JwtConfiguration, issuer: Issuer, scopes: readonly string[]) {
    this.#configuration = configuration;
    this.#issuer = issuer;
    this.#scopes = scopes;
    this.#withoutToken = withoutToken(configuration);
  }

  authorize(request: AuthorizationRequest): Decision | Promise<Decision> {
    const token = tokenOf(request, this.#configuration.sources);
    if (token === undefined) return this.#withoutToken;
    const verified = this.#issuer.verify(token);
    return verified instanceof Promise ? this.#later(verified, request.timeMs) : this.#decide(verified, request.timeMs);
  }

  async #later(verified: Promise<VerifiedToken | TokenFault>, timeMs: number): Promise<Decision> {
    return this.#decide(await verified, timeMs);
  }

  #decide(verified: VerifiedToken | TokenFault, timeMs: number): Decision {
    if (verified.kind === "fault") return this.#invalid(verified);
    const fault = checkClaims(verified.claims, this.#configuration, timeMs);
    if (fault) return this.#invalid(fault);
    const required = this.#scopes;
    const { texts: claims, scopes } = verified;
    // Without scopes on the route the event shows none, whatever the token has; else all of the token's (observed).
    if (required.length === 0) return { kind: "allow", result: { kind: "jwt", claims, scopes: null } };
    if (!required.some((scope) => scopes.includes(scope))) return this.#insufficient(scopes);
    return { kind: "allow", result: { kind: "jwt", claims, scopes } };
  }

  #invalid({ description, rule, remedy, cause }: TokenFault): Decision {
    const challenge = challengeOf(this.#scopes, "invalid_token", description);
    return { kind: "deny", status: 401, challenge, error: `invalid_token: ${description}`, rule, remedy, cause };
  }

  #insufficient(scopes: readonly string[]): Decision {
    const challenge = challengeOf(this.#scopes, "insufficient_scope", SCOPE_MISSING);
    const error = `insufficient_scope: ${SCOPE_MISSING}`;
    const rule = `the token must have one of the scopes ${shownValue(this.#scopes)}, and has ${shownValue(scopes)}`;
    return { kind: "deny", status: 403, challenge, error, rule, remedy: "ask the issuer for such a scope" };
  }
}

function withoutToken({ sources }: JwtConfiguration): Decision {
  const places = sources.map(({ kind, name }) => `${kind === "header" ? "header" : "query parameter"} ${name}`);
  const rule = `there is no token in ${places.join(", ")}`;
  return { kind: "deny", status: 401, challenge: BARE_CHALLENGE, rule, remedy: "send one" };
}
