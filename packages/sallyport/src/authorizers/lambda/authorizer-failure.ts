import type { InvocationOutcome } from "../../functions/invoker.ts";
import type { Decision } from "../authorizer.ts";

/** Why a function gave no usable answer. Every such request gets a 500 (documented and observed). */
export interface AuthorizerFailure {
  /** `$context.authorizer.error`. */
  readonly error: string;
  readonly rule: string;
  readonly remedy: string;
  readonly cause?: Error | undefined;
}

/** For a function that may not be called (observed), or is not there (unverified). */
const NO_PERMISSION =
  "The IAM role configured on the authorizer or API Gateway doesn't have permissions to call the authorizer. " +
  "Check the permissions and try again.";

/** The text is unverified, in the style of the observed ones. */
const MALFORMED =
  "The response from the Lambda authorizer doesn't match the format that API Gateway expects. " +
  "Check the configuration of your Lambda function and try again.";

export function failureDecision({ error, rule, remedy, cause }: AuthorizerFailure): Decision {
  return { kind: "deny", status: 500, error, rule, remedy, cause };
}

/** Texts other than that about permissions are unverified. */
export function invocationFailure(
  arn: string,
  outcome: Exclude<InvocationOutcome, { readonly kind: "result" }>,
): AuthorizerFailure {
  if (outcome.kind === "function-error") {
    const { message, errorType } = outcome;
    return {
      // A function that fails with `Unauthorized`, which REST APIs answer with 401, is an error like any other here.
      error: `The Lambda authorizer returned the following error: ${message}. Check your Lambda function code and try again.`,
      rule: `authorizer function ${arn} failed: ${errorType === undefined ? message : `${errorType}: ${message}`}`,
      remedy: "check the function's code and log",
    };
  }
  const rule = `authorizer function ${arn}: ${outcome.kind}: ${outcome.detail}`;
  if (outcome.kind === "refused") {
    const remedy = outcome.why === "missing" ? "create the function" : "allow API Gateway to call the function";
    return { error: NO_PERMISSION, rule, remedy };
  }
  const cause = outcome.kind === "unreachable" ? outcome.cause : undefined;
  return {
    error: `The Lambda authorizer did not answer: ${outcome.kind}.`,
    rule,
    remedy: REMEDIES[outcome.kind],
    cause,
  };
}

const REMEDIES: Readonly<Record<"throttled" | "too-large" | "timeout" | "aborted" | "unreachable", string>> = {
  throttled: "raise the function's concurrency",
  "too-large": "send less",
  timeout: "answer within 10 seconds",
  aborted: "try again",
  unreachable: "check Lambda",
};

export function malformedFailure(arn: string, rule: string): AuthorizerFailure {
  const remedy = "return what the payload format asks for";
  return { error: MALFORMED, rule: `authorizer function ${arn}: ${rule}`, remedy };
}
