import { encodePath, encodeQueryValue } from "../../model/percent-encoding.ts";

export type Values = Readonly<Record<string, string>>;

/** Text with `{name}` gaps: `texts` is one longer than `names`. */
interface Gapped {
  readonly texts: readonly string[];
  readonly names: readonly string[];
}

/** An `IntegrationUri` with a stage's variables in place, taken apart. */
export interface BoundUri {
  readonly kind: "uri";
  readonly scheme: string;
  readonly authority: Gapped;
  /** Where the request goes, when no path variable is part of host or port. */
  readonly place: Place | undefined;
  readonly path: Gapped;
  /** Without the question mark. */
  readonly query: Gapped | undefined;
}

/** Origin and value of `Host`. */
export interface Place {
  readonly origin: string;
  readonly host: string;
}

export interface UriFault {
  readonly kind: "fault";
  /** What is wrong, for the log. */
  readonly rule: string;
}

/** Where one request goes. */
export interface UpstreamTarget extends Place {
  readonly kind: "target";
  /** Path and query. */
  readonly path: string;
}

const STAGE_VARIABLE = /\$\{stageVariables\.([A-Za-z0-9_]+)\}/g;
const ABSOLUTE_URL = /^(https?):\/\/([^/?]+)([^?]*)(?:\?(.*))?$/is;
const PATH_VARIABLE = /\{([\w.:-]+)\+?\}/;
/** Characters that would not survive in a request line. */
const NOT_VISIBLE = /[^\x21-\x7e]/gu;
/** What a path variable may bring into host or port. Anything else could move the request to another place. */
const HOST_TEXT = /^[A-Za-z0-9.-]+$/;

const fault = (rule: string): UriFault => ({ kind: "fault", rule });

function gapped(text: string): Gapped {
  const pieces = text
    .toWellFormed()
    .replace(NOT_VISIBLE, (character) => encodeURIComponent(character))
    .split(PATH_VARIABLE);
  return { texts: pieces.filter((_, at) => at % 2 === 0), names: pieces.filter((_, at) => at % 2 === 1) };
}

/**
 * Puts a stage's variables into an `IntegrationUri` and takes it apart. The variables go in first, as text: one may hold
 * host, port and path at once. A fragment is ignored (our choice).
 */
export function bindUri(text: string, variables: Values): BoundUri | UriFault {
  let missing: string | undefined;
  const whole = text.replace(STAGE_VARIABLE, (_, name: string) => {
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value === undefined) missing ??= name;
    return value ?? "";
  });
  if (missing !== undefined) return fault(`stage variable ${missing} of the integration URI has no value`);

  const match = ABSOLUTE_URL.exec(whole.replace(/#.*$/s, ""));
  if (!match) return fault(`${whole} is no absolute http or https URL`);
  const [, scheme = "", host = "", path = "", query] = match;
  const authority = gapped(host);
  const place = authority.names.length === 0 ? placeOf(scheme, host) : undefined;
  if (authority.names.length === 0 && !place) return fault(`${host} is no host of a URL`);
  const parts = { path: gapped(path), query: query === undefined ? undefined : gapped(query) };
  return { kind: "uri", scheme, authority, place, ...parts };
}

/** Undefined for what is no host, and for a user name in front of it, which a request has no place for. */
function placeOf(scheme: string, authority: string): Place | undefined {
  if (authority.includes("@") || !URL.canParse(`${scheme}://${authority}`)) return undefined;
  const { origin, host } = new URL(`${scheme}://${authority}`);
  return { origin, host };
}

function filled(template: Gapped, values: Values, encode: (value: string) => string): string {
  let text = template.texts[0]!;
  for (let at = 0; at < template.names.length; at++) {
    text += encode(values[template.names[at]!]!) + template.texts[at + 1]!;
  }
  return text;
}

/** What differs from request to request. */
export interface UriInput {
  readonly pathParameters: Values;
  /** Raw path as routes see it; only looked at for `$default`. */
  readonly routePath: string;
  readonly isDefaultRoute: boolean;
  readonly query: string | undefined;
  /** Raw path in place of the whole path, that of the URI included (unverified where the URI has one). */
  readonly pathOverride?: string | undefined;
}

/**
 * The place, path and query of one request. Path values are encoded anew, segment by segment. The path of the request
 * is appended for `$default` only; its query is appended always (Developer Guide, HTTP proxy integrations for HTTP APIs;
 * the order of the two queries is unverified).
 */
export function targetOf(uri: BoundUri, input: UriInput): UpstreamTarget | UriFault {
  const values = input.pathParameters;
  const unresolved = firstUnresolved(uri, values);
  if (unresolved !== undefined) return fault(`the integration URI's {${unresolved}} is no variable of the route`);
  const place = uri.place ?? requestPlace(uri, values);
  if (!place) return fault("the path variables make no valid host of the integration URI");

  let path = input.pathOverride ?? filled(uri.path, values, encodePath);
  if (input.isDefaultRoute && input.pathOverride === undefined)
    path = (path.endsWith("/") ? path.slice(0, -1) : path) + input.routePath;
  const own = uri.query && filled(uri.query, values, encodeQueryValue);
  const query = own && input.query ? `${own}&${input.query}` : own || input.query;
  return { kind: "target", ...place, path: (path || "/") + (query === undefined ? "" : `?${query}`) };
}

function requestPlace(uri: BoundUri, values: Values): Place | undefined {
  if (!uri.authority.names.every((name) => HOST_TEXT.test(values[name]!))) return undefined;
  return placeOf(
    uri.scheme,
    filled(uri.authority, values, (value) => value),
  );
}

function firstUnresolved(uri: BoundUri, values: Values): string | undefined {
  const missing = (template: Gapped | undefined) => template?.names.find((name) => values[name] === undefined);
  return missing(uri.authority) ?? missing(uri.path) ?? missing(uri.query);
}
