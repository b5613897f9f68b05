/** Methods that a route key of an HTTP API may name. API Gateway V2 API reference, Route. */
export const ROUTE_METHODS = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"] as const;

export type RouteMethod = (typeof ROUTE_METHODS)[number];

/** One part of a route's path. `greedy` takes all that is left and stands last. */
export type RouteSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "variable"; readonly name: string }
  | { readonly kind: "greedy"; readonly name: string };

export interface PathRouteKey {
  readonly kind: "path";
  readonly method: RouteMethod;
  /** As written, beginning with `/`. */
  readonly path: string;
  /** Empty for `/`. */
  readonly segments: readonly RouteSegment[];
}

export interface DefaultRouteKey {
  readonly kind: "default";
}

/** What a route of an HTTP API matches. */
export type HttpRouteKey = DefaultRouteKey | PathRouteKey;

/**
 * Why a text is no route key: `format`: not `METHOD /path` or `$default`; `part`: a part of the path is neither a
 * literal nor one variable; `greedy`: a greedy variable is not the last part.
 */
export type RouteKeyFault = "format" | "part" | "greedy";

export type ParsedHttpRouteKey = HttpRouteKey | { readonly kind: "fault"; readonly fault: RouteKeyFault };

const DEFAULT_KEY: DefaultRouteKey = { kind: "default" };
const METHODS: ReadonlySet<string> = new Set(ROUTE_METHODS);
/** The service's own expression for a part, taken from its error message (observed). */
const PART = /^(?:\{(?<name>[\w.:-]+)(?<greedy>\+?)\}|[a-zA-Z0-9.:_-]+)$/;

function isRouteMethod(text: string): text is RouteMethod {
  return METHODS.has(text);
}

function parseSegment(part: string): RouteSegment | undefined {
  const match = PART.exec(part);
  if (!match) return undefined;
  const name = match.groups?.["name"];
  if (name === undefined) return { kind: "literal", text: part };
  return { kind: match.groups?.["greedy"] ? "greedy" : "variable", name };
}

/** The parts of `METHOD /path` or `$default`. A trailing slash is an empty last part and with that a fault. */
export function parseHttpRouteKey(text: string): ParsedHttpRouteKey {
  if (text === "$default") return DEFAULT_KEY;
  const blank = text.indexOf(" ");
  const method = text.slice(0, blank);
  const path = text.slice(blank + 1);
  if (blank < 0 || !isRouteMethod(method) || !path.startsWith("/")) return { kind: "fault", fault: "format" };
  if (path === "/") return { kind: "path", method, path, segments: [] };

  const segments: RouteSegment[] = [];
  for (const part of path.slice(1).split("/")) {
    const segment = parseSegment(part);
    if (!segment) return { kind: "fault", fault: "part" };
    segments.push(segment);
  }
  const greedyAt = segments.findIndex((segment) => segment.kind === "greedy");
  if (greedyAt >= 0 && greedyAt < segments.length - 1) return { kind: "fault", fault: "greedy" };
  return { kind: "path", method, path, segments };
}
