import { REQUEST_ID_HEADER } from "../answer.ts";
import type { CorsPolicy } from "../../program/cors-policy.ts";
import { pushPreflightCors } from "../cors-headers.ts";
import type { HttpRequest } from "../http-request.ts";
import type { MonotonicClock } from "../outcome.ts";
import type { Step } from "./step.ts";
import { ANSWERED } from "./step.ts";
import { throttlePreflight } from "./throttle.ts";

/**
 * An OPTIONS request that no route takes is answered here when the API has a CORS configuration: 204, with headers when
 * it is a preflight from an allowed origin (Configuring CORS for an HTTP API; 204 for the other cases is unverified).
 */
export function answerPreflight(nowMs: MonotonicClock): Step {
  return (request) => {
    const cors = request.program!.cors;
    if (request.route || !cors || request.method !== "OPTIONS") return undefined;
    const refused = throttlePreflight(request, nowMs());
    if (refused) return refused;
    answerWith(request, cors);
    return ANSWERED;
  };
}

function answerWith(request: HttpRequest, cors: CorsPolicy): void {
  const headers: string[] = [];
  pushPreflightCors(cors, request.headers, headers);
  headers.push(REQUEST_ID_HEADER, request.requestId);
  request.outcome.status = 204;
  request.trace?.report({ step: "answer preflight", message: "204: no route takes it, CORS is configured", headers });
  request.exchange.respond(204, headers, undefined);
}
