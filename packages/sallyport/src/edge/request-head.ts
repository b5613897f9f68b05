import type { IncomingMessage, ServerResponse } from "node:http";
import { headerCount, headerValue } from "../model/raw-headers.ts";
import { NodeRequestBody } from "./node-request-body.ts";

/** What a request's head tells before any step looks at it. */
export interface RequestHead {
  /** In origin form. */
  readonly target: string;
  readonly authority: string;
  readonly body: NodeRequestBody | undefined;
}

const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/is;

/**
 * Undefined for a head that is no request to us: another target than origin or absolute form, no host or several
 * (RFC 9112, 3.2). A host in the target wins over `Host`.
 */
export function readHead(message: IncomingMessage, response: ServerResponse): RequestHead | undefined {
  const place = placeOf(message);
  return place && { ...place, body: bodyOf(message, response) };
}

function placeOf(message: IncomingMessage): Omit<RequestHead, "body"> | undefined {
  const { rawHeaders, url = "" } = message;
  const hosts = headerCount(rawHeaders, "host");
  if (hosts > 1 || (hosts === 0 && message.httpVersion === "1.1")) return undefined;
  if (url.startsWith("/")) return { target: url, authority: headerValue(rawHeaders, "host") ?? "" };
  const [, authority = "", rest = ""] = ABSOLUTE_FORM.exec(url) ?? [];
  if (authority === "") return undefined;
  return { target: rest.startsWith("/") ? rest : `/${rest}`, authority };
}

/** Node has checked the framing: `Content-Length` is a number, and not beside `Transfer-Encoding`. */
function bodyOf(message: IncomingMessage, response: ServerResponse): NodeRequestBody | undefined {
  const { rawHeaders } = message;
  const declared = headerValue(rawHeaders, "content-length");
  const length = declared === undefined ? undefined : Number(declared);
  if (length === 0 || (length === undefined && headerValue(rawHeaders, "transfer-encoding") === undefined)) {
    return undefined;
  }
  const waits = headerValue(rawHeaders, "expect")?.toLowerCase() === "100-continue" && message.httpVersion !== "1.0";
  return new NodeRequestBody(message, length, waits ? () => response.writeContinue() : undefined);
}
