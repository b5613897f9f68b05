import { LimitedBody } from "../../upstream/body.ts";
import { MAX_PAYLOAD_BYTES, MAX_REQUEST_HEAD_BYTES } from "../../model/limits.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Exchange } from "../exchange.ts";
import type { Step, Verdict } from "./step.ts";

/** Quotas of this installation that differ from the real service's: an extension. */
export interface RequestLimits {
  readonly headBytes?: number | undefined;
  readonly payloadBytes?: number | undefined;
}

/** Bytes of a request line besides method and target: two blanks and `HTTP/1.1`. */
const REQUEST_LINE_EXTRA = 10;

/** Request line and header values together; the names do not count (Developer Guide, Quotas for HTTP APIs). */
export function limitHead({ headBytes = MAX_REQUEST_HEAD_BYTES }: RequestLimits): Step {
  return ({ exchange }) => headFault(exchange, headBytes);
}

function headFault(exchange: Exchange, limit: number): Verdict {
  let bytes = exchange.method.length + exchange.target.length + REQUEST_LINE_EXTRA;
  for (let at = 1; at < exchange.headers.length; at += 2) bytes += exchange.headers[at]!.length;
  if (bytes <= limit) return undefined;
  const rule = `request line and header values are ${bytes} bytes; the limit is ${limit}`;
  return { status: 431, step: "limit head", rule, remedy: "send shorter headers" };
}

/** A body of unknown length is counted while it flows. */
export function limitBody({ payloadBytes = MAX_PAYLOAD_BYTES }: RequestLimits): Step {
  return (request) => bodyFault(request, payloadBytes);
}

function bodyFault(request: HttpRequest, limit: number): Verdict {
  const { body } = request;
  if (!body) return undefined;
  if (body.length === undefined) {
    request.countedBody = new LimitedBody(body, limit);
    request.body = request.countedBody;
    return undefined;
  }
  if (body.length <= limit) return undefined;
  const rule = `the body is ${body.length} bytes; the limit is ${limit}`;
  return { status: 413, step: "limit body", rule, remedy: "send less" };
}
