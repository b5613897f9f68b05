import { reasonLine } from "../../model/reason-text.ts";
import type { AwsError } from "../../model/errors.ts";
import type { AwsResponse } from "../service.ts";

/**
 * The headers that every answer of the service carries: "Wire". Clients read the first only. All are drawn from the
 * request id, which is random already.
 */
export function answerHeaders(requestId: string, now: number): Record<string, string> {
  const hex = requestId.replaceAll("-", "");
  return {
    "x-amzn-RequestId": requestId,
    "x-amz-apigw-id": Buffer.from(hex.slice(0, 22), "hex").toString("base64"),
    "x-amzn-Trace-Id": `Root=1-${Math.floor(now / 1000)
      .toString(16)
      .padStart(8, "0")}-${hex.slice(0, 24)}`,
  };
}

export interface ErrorAnswerOptions {
  /**
   * Tell the private cause of a 4xx too, in a header of ours: for callers of this machine. The real service's texts often
   * say that something is wrong and not what.
   */
  readonly tellReasons?: boolean;
}

/** Puts an error on the wire. */
export type ErrorAnswer = (
  error: AwsError,
  requestId: string,
  now: number,
  options?: ErrorAnswerOptions,
) => AwsResponse;

/** An error as a restJson1 client expects it: the code in a header, a lower-case `message` in the body. */
export function restJsonError(
  error: AwsError,
  requestId: string,
  now: number,
  { tellReasons = false }: ErrorAnswerOptions = {},
): AwsResponse {
  const { cause } = error;
  const told = tellReasons && error.status < 500 && cause instanceof Error;
  return {
    status: error.status,
    headers: {
      ...answerHeaders(requestId, now),
      "x-amzn-ErrorType": error.code,
      "content-type": "application/json",
      ...(told ? { "x-sallyport-reason": reasonLine(cause.message) } : {}),
    },
    body: JSON.stringify({ message: error.message, ...error.members }),
  };
}
