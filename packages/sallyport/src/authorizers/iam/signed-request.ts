import { textOfHeader } from "../../expressions/mapping/wire-text.ts";
import type { RawHeaders } from "../../model/raw-headers.ts";
import { headerValue } from "../../model/raw-headers.ts";
import { plainAddress } from "../../model/wire/peer-address.ts";
import type { AwsRequest } from "../../protocol/service.ts";
import type { AuthorizationRequest } from "../authorizer.ts";

const NOTHING = new Uint8Array();

/**
 * A request as its client signed it: the path of the wire, with the stage, a mapping key or the path form's prefix, and
 * `Host` as sent. So what a client signs is always the URL that it calls. Without the body, which is read later.
 */
export function signedRequest(request: AuthorizationRequest): AwsRequest {
  const { target } = request;
  const mark = target.indexOf("?");
  return {
    method: request.method,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? "" : target.slice(mark + 1),
    headers: headerMap(request.headers, request.authority),
    body: NOTHING,
    sourceIp: plainAddress(request.clientAddress),
  };
}

/** HTTP/2 has the authority in place of `Host`, and clients sign it under that name. */
function headerMap(headers: RawHeaders, authority: string): Readonly<Record<string, string>> {
  const map = Object.create(null) as Record<string, string>;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!.toLowerCase();
    const value = textOfHeader(headers[at + 1]!);
    map[name] = map[name] === undefined ? value : `${map[name]},${value}`;
  }
  map["host"] ??= authority;
  return map;
}

/** Whether `Host`, which was signed, is what named the API: a target in absolute form would win over it. */
export function namesSignedHost({ headers, authority }: AuthorizationRequest): boolean {
  const host = headerValue(headers, "host");
  return host === undefined || host.toLowerCase() === authority.toLowerCase();
}
