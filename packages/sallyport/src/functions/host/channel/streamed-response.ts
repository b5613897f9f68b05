/** Streamed responses over the Runtime API. AWS Lambda Developer Guide, "Response streaming for custom runtimes". */
import type { IncomingMessage } from "node:http";
import type { ReportedError } from "./channel.ts";

const MODE_HEADER = "lambda-runtime-function-response-mode";
const ERROR_TYPE_TRAILER = "lambda-runtime-function-error-type";
const ERROR_BODY_TRAILER = "lambda-runtime-function-error-body";

export function isStreaming(request: IncomingMessage): boolean {
  return request.headers[MODE_HEADER] === "streaming";
}

/** Hands every piece on as it comes. The error is that of a runtime that broke off. */
export async function pipedStream(
  request: IncomingMessage,
  onChunk: (chunk: Buffer) => void,
): Promise<"ended" | ReportedError> {
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) onChunk(chunk);
    return "ended";
  } catch {
    return truncated();
  }
}

/** The error in the trailers; the body's is base64 (documented). */
export function decodedTrailers(trailers: Readonly<Record<string, string | undefined>>): ReportedError | undefined {
  const errorType = trailers[ERROR_TYPE_TRAILER];
  if (errorType === undefined) return undefined;
  const body = Buffer.from(trailers[ERROR_BODY_TRAILER] ?? "", "base64");
  const payload = body.length > 0 ? body : Buffer.from(JSON.stringify({ errorType, errorMessage: "" }));
  return { functionError: "Unhandled", payload };
}

function truncated(): ReportedError {
  const error = { errorType: "Runtime.TruncatedResponse", errorMessage: "The response stream was broken off." };
  return { functionError: "Unhandled", payload: Buffer.from(JSON.stringify(error)) };
}
