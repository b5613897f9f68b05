import { AwsError } from "../../model/errors.ts";
import { isoSeconds } from "../timestamp.ts";
import type { Caller } from "../service.ts";
import type { Decision } from "./evaluate.ts";
import { evaluatePolicies } from "./evaluate.ts";
import type { RequestContext } from "./request-context.ts";

/** What is known about every request of a caller: IAM User Guide, "AWS global condition context keys". */
export function callerContext({ principal, account, region, sourceIp }: Caller, now: number): RequestContext {
  const user = /:user\/(?:.*\/)?([^/]+)$/.exec(principal.arn)?.[1];
  return {
    "aws:PrincipalArn": principal.arn,
    "aws:PrincipalAccount": account,
    "aws:PrincipalType": principalType(principal.arn),
    "aws:userid": principal.userId,
    "aws:RequestedRegion": region,
    "aws:CurrentTime": isoSeconds(new Date(now)),
    "aws:EpochTime": String(Math.floor(now / 1000)),
    ...(user === undefined ? {} : { "aws:username": user }),
    ...(sourceIp === undefined ? {} : { "aws:SourceIp": sourceIp }),
  };
}

function principalType(arn: string): string {
  if (arn.endsWith(":root")) return "Account";
  return /:assumed-role\//.test(arn) ? "AssumedRole" : "User";
}

export interface AuthorizeOptions {
  /** Further facts of the request, such as `aws:SourceIp`. */
  readonly context?: RequestContext;
  /** Milliseconds since 1970. Default: now. */
  readonly now?: number;
}

/** Throws AccessDeniedException (403) unless the caller's policies allow the action on the resource. */
export function authorize(caller: Caller, action: string, resource: string, options: AuthorizeOptions = {}): void {
  const { principal } = caller;
  if (principal.policies === undefined) return;
  const context = { ...callerContext(caller, options.now ?? Date.now()), ...options.context };
  const decision = evaluatePolicies(principal.policies, { action, resource, context });
  if (decision.decision === "deny") throw accessDenied(principal.arn, action, resource, decision);
}

/** IAM User Guide, "Troubleshoot access denied error messages". */
function accessDenied(arn: string, action: string, resource: string, { explicit }: Decision): AwsError {
  const message = `User: ${arn} is not authorized to perform: ${action} on resource: ${resource}`;
  const reason = explicit ? " with an explicit deny in an identity-based policy" : "";
  return new AwsError("AccessDeniedException", 403, message + reason);
}
