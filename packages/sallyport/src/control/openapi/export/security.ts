/** Authorizers as security schemes, and what a route requires of them. */
import type { AuthorizerDocument, RouteDocument } from "../../../model/documents.ts";
import { nonEmpty } from "../../patch.ts";
import { AUTHORIZER } from "../plan/authorizers.ts";
import { AUTH } from "../plan/security.ts";

export interface ExportedSecurity {
  /** The members of an operation that say who may call it. */
  readonly of: (route: RouteDocument) => object;
  readonly schemes: Readonly<Record<string, object>> | undefined;
}

/** A scheme is named as its authorizer. Authorizers may share a name: later ones get their id behind it. Our choice. */
export function exportedSecurity(authorizers: readonly AuthorizerDocument[]): ExportedSecurity {
  const names = new Map<string, string>();
  const schemes = new Map<string, object>();
  for (const authorizer of authorizers) {
    const { Name: given, AuthorizerId: id } = authorizer;
    const name = schemes.has(given) ? `${given}-${id}` : given;
    names.set(id, name);
    schemes.set(name, authorizer.AuthorizerType === "JWT" ? jwtScheme(authorizer) : requestScheme(authorizer));
  }
  return { of: (route) => requirementOf(route, names), schemes: nonEmpty(Object.fromEntries(schemes)) };
}

/** An authorizer that is not there leaves its id as the scheme: an import of it refuses the route. */
function requirementOf(route: RouteDocument, names: ReadonlyMap<string, string>): object {
  const { AuthorizerId: id = "" } = route;
  switch (route.AuthorizationType) {
    case "AWS_IAM":
      return { [AUTH]: { type: "AWS_IAM" } };
    case "JWT":
      return { security: [{ [names.get(id) ?? id]: route.AuthorizationScopes ?? [] }] };
    case "CUSTOM":
      return { security: [{ [names.get(id) ?? id]: [] }] };
    default:
      return {};
  }
}

function jwtScheme(authorizer: AuthorizerDocument): object {
  const { Issuer: issuer, Audience: audience } = authorizer.JwtConfiguration ?? {};
  return {
    type: "oauth2",
    flows: {},
    [AUTHORIZER]: { identitySource: sources(authorizer), jwtConfiguration: { audience, issuer }, type: "jwt" },
  };
}

function requestScheme(authorizer: AuthorizerDocument): object {
  const header = authorizer.IdentitySource?.find((source) => source.startsWith("$request.header."));
  return {
    type: "apiKey",
    name: header?.slice("$request.header.".length) ?? "Unused",
    in: "header",
    [AUTHORIZER]: {
      identitySource: sources(authorizer),
      authorizerUri: authorizer.AuthorizerUri,
      authorizerCredentials: authorizer.AuthorizerCredentialsArn,
      authorizerPayloadFormatVersion: authorizer.AuthorizerPayloadFormatVersion,
      authorizerResultTtlInSeconds: authorizer.AuthorizerResultTtlInSeconds,
      enableSimpleResponses: authorizer.EnableSimpleResponses,
      type: "request",
    },
  };
}

function sources({ IdentitySource: list = [] }: AuthorizerDocument): string | undefined {
  return list.length === 0 ? undefined : list.join(",");
}
