import { isIPv6 } from "node:net";

/** What a client said about the way its request took before it came here. */
export interface SentForwarding {
  /** A `Forwarded` header. */
  readonly forwarded?: string;
  /** `X-Forwarded-For`, `-Host` and `-Proto`. */
  readonly for?: string;
  readonly host?: string;
  readonly proto?: string;
}

/** The hop from the client to this gateway. */
export interface Hop {
  /** The gateway's own address. */
  readonly by: string;
  readonly for: string;
  readonly host: string;
  readonly secure: boolean;
}

const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

/** A value of a `Forwarded` pair (RFC 7239): IPv6 addresses in brackets, and quoted when it is no token. */
function pairValue(text: string): string {
  if (TOKEN.test(text)) return text;
  const bracketed = isIPv6(text) ? `[${text}]` : text;
  return `"${bracketed.replace(/["\\]/g, "\\$&")}"`;
}

/**
 * The value of `Forwarded` for the back end. Own element: `by`, `for`, `host`, `proto` in this order (observed). The
 * service folds `X-Forwarded-*` into this header instead of passing it on (Developer Guide, HTTP proxy integrations for
 * HTTP APIs); how is not told: one element an address, in front of our own, is our choice and what RFC 7239, 7.4 advises.
 */
export function forwardedValue(hop: Hop, sent: SentForwarding): string {
  const { by, host, secure } = hop;
  const proto = secure ? "https" : "http";
  const own = `by=${pairValue(by)};for=${pairValue(hop.for)};host=${pairValue(host)};proto=${proto}`;
  if (!sent.forwarded && !sent.for && !sent.host && !sent.proto) return own;
  const earlier = [sent.forwarded, foldedElements(sent)].filter((text) => text);
  return earlier.length === 0 ? own : `${earlier.join(", ")}, ${own}`;
}

function foldedElements(sent: SentForwarding): string {
  const origin = [
    sent.host && `host=${pairValue(sent.host.trim())}`,
    sent.proto && `proto=${pairValue(sent.proto.trim())}`,
  ].filter((text) => text);
  const addresses = (sent.for ?? "").split(",").map((text) => text.trim());
  const elements = addresses.filter((text) => text).map((address) => `for=${pairValue(address)}`);
  if (origin.length === 0) return elements.join(", ");
  return [[elements[0], ...origin].filter((text) => text).join(";"), ...elements.slice(1)].join(", ");
}
