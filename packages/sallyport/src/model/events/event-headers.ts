import type { EventInput } from "./event.ts";
import { isHopByHop, listedInConnection } from "../wire/hop-by-hop.ts";
import { plainAddress } from "../wire/peer-address.ts";
import type { RawHeaders } from "../raw-headers.ts";
import { headerValue, joinedHeader } from "../raw-headers.ts";
import type { RequestContext } from "../request-context.ts";
import { traceHeader } from "../trace-id.ts";

/** A header as events show it: its name as the client wrote it first, and its values in the order sent. */
export interface EventHeader {
  readonly name: string;
  readonly values: string[];
}

/** What the headers of an event are made of besides the request's. */
export type EventHeaderOptions = Pick<EventInput, "traceRoot" | "contentLength" | "mappedHeaders">;

/** Written anew, or settled between client and gateway. */
const REWRITTEN: ReadonlySet<string> = new Set([
  "content-length",
  "expect",
  "x-amzn-trace-id",
  "x-forwarded-for",
  "x-forwarded-port",
  "x-forwarded-proto",
]);

/**
 * The headers of an event by lower-case name: the client's end-to-end headers and those that the gateway writes
 * (observed; which hop-by-hop headers are left out is unverified).
 */
export function eventHeaders(request: RequestContext, options: EventHeaderOptions): ReadonlyMap<string, EventHeader> {
  const { headers } = request;
  const { mappedHeaders } = options;
  const listed = listedInConnection(headers);
  const result = new Map<string, EventHeader>();
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const lowerName = name.toLowerCase();
    if (REWRITTEN.has(lowerName) || isHopByHop(lowerName)) continue;
    if (listed?.has(lowerName) && !mappedHeaders?.has(lowerName)) continue;
    const value = headerText(headers[at + 1]!);
    const known = result.get(lowerName);
    if (known) known.values.push(value);
    else result.set(lowerName, { name, values: [value] });
  }
  if (!mappedHeaders?.has("host")) {
    result.set("host", { name: "host", values: [hostOf(request, result.get("host")?.values[0])] });
  }
  addOwn(result, request, options);
  return result;
}

function addOwn(result: Map<string, EventHeader>, request: RequestContext, options: EventHeaderOptions): void {
  const { headers, clientAddress, secure } = request;
  const add = (name: string, value: string) => result.set(name, { name, values: [value] });
  if (options.contentLength !== undefined) add("content-length", String(options.contentLength));
  add("x-amzn-trace-id", traceHeader(joinedHeader(headers, "x-amzn-trace-id"), options.traceRoot));
  const sent = joinedHeader(headers, "x-forwarded-for");
  const peer = plainAddress(clientAddress);
  // That the peer is appended to what the client sent is unverified.
  add("x-forwarded-for", sent ? `${headerText(sent)}, ${peer}` : peer);
  add("x-forwarded-port", clientPort(headers, secure));
  add("x-forwarded-proto", secure ? "https" : "http");
}

/** `Host` as sent; where the API was called by another name, by its path for example, the one that stands for it. */
function hostOf({ domainName }: RequestContext, sent = ""): string {
  const port = HOST_PORT.exec(sent)?.[0] ?? "";
  return sent.slice(0, sent.length - port.length).toLowerCase() === domainName ? sent : domainName + port;
}

const HOST_PORT = /:(\d{1,5})$/;

/** The port that the client called: the one in `Host`, or the scheme's (our choice; the service has 443 only). */
function clientPort(headers: RawHeaders, secure: boolean): string {
  return HOST_PORT.exec(headerValue(headers, "host") ?? "")?.[1] ?? (secure ? "443" : "80");
}

const BYTES_BEYOND_ASCII = /^(?=[^]*[\x80-\xff])[\0-\xff]*$/;

/** A value of the wire as text: UTF-8 where its bytes are that, ISO 8859-1 otherwise (our choice). */
export function headerText(value: string): string {
  if (!BYTES_BEYOND_ASCII.test(value)) return value;
  const text = Buffer.from(value, "latin1").toString("utf8");
  return text.includes("�") ? value : text;
}
