import type { IdentitySource } from "../../expressions/identity-source.ts";
import { parseHttpIdentitySource } from "../../expressions/identity-source.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";

/** Where in a request a token may stand. */
export type TokenSource = IdentitySource & { readonly kind: "header" | "querystring" };

/** What a JWT authorizer checks tokens by. */
export interface JwtConfiguration {
  readonly kind: "configuration";
  /** Compared as it is; a slash at its end matters. */
  readonly issuer: string;
  readonly audience: ReadonlySet<string>;
  /** In the order asked. */
  readonly sources: readonly TokenSource[];
}

/** The member that no token can be checked by. */
export interface JwtConfigurationFault {
  readonly kind: "fault";
  readonly field: string;
  readonly rule: string;
}

/** Reads an authorizer of type JWT. What the control plane refuses may still be there: documents outlive its rules. */
export function readJwtConfiguration(document: AuthorizerDocument): JwtConfiguration | JwtConfigurationFault {
  const { Issuer: issuer = "", Audience = [] } = document.JwtConfiguration ?? {};
  if (!/^https?:\/\//i.test(issuer) || !URL.canParse(issuer)) {
    return fault("JwtConfiguration.Issuer", `${JSON.stringify(issuer)} is no http or https URL`);
  }
  if (Audience.length === 0) return fault("JwtConfiguration.Audience", "there is none, and every token needs one");
  const sources: TokenSource[] = [];
  for (const text of document.IdentitySource ?? []) {
    const source = tokenSource(text);
    if (!source) return fault("IdentitySource", `${JSON.stringify(text)} is no header and no query parameter`);
    sources.push(source);
  }
  if (sources.length === 0) return fault("IdentitySource", "there is none");
  return { kind: "configuration", issuer, audience: new Set(Audience), sources };
}

function fault(field: string, rule: string): JwtConfigurationFault {
  return { kind: "fault", field, rule };
}

function tokenSource(text: string): TokenSource | undefined {
  const source = parseHttpIdentitySource(text);
  if (source?.kind === "header") return { kind: "header", name: source.name.toLowerCase() };
  return source?.kind === "querystring" ? { kind: "querystring", name: source.name } : undefined;
}
