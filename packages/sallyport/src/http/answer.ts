import type { BodySource } from "../upstream/body.ts";
import { sameHeaderName } from "../model/raw-headers.ts";
import type { Trace } from "../observe/trace.ts";
import { pushResponseCors, withoutCorsHeaders } from "./cors-headers.ts";
import type { GatewayFault } from "./gateway-fault.ts";
import { faultBody, reasonText } from "./gateway-fault.ts";
import type { HttpRequest } from "./http-request.ts";

/** Every response that belongs to an API carries the request's id under this name (observed). */
export const REQUEST_ID_HEADER = "apigw-requestid";

const RESPOND = "respond";

/**
 * The answer of an integration, with what the gateway puts on top. A request id of the back end's gives way to ours: it
 * would be another gateway's (our choice).
 */
export function answer(
  request: HttpRequest,
  status: number,
  headers: string[],
  body: BodySource | Uint8Array | undefined,
): void {
  request.outcome.status = status;
  const own = request.program?.cors ? withoutCorsHeaders(headers) : headers;
  removeRequestId(own);
  pushGatewayHeaders(request, own);
  request.trace?.report({ step: RESPOND, message: `${status} of the integration`, headers: own });
  const { exchange } = request;
  if (body === undefined || body instanceof Uint8Array) exchange.respond(status, own, body);
  else exchange.stream(status, own, body);
}

/** An error of the gateway's own. `withReason`: tell the client why, too. */
export function answerFault(request: HttpRequest, fault: GatewayFault, withReason: boolean): void {
  request.outcome.status = fault.status;
  request.outcome.fault = fault;
  const body = faultBody(fault.status);
  const headers = ["content-type", "application/json", "content-length", String(body.length)];
  if (fault.challenge !== undefined) headers.push("www-authenticate", fault.challenge);
  if (fault.outsideApi) headers.push("x-amzn-errortype", "ForbiddenException");
  else pushGatewayHeaders(request, headers);
  if (withReason) headers.push("x-sallyport-reason", reasonText(fault));
  if (request.trace) tellFault(request.trace, fault);
  request.trace?.report({ step: RESPOND, message: `${fault.status} of the gateway's own`, headers });
  request.exchange.respond(fault.status, headers, body);
}

function tellFault(trace: Trace, { step, rule, remedy, cause }: GatewayFault): void {
  const causeText = cause instanceof Error ? `${cause.name}: ${cause.message}` : undefined;
  trace.report({ step, message: `${rule}; ${remedy}`, ...(causeText && { facts: { cause: causeText } }) });
}

function pushGatewayHeaders(request: HttpRequest, headers: string[]): void {
  const cors = request.program?.cors;
  if (cors) pushResponseCors(cors, request.headers, headers);
  headers.push(REQUEST_ID_HEADER, request.requestId);
}

function removeRequestId(headers: string[]): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (sameHeaderName(headers[at]!, REQUEST_ID_HEADER)) headers.splice(at, 2);
  }
}
