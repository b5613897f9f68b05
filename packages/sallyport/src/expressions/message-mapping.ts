/** Parameter mappings of WebSocket APIs: API Gateway Developer Guide, "Set up data mapping for WebSocket APIs". */
import { type BodyPath, bodyPathOf } from "./body-path.ts";

/** Something that a mapping of a WebSocket API reads. Multi-value sources keep all values, joined by commas. */
export type MessageSource =
  | {
      readonly kind: "header" | "querystring" | "multivalueheader" | "multivaluequerystring";
      readonly name: string;
    }
  | { readonly kind: "context" | "stageVariable"; readonly name: string }
  | { readonly kind: "body"; readonly path: BodyPath }
  | { readonly kind: "literal"; readonly text: string };

/** Where a value goes: a header, a query parameter, or a variable `{name}` of the integration's URI. */
export interface MessageDestination {
  readonly kind: "header" | "querystring" | "path";
  readonly name: string;
}

export interface MessageMapping {
  readonly kind: "mapping";
  readonly destination: MessageDestination;
  readonly source: MessageSource;
}

/** Which half of an entry is wrong. */
export interface MessageMappingFault {
  readonly kind: "fault";
  readonly fault: "key" | "source";
}

const NAME = String.raw`[a-zA-Z0-9._$-]+`;
const REQUEST_KEY = new RegExp(`^integration\\.request\\.(header|querystring|path)\\.(${NAME})$`);
/** The documented key of a reply begins with `method`; `route` is the form of the newer pages (unverified). */
const RESPONSE_KEY = new RegExp(`^(?:method|route)\\.response\\.(header)\\.(${NAME})$`);
/** `method.request` is the API reference's spelling of `route.request` (unverified alias). */
const REQUEST_SOURCE = new RegExp(
  `^(?:route|method)\\.request\\.(header|querystring|multivalueheader|multivaluequerystring)\\.(${NAME})$`,
);
const RESPONSE_SOURCE = new RegExp(`^integration\\.response\\.(header|multivalueheader)\\.(${NAME})$`);
const SHARED_SOURCE = /^(context|stageVariables)\.([^\s'{}]+)$/;
/** Parameters that a route declares before its integration may read them. */
const DECLARED = new RegExp(`^route\\.request\\.(header|querystring)\\.(${NAME})$`);

/** One entry of the `requestParameters` of a WebSocket API's integration. */
export function parseMessageRequestMapping(key: string, value: string): MessageMapping | MessageMappingFault {
  return mapping(REQUEST_KEY.exec(key), sharedSource(value) ?? requestSource(value));
}

/** One entry of the `responseParameters` of an integration response. */
export function parseMessageResponseMapping(key: string, value: string): MessageMapping | MessageMappingFault {
  return mapping(RESPONSE_KEY.exec(key), sharedSource(value) ?? responseSource(value));
}

/** The parameter that a key of a route's `requestParameters` declares: `route.request.header.x`. */
export function parseDeclaredParameter(
  key: string,
): { readonly kind: "header" | "querystring"; readonly name: string } | undefined {
  const [, kind, name] = DECLARED.exec(key) ?? [];
  return name === undefined ? undefined : { kind: kind === "header" ? "header" : "querystring", name };
}

function mapping(key: RegExpExecArray | null, source: MessageSource | undefined): MessageMapping | MessageMappingFault {
  const [, kind, name] = key ?? [];
  if (kind === undefined || name === undefined) return { kind: "fault", fault: "key" };
  if (!source) return { kind: "fault", fault: "source" };
  return { kind: "mapping", destination: { kind: kind as MessageDestination["kind"], name }, source };
}

function sharedSource(value: string): MessageSource | undefined {
  const literal = /^'(.*)'$/s.exec(value)?.[1];
  if (literal !== undefined) return { kind: "literal", text: literal };
  const [, root, name] = SHARED_SOURCE.exec(value) ?? [];
  if (name === undefined) return undefined;
  return { kind: root === "context" ? "context" : "stageVariable", name };
}

function requestSource(value: string): MessageSource | undefined {
  const [, kind, name] = REQUEST_SOURCE.exec(value) ?? [];
  if (kind !== undefined && name !== undefined) {
    return { kind: kind as "header" | "querystring" | "multivalueheader" | "multivaluequerystring", name };
  }
  return bodySource(/^(?:route|method)\.request\.(body.*)$/s.exec(value)?.[1]);
}

function responseSource(value: string): MessageSource | undefined {
  const [, kind, name] = RESPONSE_SOURCE.exec(value) ?? [];
  if (kind !== undefined && name !== undefined) return { kind: kind as "header" | "multivalueheader", name };
  return bodySource(/^integration\.response\.(body.*)$/s.exec(value)?.[1]);
}

function bodySource(reference: string | undefined): MessageSource | undefined {
  const path = reference === undefined ? undefined : bodyPathOf(reference);
  return path && { kind: "body", path };
}
