import { plainAddress } from "../../model/wire/peer-address.ts";
import { headerValue } from "../../model/raw-headers.ts";
import { evaluatePolicies } from "../../protocol/iam/evaluate.ts";
import type { RequestContext as PolicyContext } from "../../protocol/iam/request-context.ts";
import { isoSeconds } from "../../protocol/timestamp.ts";
import type { AuthorizationRequest, Decision } from "../authorizer.ts";
import type { Authorization } from "./authorizer-response.ts";

const ACTION = "execute-api:Invoke";

/** Whether a request may pass. A policy is asked about every request's own ARN, also one that was cached. */
export function decide(
  authorization: Authorization,
  request: AuthorizationRequest,
  arn: string,
  authorizerId: string,
): Decision {
  const { context } = authorization;
  if (authorization.kind === "simple") {
    return authorization.isAuthorized
      ? { kind: "allow", result: { kind: "lambda", context, principalId: undefined } }
      : denied(`authorizer ${authorizerId} returned isAuthorized: false`);
  }
  const { principalId, document } = authorization;
  const { decision, explicit } = evaluatePolicies([document], {
    action: ACTION,
    resource: arn,
    context: policyContext(request),
  });
  if (decision === "allow") return { kind: "allow", result: { kind: "lambda", context, principalId } };
  const how = explicit ? "denies" : "does not allow";
  return denied(`the policy of authorizer ${authorizerId} ${how} ${ACTION} on ${arn}`);
}

function denied(rule: string): Decision {
  return { kind: "deny", status: 403, rule, remedy: "check what the authorizer's function returns" };
}

/** Facts that conditions may ask for. That a function's policy may have any is documented, which ones is unverified. */
function policyContext({ headers, clientAddress, secure, timeMs, region }: AuthorizationRequest): PolicyContext {
  const agent = headerValue(headers, "user-agent");
  const referer = headerValue(headers, "referer");
  return {
    "aws:SourceIp": plainAddress(clientAddress),
    "aws:SecureTransport": String(secure),
    "aws:CurrentTime": isoSeconds(new Date(timeMs)),
    "aws:EpochTime": String(Math.floor(timeMs / 1000)),
    "aws:RequestedRegion": region,
    ...(agent === undefined ? {} : { "aws:UserAgent": agent }),
    ...(referer === undefined ? {} : { "aws:Referer": referer }),
  };
}
