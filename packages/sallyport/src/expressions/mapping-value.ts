/** Values of parameter mappings of HTTP APIs: API Gateway Developer Guide, "Transforming API requests and responses". */
import { type BodyPath, bodyPathOf } from "./body-path.ts";

/** Whether the mapping is worked out before or after the integration: it decides what can be read. */
export type MappingSide = "request" | "response";

/** Something of the call that a mapping reads. `path` is the request's path without the stage. */
export type MappingSource =
  | { readonly kind: "header" | "querystring" | "pathVariable" | "context" | "stageVariable"; readonly name: string }
  | { readonly kind: "path" }
  | { readonly kind: "body"; readonly path: BodyPath };

/** One bare source, whose absence leaves the mapping out, or text with placeholders, where it leaves a gap. */
export type MappingValue =
  | { readonly kind: "source"; readonly source: MappingSource }
  | { readonly kind: "text"; readonly parts: readonly (string | MappingSource)[] };

/** The expression in a value that names nothing a mapping of this side can read. */
export interface MappingValueFault {
  readonly kind: "fault";
  readonly source: string;
}

const PLACEHOLDER = /\$\{([^{}]*)\}/;
/** Field names of RFC 9110. */
export const HEADER_NAME: RegExp = /^[\w!#$%&'*+.^`|~-]+$/;
/** Our choice: anything a query parameter's name can be without being encoded differently by two clients. */
export const QUERY_NAME: RegExp = /^[^\s{}&=#]+$/;
/** Claims may be named like URLs, so hardly anything is ruled out. */
const CONTEXT_NAME = /^[^\s{}$]+$/;
const STAGE_VARIABLE = /^\w+$/;
/** Names of the service's own expression for a part of a route's path. */
const PATH_VARIABLE = /^[\w.:-]+$/;

/** The source that `request.header.x` (without `$`) names, or undefined. */
export function parseMappingSource(side: MappingSide, reference: string): MappingSource | undefined {
  const shared = sharedSource(reference);
  if (shared) return shared;
  if (!reference.startsWith(`${side}.`)) return undefined;
  const rest = reference.slice(side.length + 1);
  const path = bodyPathOf(rest);
  if (path) return { kind: "body", path };
  const header = nameBehind(rest, "header.", HEADER_NAME);
  if (header !== undefined) return { kind: "header", name: header };
  return side === "request" ? requestSource(rest) : undefined;
}

function sharedSource(reference: string): MappingSource | undefined {
  const context = nameBehind(reference, "context.", CONTEXT_NAME);
  if (context !== undefined) return { kind: "context", name: context };
  const variable = nameBehind(reference, "stageVariables.", STAGE_VARIABLE);
  return variable === undefined ? undefined : { kind: "stageVariable", name: variable };
}

function requestSource(rest: string): MappingSource | undefined {
  if (rest === "path") return { kind: "path" };
  const query = nameBehind(rest, "querystring.", QUERY_NAME);
  if (query !== undefined) return { kind: "querystring", name: query };
  const variable = nameBehind(rest, "path.", PATH_VARIABLE);
  return variable === undefined ? undefined : { kind: "pathVariable", name: variable };
}

function nameBehind(reference: string, prefix: string, pattern: RegExp): string | undefined {
  if (!reference.startsWith(prefix)) return undefined;
  const name = reference.slice(prefix.length);
  return pattern.test(name) ? name : undefined;
}

/**
 * A value of a mapping: one bare expression (`$request.header.x`), or text with `${…}` placeholders. A `$` that begins
 * neither is itself (our choice): prices are not expressions.
 */
export function parseMappingValue(side: MappingSide, value: string): MappingValue | MappingValueFault {
  if (/^\$[a-zA-Z]/.test(value)) {
    const source = parseMappingSource(side, value.slice(1));
    return source ? { kind: "source", source } : { kind: "fault", source: value };
  }
  const parts: (string | MappingSource)[] = [];
  for (const [index, piece] of value.split(PLACEHOLDER).entries()) {
    if (index % 2 === 1) {
      const source = parseMappingSource(side, piece);
      if (!source) return { kind: "fault", source: `\${${piece}}` };
      parts.push(source);
    } else if (piece.includes("${")) {
      return { kind: "fault", source: piece.slice(piece.indexOf("${")) };
    } else if (piece !== "") parts.push(piece);
  }
  return { kind: "text", parts };
}
