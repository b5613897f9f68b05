import { parseArn } from "../../model/arn.ts";
import type { PermissionStatement } from "../../model/function-documents.ts";
import { evaluatePolicies } from "../../protocol/iam/evaluate.ts";
import type { RequestContext } from "../../protocol/iam/request-context.ts";
import type { PolicyDocument } from "../../protocol/principal.ts";

/** Who wants to call: an AWS service, or somebody with credentials. */
export type Invoking =
  | { readonly kind: "service"; readonly name: string }
  | { readonly kind: "principal"; readonly account: string; readonly arn: string };

export const API_GATEWAY: Invoking = { kind: "service", name: "apigateway.amazonaws.com" };

/**
 * Who may call a function, as AddPermission wrote it down. AWS Lambda Developer Guide, "Working with resource-based IAM
 * policies in Lambda".
 */
export class ResourcePolicy {
  readonly #statements: readonly PermissionStatement[];
  /** The part of the policy that speaks of the API gateway, ready to be asked: most calls come from there. */
  readonly #forGateway: PolicyDocument | undefined;

  constructor(statements: readonly PermissionStatement[]) {
    this.#statements = statements;
    this.#forGateway = policyFor(statements, API_GATEWAY);
  }

  /** Whether the policy lets somebody invoke the function under that ARN. */
  allows(who: Invoking, action: string, resource: string, context: RequestContext): boolean {
    const policy = who === API_GATEWAY ? this.#forGateway : policyFor(this.#statements, who);
    return policy !== undefined && evaluatePolicies([policy], { action, resource, context }).decision === "allow";
  }
}

/** The statements for somebody as a policy of theirs, which is what can be evaluated. */
function policyFor(statements: readonly PermissionStatement[], who: Invoking): PolicyDocument | undefined {
  const chosen = statements.filter(({ Principal }) => isFor(Principal, who));
  if (chosen.length === 0) return undefined;
  return {
    Version: "2012-10-17",
    Statement: chosen.map(identityStatement),
  };
}

/** A statement as its principal's own policy would have it. */
export function identityStatement(statement: PermissionStatement): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(statement).filter(([member]) => member !== "Principal"));
}

function isFor(principal: PermissionStatement["Principal"], who: Invoking): boolean {
  if (principal === "*") return true;
  if (typeof principal === "string") return false;
  if ("Service" in principal) return who.kind === "service" && principal.Service === who.name;
  return who.kind === "principal" && isPrincipal(principal.AWS, who);
}

/** `…:root` stands for everybody of its account; a role for its sessions. IAM User Guide, "Principal". */
function isPrincipal(named: string, { account, arn }: { readonly account: string; readonly arn: string }): boolean {
  if (named === "*" || named === arn) return true;
  const parsed = parseArn(named);
  if (parsed?.service !== "iam") return false;
  if (parsed.resource === "root") return parsed.account === account;
  const role = /^role\/(?:.*\/)?([^/]+)$/.exec(parsed.resource)?.[1];
  const session = /:sts::(\d{12}):assumed-role\/([^/]+)\//.exec(arn);
  return role !== undefined && session?.[1] === parsed.account && session[2] === role;
}
