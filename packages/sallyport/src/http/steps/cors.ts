import { REQUEST_ID_HEADER } from "../answer.ts";
import { pushPreflightCors } from "../cors-headers.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Verdict } from "./step.ts";
import { ANSWERED } from "./step.ts";

/**
 * An OPTIONS request that no route takes is answered here when the API has a CORS configuration: 204, with headers when
 * it is a preflight from an allowed origin (Configuring CORS for an HTTP API; 204 for the other cases is unverified).
 */
export function answerPreflight(request: HttpRequest): Verdict {
  const cors = request.program!.cors;
  if (request.route || !cors || request.method !== "OPTIONS") return undefined;
  const headers: string[] = [];
  pushPreflightCors(cors, request.headers, headers);
  headers.push(REQUEST_ID_HEADER, request.requestId);
  request.trace?.report({ step: "answer preflight", message: headers.join(" ") });
  request.exchange.respond(204, headers, undefined);
  return ANSWERED;
}
