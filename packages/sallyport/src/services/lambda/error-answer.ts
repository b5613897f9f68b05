import { AwsError } from "../../model/errors.ts";
import type { ServiceModel } from "../../protocol/service-model.ts";
import { type ErrorAnswer, restJsonError } from "../../protocol/rest-json/error-answer.ts";

/** The service's own words for what the protocol layer finds wrong; the texts stay the protocol layer's. */
const RENAMED: Readonly<Record<string, string>> = {
  BadRequestException: "InvalidRequestContentException",
  InternalServerException: "ServiceException",
};

/** Observed; the real service says no more either. */
const INTERNAL_TEXT = "An error occurred and the request cannot be processed.";

/**
 * Errors as the Lambda API writes them: `Type` says whose fault it is, and some exceptions have a `Message` where others
 * have a `message`, as the model says; those it does not know have `Message` (observed for AccessDeniedException).
 * Without the model, which takes time to load, unknown exceptions are all there can be.
 */
export function lambdaErrorAnswer(model: ServiceModel | undefined): ErrorAnswer {
  return (given, requestId, now, options) => {
    const error = renamed(given);
    const answer = restJsonError(error, requestId, now, options);
    const members = model?.shapes[error.code]?.members;
    const name = members && "message" in members ? "message" : "Message";
    const type = { Type: error.status >= 500 ? "Service" : "User" };
    const body = JSON.stringify({ ...(members ? type : {}), [name]: error.message, ...error.members });
    return { ...answer, body };
  };
}

function renamed(error: AwsError): AwsError {
  const code = RENAMED[error.code];
  if (code === undefined) return error;
  const message = code === "ServiceException" ? INTERNAL_TEXT : error.message;
  return new AwsError(code, error.status, message, { cause: error.cause });
}
