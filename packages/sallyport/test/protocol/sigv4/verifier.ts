/** Verifies requests of the test signer at the moment they were signed. */
import assert from "node:assert/strict";

import { AwsError } from "../../../src/model/errors.ts";
import type { AwsRequest } from "../../../src/protocol/service.ts";
import type { VerifyOptions } from "../../../src/protocol/sigv4/verify.ts";
import { verifySignature } from "../../../src/protocol/sigv4/verify.ts";
import { secret, SIGNED_AT, storeOf } from "./signer.ts";

/** When the test signer signs, in milliseconds since 1970. */
export const at = SIGNED_AT.getTime();

export function verify(request: AwsRequest, options: Partial<VerifyOptions> = {}, store = storeOf(secret)) {
  return verifySignature(request, store, { now: at, ...options });
}

/** What the request is refused with; throws when it is not. */
export function refusal(request: AwsRequest, options: Partial<VerifyOptions> = {}, store = storeOf(secret)): AwsError {
  try {
    verify(request, options, store);
  } catch (error) {
    assert.ok(error instanceof AwsError, String(error));
    return error;
  }
  throw new Error("the request was accepted");
}

/** With something in its Authorization header replaced. */
export function rewritten(
  request: AwsRequest,
  pattern: RegExp,
  replacement: string | ((found: string) => string),
): AwsRequest {
  const authorization = request.headers["authorization"] ?? "";
  const changed = authorization.replace(pattern, replacement as string);
  assert.notEqual(changed, authorization);
  return { ...request, headers: { ...request.headers, authorization: changed } };
}
