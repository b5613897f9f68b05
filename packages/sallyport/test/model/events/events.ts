import { eventBody } from "../../../src/model/events/event-body.ts";
import type { EventInput } from "../../../src/model/events/event.ts";
import { eventV1 } from "../../../src/model/events/event-v1.ts";
import { eventV2 } from "../../../src/model/events/event-v2.ts";
import { headerValue } from "../../../src/model/raw-headers.ts";
import type { RequestContext } from "../../../src/model/request-context.ts";
import { requestContext, TRACE_ROOT } from "./request-fixture.ts";

type Json = string | number | boolean | null | { readonly [name: string]: Json } | readonly Json[];
export type Event = Readonly<Record<string, Json>>;

export interface Given extends Partial<RequestContext> {
  readonly body?: string | Uint8Array;
  readonly pathOverride?: string;
  readonly mappedHeaders?: ReadonlySet<string>;
}

function input({ body: given, pathOverride, mappedHeaders, ...members }: Given): EventInput {
  const request = requestContext(members);
  const bytes = given === undefined ? undefined : Buffer.from(given);
  const { headers } = request;
  return {
    request,
    body: bytes && eventBody(bytes, headerValue(headers, "content-type"), headerValue(headers, "content-encoding")),
    contentLength: bytes?.byteLength ?? 0,
    traceRoot: TRACE_ROOT,
    pathOverride,
    mappedHeaders,
  };
}

/** As the function gets it: what JSON leaves out is not there. */
export const asSent = (event: object): Event => JSON.parse(JSON.stringify(event)) as Event;

export const v2 = (given: Given = {}): Event => asSent(eventV2(input(given)));
export const v1 = (given: Given = {}): Event => asSent(eventV1(input(given)));

/** A member of a member, or undefined. */
export function at(event: Json | undefined, ...path: readonly string[]): Json | undefined {
  let value = event;
  for (const name of path) {
    const isMap = typeof value === "object" && value !== null && Object.hasOwn(value, name);
    value = isMap ? (value as Event)[name] : undefined;
  }
  return value;
}

/** Headers as they stand on the wire. */
export const rawHeaders = (...pairs: readonly (readonly [string, string])[]): string[] => pairs.flat();
