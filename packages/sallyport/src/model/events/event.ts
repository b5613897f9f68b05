/** Events of Lambda functions. API Gateway Developer Guide, "Working with AWS Lambda proxy integrations for HTTP APIs". */
import type { RequestContext } from "../request-context.ts";
import type { EventBody } from "./event-body.ts";

/** What an event is made of besides the request itself. */
export interface EventInput {
  readonly request: RequestContext;
  /** Undefined when the request has none. */
  readonly body: EventBody | undefined;
  /** Bytes of the body; undefined when it is of unknown length and not in the event. */
  readonly contentLength: number | undefined;
  /** A new value for a trace's root. */
  readonly traceRoot: string;
  /** Path that a parameter mapping put in place of the request's, raw: events show mapped values (unverified). */
  readonly pathOverride: string | undefined;
  /** Names of headers that mappings wrote, in lower case: events show them whatever `Connection` says. */
  readonly mappedHeaders?: ReadonlySet<string> | undefined;
}

/** A map as events hold it. Without a prototype: names come from the client, and `__proto__` is one like any other. */
export function eventMap<T>(): Record<string, T> {
  return Object.create(null) as Record<string, T>;
}

/** Whether a map has any entry. */
export function hasEntries(map: object): boolean {
  for (const _ in map) return true;
  return false;
}
