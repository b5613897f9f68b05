import { decodePercent } from "../model/percent-encoding.ts";
import type { RouteSegment } from "../model/route-key.ts";

export type PathParameters = Readonly<Record<string, string>>;

/** Without a prototype: a variable may be called `__proto__`. */
export const NO_PATH_PARAMETERS: PathParameters = Object.freeze(Object.create(null) as Record<string, string>);

/**
 * The decoded values of a route's variables in a raw path that matched it; `from` as in RouteTable.match. A greedy value
 * is everything from its segment on, its slashes included.
 */
export function pathParametersOf(segments: readonly RouteSegment[], path: string, from: number): PathParameters {
  let parameters: Record<string, string> | undefined;
  let start = from + 1;
  for (const segment of segments) {
    const slash = path.indexOf("/", start);
    const end = slash < 0 || segment.kind === "greedy" ? path.length : slash;
    if (segment.kind !== "literal") {
      parameters ??= Object.create(null) as Record<string, string>;
      parameters[segment.name] = decodePercent(path.slice(start, end));
    }
    start = end + 1;
  }
  return parameters ?? NO_PATH_PARAMETERS;
}
