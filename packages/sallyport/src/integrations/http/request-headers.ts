import { plainAddress } from "../../model/wire/peer-address.ts";
import { headerValue } from "../../model/raw-headers.ts";
import { traceHeader } from "../../model/trace-id.ts";
import type { IntegrationRequest } from "../integration.ts";
import { forwardedValue } from "./forwarded.ts";
import { isHopByHop, listedInConnection } from "../../model/wire/hop-by-hop.ts";

const VIA = "HTTP/1.1 AmazonAPIGateway";
/** The service adds a content type to requests without body (documented) and this is it (observed). */
const EMPTY_BODY_TYPE = "application/x-www-form-urlencoded";
/** Written anew for the back end, or settled with the client. */
const REWRITTEN: ReadonlySet<string> = new Set(["host", "content-length", "expect"]);

export interface BackendHeaderOptions {
  /** Value of `Host`. */
  readonly host: string;
  /** A new value for a trace's root. */
  readonly traceRoot: string;
  /** Address to tell as ours. Default: the one that the client called. */
  readonly egressAddress?: string;
}

/** Values of headers that are not passed on but worked into others. Repeats are joined. */
interface Absorbed {
  via?: string;
  forwarded?: string;
  "x-amzn-trace-id"?: string;
  "x-forwarded-for"?: string;
  "x-forwarded-host"?: string;
  "x-forwarded-proto"?: string;
}

const ABSORBED: ReadonlySet<string> = new Set<keyof Absorbed>([
  "via",
  "forwarded",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-host",
  "x-forwarded-proto",
]);

function isAbsorbed(lowerName: string): lowerName is keyof Absorbed {
  return ABSORBED.has(lowerName);
}

/**
 * What a public HTTP back end receives: the client's end-to-end headers as sent, and those the gateway writes
 * (Developer Guide, HTTP proxy integrations for HTTP APIs; the values as observed).
 */
export function backendHeaders(request: IntegrationRequest, options: BackendHeaderOptions): string[] {
  const mappedHost = request.mappedHeaders?.has("host") ? headerValue(request.headers, "host") : undefined;
  const result: string[] = ["host", mappedHost || options.host];
  const absorbed: Absorbed = {};
  const hasType = copyEndToEnd(request, result, absorbed);
  pushFraming(request, hasType, result);
  result.push("forwarded", forwardedHeader(request, absorbed, options.egressAddress));
  // A Via of the client's is kept in front: our choice, RFC 9110, 7.6.3.
  result.push("via", absorbed.via === undefined ? VIA : `${absorbed.via}, ${VIA}`);
  result.push("x-amzn-trace-id", traceHeader(absorbed["x-amzn-trace-id"], options.traceRoot));
  return result;
}

/** Copies what passes and tells whether a content type was among it. */
function copyEndToEnd(request: IntegrationRequest, result: string[], absorbed: Absorbed): boolean {
  const { headers, mappedHeaders } = request;
  const listed = listedInConnection(headers);
  let hasType = false;
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const value = headers[at + 1]!;
    const lowerName = name.toLowerCase();
    if (REWRITTEN.has(lowerName) || isHopByHop(lowerName)) continue;
    // A client that lists a header in Connection must not take away what the gateway puts there.
    const mapped = mappedHeaders?.has(lowerName);
    if (listed?.has(lowerName) && !mapped) continue;
    if (isAbsorbed(lowerName)) {
      const before = absorbed[lowerName];
      absorbed[lowerName] = before === undefined ? value : `${before}, ${value}`;
    } else if (mapped || !lowerName.startsWith("x-forwarded-")) {
      hasType ||= lowerName === "content-type";
      result.push(name, value);
    }
  }
  return hasType;
}

/** A body of unknown length goes on in chunks: it is streamed, not gathered. */
function pushFraming({ body }: IntegrationRequest, hasType: boolean, result: string[]): void {
  if (body === undefined) {
    if (!hasType) result.push("content-type", EMPTY_BODY_TYPE);
    result.push("content-length", "0");
  } else if (body.length !== undefined) {
    result.push("content-length", String(body.length));
  }
}

function forwardedHeader(request: IntegrationRequest, absorbed: Absorbed, egressAddress: string | undefined): string {
  const hop = {
    by: egressAddress ?? plainAddress(request.localAddress),
    for: plainAddress(request.clientAddress),
    host: request.domainName,
    secure: request.secure,
  };
  return forwardedValue(hop, {
    forwarded: absorbed.forwarded,
    for: absorbed["x-forwarded-for"],
    host: absorbed["x-forwarded-host"],
    proto: absorbed["x-forwarded-proto"],
  });
}
