import type { InvocationOutcome } from "../../functions/invoker.ts";
import type { IntegrationFailure } from "../integration.ts";

/** `$context.integrationErrorMessage` for a function that may not be called, or is not there (observed; unverified). */
const NO_PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
  "Check the permissions and try again.";

/** `$context.integrationErrorMessage` for a result that makes no response; the text is unverified. */
const MALFORMED =
  "The response from the Lambda function doesn't match the format that API Gateway expects. " +
  "Check the configuration of your Lambda function and try again.";

/** Troubleshooting issues with HTTP API Lambda integrations (observed). */
const functionError = (message: string): string =>
  `The Lambda function returned the following error: ${message}. Check your Lambda function code and try again.`;

/** What a client and the log get when an invocation gave no result. */
export function invocationFailure(
  arn: string,
  outcome: Exclude<InvocationOutcome, { readonly kind: "result" }>,
): IntegrationFailure {
  switch (outcome.kind) {
    case "function-error": {
      const { message, errorType, serviceStatus, requestId } = outcome;
      const rule = `${arn} failed: ${errorType === undefined ? message : `${errorType}: ${message}`}`;
      const facts = { serviceStatus, requestId };
      return { status: 500, rule, remedy: "check the function's code and log", message: functionError(message), facts };
    }
    case "refused": {
      const remedy = outcome.why === "missing" ? "create the function" : "allow API Gateway to call the function";
      return { status: 500, rule: `${arn} cannot be called: ${outcome.detail}`, remedy, message: NO_PERMISSION };
    }
    case "too-large":
      return { status: 413, rule: `the event for ${arn} is too large: ${outcome.detail}`, remedy: "send less" };
    case "throttled":
      return { status: 503, rule: `${arn} is throttled: ${outcome.detail}`, remedy: "raise its concurrency" };
    case "timeout": {
      const remedy = "raise TimeoutInMillis, or answer faster";
      return { status: 503, rule: `${arn}: ${outcome.detail}`, remedy, timeout: true };
    }
    case "unreachable": {
      const { detail, cause } = outcome;
      return { status: 503, rule: `Lambda is not reachable for ${arn}: ${detail}`, remedy: "check Lambda", cause };
    }
    case "aborted":
      return { status: 503, rule: `${arn}: ${outcome.detail}`, remedy: "wait for the answer" };
  }
}

/** A result that makes no response. */
export function malformedFailure(
  arn: string,
  rule: string,
  facts: { readonly serviceStatus: number; readonly requestId: string | undefined },
): IntegrationFailure {
  const remedy = "return a response of the payload format";
  return { status: 500, rule: `${arn}: ${rule}`, remedy, message: MALFORMED, facts };
}
