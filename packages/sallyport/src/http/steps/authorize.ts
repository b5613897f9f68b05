import type { Decision } from "../../authorizers/authorizer.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Step, Verdict } from "./step.ts";

const STEP = "authorize";

/** Asks the route's authorizer. Routes without one are open (Developer Guide, Controlling access to HTTP APIs). */
export const authorize: Step = (request) => {
  const { authorizer } = request.program!.bound(request.route!);
  if (authorizer === undefined) return undefined;
  const decision = authorizer.authorize(request);
  return decision instanceof Promise ? settled(request, decision) : verdictOf(request, decision);
};

async function settled(request: HttpRequest, decision: Promise<Decision>): Promise<Verdict> {
  try {
    return verdictOf(request, await decision);
  } catch (cause) {
    if (!(cause instanceof BodyTooLargeError)) throw cause;
    return { status: 413, step: STEP, rule: cause.message, remedy: "send less", cause };
  }
}

function verdictOf(request: HttpRequest, decision: Decision): Verdict {
  const route = JSON.stringify(request.routeKey);
  if (decision.kind === "allow") {
    request.authorizer = decision.result;
    request.trace?.report({ step: STEP, message: `route ${route}: allowed by ${decision.result.kind}` });
    return undefined;
  }
  const { status, rule, remedy, cause, challenge } = decision;
  request.outcome.authorizerError = decision.error;
  return { status, step: STEP, rule: `route ${route}: ${rule}`, remedy, cause, challenge };
}
