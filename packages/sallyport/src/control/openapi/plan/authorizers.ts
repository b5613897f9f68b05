/** Security schemes with `x-amazon-apigateway-authorizer`. */
import { authorizerWarning, type Findings, unsupported } from "./findings.ts";
import {
  booleanOf,
  integerOf,
  isMap,
  MalformedNodeError,
  mapOf,
  member,
  membersOf,
  type NodeMap,
  textOf,
  textsOf,
} from "../node.ts";
import type { PlannedAuthorizer } from "./planned.ts";
import { resolve } from "./references.ts";

export const AUTHORIZER = "x-amazon-apigateway-authorizer";
const DISCOVERY = "/.well-known/openid-configuration";

/** By name of their scheme. A scheme that can not be read is left out with a warning, as one that can not be created. */
export function planAuthorizers(root: NodeMap, findings: Findings): ReadonlyMap<string, PlannedAuthorizer> {
  const planned = new Map<string, PlannedAuthorizer>();
  for (const [name, node] of membersOf(member(member(root, "components"), "securitySchemes"), "securitySchemes")) {
    const scheme = resolve(root, node);
    const authorizer = member(scheme, AUTHORIZER);
    if (authorizer === undefined) continue;
    try {
      planned.set(name, { name, input: inputOf(name, scheme, mapOf(authorizer, AUTHORIZER)) });
      report(name, authorizer, findings);
    } catch (error) {
      if (!(error instanceof MalformedNodeError)) throw error;
      findings.warn(authorizerWarning(name, error.message));
    }
  }
  return planned;
}

/** Source: API Gateway Developer Guide, "x-amazon-apigateway-authorizer object". */
function inputOf(name: string, scheme: unknown, node: NodeMap | undefined): PlannedAuthorizer["input"] {
  const text = (property: string) => textOf(member(node, property), property);
  const type = (text("type") ?? "").toUpperCase();
  return {
    Name: name,
    AuthorizerType: type as PlannedAuthorizer["input"]["AuthorizerType"],
    IdentitySource: identitySource(member(node, "identitySource")),
    JwtConfiguration: jwtConfiguration(scheme, node, type),
    AuthorizerUri: text("authorizerUri"),
    AuthorizerCredentialsArn: text("authorizerCredentials"),
    AuthorizerPayloadFormatVersion: text("authorizerPayloadFormatVersion"),
    AuthorizerResultTtlInSeconds: integerOf(
      member(node, "authorizerResultTtlInSeconds"),
      "authorizerResultTtlInSeconds",
    ),
    EnableSimpleResponses: booleanOf(member(node, "enableSimpleResponses"), "enableSimpleResponses"),
  };
}

/** Comma-separated text; SAM writes a list. */
function identitySource(node: unknown): readonly string[] {
  const sources = Array.isArray(node) ? textsOf(node, "identitySource") : textOf(node, "identitySource")?.split(",");
  return (sources ?? []).map((source) => source.trim()).filter((source) => source !== "");
}

function jwtConfiguration(scheme: unknown, node: NodeMap | undefined, type: string) {
  const configuration = mapOf(member(node, "jwtConfiguration"), "jwtConfiguration");
  if (configuration === undefined && type !== "JWT") return undefined;
  const audience = member(configuration, "audience");
  return {
    Issuer: textOf(member(configuration, "issuer"), "issuer") ?? issuerOf(scheme),
    Audience: typeof audience === "string" ? [audience] : textsOf(audience, "audience"),
  };
}

/** Of an `openIdConnect` scheme: the discovery URL without its well-known end. */
function issuerOf(scheme: unknown): string | undefined {
  if (member(scheme, "type") !== "openIdConnect") return undefined;
  const url = textOf(member(scheme, "openIdConnectUrl"), "openIdConnectUrl");
  return url?.endsWith(DISCOVERY) ? url.slice(0, -DISCOVERY.length) : undefined;
}

function report(name: string, authorizer: unknown, findings: Findings): void {
  const property = "identityValidationExpression";
  if (isMap(authorizer) && Object.hasOwn(authorizer, property)) {
    findings.info(unsupported(`components.securitySchemes.${name}.${AUTHORIZER}.${property}`));
  }
}
