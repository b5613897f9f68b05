/** Who may call an operation: `security` and `x-amazon-apigateway-auth` as a route's authorization. */
import { importFaults } from "../../faults.ts";
import { type Findings, routeWarning, unsupported } from "./findings.ts";
import { listOf, mapOf, member, type NodeMap, textOf, textsOf } from "../node.ts";
import type { PlannedAuthorizer, PlannedRoute } from "./planned.ts";
import { resolve } from "./references.ts";

export const AUTH = "x-amazon-apigateway-auth";
const AUTHTYPE = "x-amazon-apigateway-authtype";
const SIGV4 = "awssigv4";

export interface SecurityContext {
  readonly root: NodeMap;
  readonly authorizers: ReadonlyMap<string, PlannedAuthorizer>;
  readonly findings: Findings;
  readonly key: string;
  readonly where: string;
}

export type Authorization = Pick<PlannedRoute["input"], "AuthorizationType" | "AuthorizationScopes"> & {
  readonly authorizer: PlannedAuthorizer | undefined;
};

const OPEN: Authorization = { AuthorizationType: "NONE", authorizer: undefined };
const IAM: Authorization = { AuthorizationType: "AWS_IAM", authorizer: undefined };

/**
 * undefined: the route must not exist, because what should protect it can not. Observed for authorizers that could not
 * be created; our choice for schemes that no authorizer stands behind.
 */
export function planAuthorization(context: SecurityContext, operation: NodeMap): Authorization | undefined {
  const requirement = requirementOf(context, operation);
  const auth = textOf(member(member(operation, AUTH), "type"), `${AUTH}.type`)?.toUpperCase();
  const own = requirement === undefined ? undefined : schemeAuthorization(context, ...requirement);
  switch (auth) {
    case undefined:
    case "NONE":
      return requirement === undefined ? OPEN : own;
    case "AWS_IAM":
      if (requirement !== undefined && own !== IAM) throw importFaults.security(context.where);
      return IAM;
    default:
      return refuse(context, `${AUTH} type ${auth} is not supported`);
  }
}

function refuse({ findings, key }: SecurityContext, reason: string): undefined {
  findings.warn(routeWarning(key, reason));
  return undefined;
}

/** Name and scopes of the one requirement. Two are an error: see the Developer Guide's OpenAPI page for HTTP APIs. */
function requirementOf({ where }: SecurityContext, operation: NodeMap): [string, readonly string[]] | undefined {
  const requirements = listOf(member(operation, "security"), `${where}.security`) ?? [];
  if (requirements.length > 1) throw importFaults.security(where);
  const schemes = Object.entries(mapOf(requirements[0], `${where}.security`) ?? {});
  if (schemes.length > 1) throw importFaults.security(where);
  const [scheme] = schemes;
  return scheme && [scheme[0], textsOf(scheme[1], `${where}.security`) ?? []];
}

function schemeAuthorization(
  context: SecurityContext,
  name: string,
  scopes: readonly string[],
): Authorization | undefined {
  const scheme = resolve(context.root, member(member(member(context.root, "components"), "securitySchemes"), name));
  if (scheme === undefined) {
    // SAM's way of turning a default authorizer off for one operation.
    return name.toUpperCase() === "NONE" ? OPEN : refuse(context, `security scheme '${name}' is missing`);
  }
  if (textOf(member(scheme, AUTHTYPE), AUTHTYPE)?.toLowerCase() === SIGV4) return IAM;
  const authorizer = context.authorizers.get(name);
  if (authorizer === undefined) return refuse(context, `security scheme '${name}' has no authorizer`);
  if (authorizer.input.AuthorizerType === "JWT") {
    return { AuthorizationType: "JWT", AuthorizationScopes: scopes, authorizer };
  }
  if (scopes.length > 0) context.findings.info(unsupported(`${context.where}.security.${name} scopes`));
  return { AuthorizationType: "CUSTOM", authorizer };
}
