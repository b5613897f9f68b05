import { headerValue, type RawHeaders } from "../../model/raw-headers.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { IntegrationFailure } from "../integration.ts";
import { ParameterError } from "./parameter-value.ts";
import { NoCredentialsError } from "./role-credentials.ts";

/** `$context.integrationErrorMessage` where the gateway may not call what it is to call (observed). */
const PERMISSION_MESSAGE =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
  "Check the permissions and try again.";

/** Errors that are about who calls and not about what is called. */
const PERMISSION_CODE =
  /AccessDenied|NotAuthorized|InvalidClientTokenId|UnrecognizedClient|SignatureDoesNotMatch|InvalidSignature|ExpiredToken|IncompleteSignature|MissingAuthenticationToken|OptInRequired/;
const ERROR_HEAD_CHARACTERS = 2_000;

/** The failure for what went wrong before the service was called; undefined: it is a defect. */
export function preparationFailure(error: unknown): IntegrationFailure | undefined {
  if (error instanceof ParameterError) {
    return {
      status: 400,
      rule: error.message,
      remedy: "send what the integration's RequestParameters read",
      cause: error,
    };
  }
  if (error instanceof BodyTooLargeError) {
    return { status: 413, rule: error.message, remedy: "send less", cause: error };
  }
  if (error instanceof NoCredentialsError) {
    const { message: rule, remedy } = error;
    return { status: 500, rule, remedy, cause: error, message: PERMISSION_MESSAGE };
  }
  return undefined;
}

/** The code of a service's error, in the protocol that it speaks. */
export function errorCode(headers: RawHeaders, body: Uint8Array): string {
  const head = Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString("utf8", 0, ERROR_HEAD_CHARACTERS);
  const type = headerValue(headers, "x-amzn-errortype") ?? /"__type"\s*:\s*"([^"]*)"/.exec(head)?.[1];
  return (type ?? /<Code>([^<]*)<\/Code>/.exec(head)?.[1] ?? "").replace(/^.*#/, "").split(":")[0] ?? "";
}

/** The failure for an error of the service that is about the gateway's permission; undefined: it is the client's. */
export function permissionFailure(operation: string, code: string): IntegrationFailure | undefined {
  if (!PERMISSION_CODE.test(code)) return undefined;
  const rule = `${operation} was refused: ${code}`;
  return { status: 500, rule, remedy: "allow the integration's role to make the call", message: PERMISSION_MESSAGE };
}
