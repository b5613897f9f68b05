import type { PolicyDocument } from "../principal.ts";
import { matchesGlob } from "./glob.ts";
import type { Policy, Selection, Statement } from "./policy.ts";
import { parsePolicy } from "./policy.ts";
import type { ContextKeys, RequestContext } from "./request-context.ts";
import { contextKeys } from "./request-context.ts";

/** What somebody wants to do. */
export interface AccessRequest {
  /** For example `apigateway:GET`. */
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  readonly context?: RequestContext;
}

/** Which statement decided. */
export interface StatementRef {
  readonly policy: number;
  readonly statement: number;
  readonly sid: string | undefined;
}

export interface Decision {
  readonly decision: "allow" | "deny";
  /** A statement said so; false when nothing allows the request. */
  readonly explicit: boolean;
  readonly statement?: StatementRef;
}

const compiled = new WeakMap<PolicyDocument, Policy>();

/** The compiled form of a document, remembered as long as the document is. Throws PolicyError. */
function policyOf(document: PolicyDocument, place: string): Policy {
  const known = compiled.get(document);
  if (known) return known;
  const policy = parsePolicy(document, place);
  compiled.set(document, policy);
  return policy;
}

/**
 * Decides as IAM does for one account's identity-based policies: a statement that denies wins over any that allows, and
 * without one that allows the answer is no. Throws PolicyError when any of the policies is malformed.
 */
export function evaluatePolicies(policies: readonly PolicyDocument[], request: AccessRequest): Decision {
  const context = contextKeys(request.context ?? {});
  const parsed = policies.map((document, index) => policyOf(document, `policies[${index}]`));
  let allowed: StatementRef | undefined;
  for (const [policy, { statements }] of parsed.entries()) {
    for (const [index, statement] of statements.entries()) {
      if (!applies(statement, request, context)) continue;
      const reference = { policy, statement: index, sid: statement.sid };
      if (statement.effect === "Deny") return { decision: "deny", explicit: true, statement: reference };
      allowed ??= reference;
    }
  }
  return allowed ? { decision: "allow", explicit: true, statement: allowed } : { decision: "deny", explicit: false };
}

function applies(
  { effect, actions, resources, condition }: Statement,
  request: AccessRequest,
  context: ContextKeys,
): boolean {
  return (
    selects(actions, request.action.toLowerCase(), context, effect) &&
    selects(resources, request.resource, context, effect) &&
    (condition?.(context) ?? true)
  );
}

/**
 * A text with a variable that has no value selects nothing (documented). An exception that can not be told is taken
 * the closed way (our choice): it spares nothing from a Deny and leaves nothing to an Allow.
 */
function selects(
  { globs, except }: Selection,
  text: string,
  context: ContextKeys,
  effect: Statement["effect"],
): boolean {
  const results = globs.map((glob) => matchesGlob(glob, text, context));
  if (!except) return results.includes(true);
  if (results.includes(true)) return false;
  return effect === "Deny" || !results.includes(undefined);
}
