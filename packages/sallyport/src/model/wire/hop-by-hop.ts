import type { RawHeaders } from "../raw-headers.ts";
import { sameHeaderName } from "../raw-headers.ts";

/** Headers of one connection (RFC 9110, 7.6.1). `proxy-*` and what `Connection` lists come on top. */
const HOP_BY_HOP: ReadonlySet<string> = new Set([
  "connection",
  "http2-settings",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** Whether a header, in lower case, ends at this hop whatever `Connection` says. */
export function isHopByHop(lowerName: string): boolean {
  return HOP_BY_HOP.has(lowerName) || lowerName.startsWith("proxy-");
}

/** The names that `Connection` lists, in lower case; undefined for the usual `keep-alive` and `close`. */
export function listedInConnection(headers: RawHeaders): ReadonlySet<string> | undefined {
  let listed: Set<string> | undefined;
  for (let at = 0; at < headers.length; at += 2) {
    if (!sameHeaderName(headers[at]!, "connection")) continue;
    const value = headers[at + 1]!.toLowerCase();
    if (value === "keep-alive" || value === "close") continue;
    listed ??= new Set();
    for (const name of value.split(",")) listed.add(name.trim());
  }
  return listed;
}

/** The end-to-end headers of a response, in a list of its own. */
export function endToEnd(headers: RawHeaders): string[] {
  const listed = listedInConnection(headers);
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const name = headers[at]!;
    const lowerName = name.toLowerCase();
    if (isHopByHop(lowerName) || listed?.has(lowerName)) continue;
    kept.push(name, headers[at + 1]!);
  }
  return kept;
}
