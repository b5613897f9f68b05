/**
 * The errors of the Lambda API, their texts as observed unless a comment says otherwise. Which of them spell `Message` and
 * which `message` is the service model's business: see error-answer.ts.
 */
import { AwsError } from "../../model/errors.ts";

const REVISION =
  "The Revision Id provided does not match the latest Revision Id. " +
  "Call the GetFunction/GetAlias API to retrieve the latest Revision Id";

export const notFound = (message: string): AwsError => new AwsError("ResourceNotFoundException", 404, message);
export const invalidParameter = (message: string, cause?: unknown): AwsError =>
  new AwsError("InvalidParameterValueException", 400, message, { cause });
export const invalidContent = (message: string, cause?: unknown): AwsError =>
  new AwsError("InvalidRequestContentException", 400, message, { cause });
export const validation = (message: string): AwsError => new AwsError("ValidationException", 400, message);
export const conflict = (message: string): AwsError => new AwsError("ResourceConflictException", 409, message);
export const accessDenied = (message: string): AwsError => new AwsError("AccessDeniedException", 403, message);

export const faults = {
  function: (arn: string) => notFound(`Function not found: ${arn}`),
  alias: (arn: string) => notFound(`Cannot find alias arn: ${arn}`),
  nothing: () => notFound("The resource you requested does not exist."),
  noPolicy: () => notFound("No policy is associated with the given resource."),
  statement: (sid: string) => notFound(`Statement ${sid} is not found in resource policy.`),
  functionExists: (name: string) => conflict(`Function already exist: ${name}`),
  aliasExists: (arn: string) => conflict(`Alias already exists: ${arn}`),
  statementExists: (sid: string) =>
    conflict(
      `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`,
    ),
  revision: () => new AwsError("PreconditionFailedException", 412, REVISION),
  region: (named: string, here: string) =>
    notFound(`Functions from '${named}' are not reachable in this region ('${here}')`),
  qualifierMismatch: () =>
    invalidParameter("The derived qualifier from the function name does not match the specified qualifier."),
  latestPolicy: () => invalidParameter("We currently do not support adding policies for $LATEST."),
  deleteLatest: () => invalidParameter("$LATEST version cannot be deleted without deleting the function."),
  /** Text: our choice. */
  deleteAlias: () => invalidParameter("An alias can not be deleted with DeleteFunction: use DeleteAlias."),
  policyLength: (size: number, limit: number) =>
    new AwsError(
      "PolicyLengthExceededException",
      400,
      `The final policy size (${size}) is bigger than the limit (${limit}).`,
    ),
  principal: () => invalidParameter("The provided principal was invalid. Please check the principal and try again."),
  tooLarge: (limit: number) =>
    new AwsError(
      "RequestTooLargeException",
      413,
      `Request must be smaller than ${limit} bytes for the InvokeFunction operation`,
    ),
  eventTooLarge: (size: number, limit: number) =>
    new AwsError(
      "RequestTooLargeException",
      413,
      `${size} byte payload is too large for the Event invocation type (limit ${limit} bytes)`,
    ),
  payload: (detail: string, cause?: unknown) =>
    invalidContent(`Could not parse request body into json: Could not parse payload into json: ${detail}`, cause),
  throttled: (reason: ThrottleReason) =>
    new AwsError("TooManyRequestsException", 429, "Rate Exceeded.", { members: { Reason: reason } }),
  /** Text: our choice. */
  runtime: (detail: string) => new AwsError("InvalidRuntimeException", 502, detail),
  /** Text: our choice. */
  notHonoured: (member: string, why: string) => invalidParameter(`Sallyport does not honour ${member}: ${why}`),
  /** Text and status: our choice. */
  notSupported: (operation: string) =>
    new AwsError("UnsupportedOperationException", 400, `Sallyport does not serve lambda:${operation}`),
};

/** AWS Lambda API Reference, "TooManyRequestsException". */
export type ThrottleReason =
  | "ConcurrentInvocationLimitExceeded"
  | "ReservedFunctionConcurrentInvocationLimitExceeded"
  | "CallerRateLimitExceeded";
