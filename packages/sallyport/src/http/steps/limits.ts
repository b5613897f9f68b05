import { LimitedBody } from "../../upstream/body.ts";
import { MAX_PAYLOAD_BYTES, MAX_REQUEST_HEAD_BYTES } from "../../model/limits.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Verdict } from "./step.ts";

/** Bytes of a request line besides method and target: two blanks and `HTTP/1.1`. */
const REQUEST_LINE_EXTRA = 10;

/** Request line and header values together; the names do not count (Developer Guide, Quotas for HTTP APIs). */
export function limitHead({ exchange }: HttpRequest): Verdict {
  let bytes = exchange.method.length + exchange.target.length + REQUEST_LINE_EXTRA;
  for (let at = 1; at < exchange.headers.length; at += 2) bytes += exchange.headers[at]!.length;
  if (bytes <= MAX_REQUEST_HEAD_BYTES) return undefined;
  const rule = `request line and header values are ${bytes} bytes; the limit is ${MAX_REQUEST_HEAD_BYTES}`;
  return { status: 431, step: "limit head", rule, remedy: "send shorter headers" };
}

/** A body of unknown length is counted while it flows. */
export function limitBody(request: HttpRequest): Verdict {
  const { body } = request;
  if (!body) return undefined;
  if (body.length === undefined) {
    request.body = new LimitedBody(body, MAX_PAYLOAD_BYTES);
    return undefined;
  }
  if (body.length <= MAX_PAYLOAD_BYTES) return undefined;
  const rule = `the body is ${body.length} bytes; the limit is ${MAX_PAYLOAD_BYTES}`;
  return { status: 413, step: "limit body", rule, remedy: "send less" };
}
