/** `/_sallyport/traces`: what happened to the latest requests, as JSON or, as it happens, as server-sent events. */
import { AwsError } from "../model/errors.ts";
import { apigatewayArn } from "../model/arn.ts";
import { matches, type TraceQuery, type TraceStore } from "../observe/traces/trace-store.ts";
import type { TraceRecord } from "../observe/traces/trace-record.ts";
import { authorize } from "../protocol/iam/authorize.ts";
import { MalformedEncodingError, parseQueryString } from "../protocol/query-string.ts";
import type { AwsRequest, AwsResponse, Caller } from "../protocol/service.ts";
import type { LiveAnswer, LiveSink } from "./live-answers.ts";

/** Our choices. */
const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1_000;
const MAX_LISTENERS = 20;
const HEARTBEAT_MS = 15_000;
const PARAMETERS: readonly string[] = ["requestId", "apiId", "status", "limit"];

export interface TracesPageOptions {
  readonly traces: TraceStore;
  /** Credentials are configured: callers see the APIs of their account that their policies let them read. */
  readonly restricted: boolean;
  /** Default: 15 s. */
  readonly heartbeatMs?: number;
}

export type TracesPage = (request: AwsRequest, caller: Caller) => AwsResponse | LiveAnswer;

export function tracesPage({ traces, restricted, heartbeatMs = HEARTBEAT_MS }: TracesPageOptions): TracesPage {
  let listeners = 0;
  const live = (query: TraceQuery, replayed: number): LiveAnswer => {
    if (listeners >= MAX_LISTENERS) {
      throw new AwsError("TooManyRequestsException", 429, `${MAX_LISTENERS} listeners follow the traces already`);
    }
    return {
      headers: { "content-type": "text/event-stream", "cache-control": "no-store" },
      begin: (sink) => {
        listeners += 1;
        const stop = follow(traces, query, replayed, sink, heartbeatMs);
        return () => {
          listeners -= 1;
          stop();
        };
      },
    };
  };
  return (request, caller) => {
    if (request.method !== "GET") throw badParameter("the method", request.method, "GET");
    const { query, limitGiven } = queryOf(request, restricted ? caller : undefined);
    if (acceptsEvents(request)) return live(query, limitGiven ? query.limit : 0);
    return json({ traces: traces.list(query) });
  };
}

function follow(
  traces: TraceStore,
  query: TraceQuery,
  replayed: number,
  sink: LiveSink,
  heartbeatMs: number,
): () => void {
  sink.write(": Sallyport tells traces as requests end\n\n");
  for (const record of traces.list({ ...query, limit: replayed }).toReversed()) sink.write(eventText(record));
  const unsubscribe = traces.subscribe((record) => {
    if (matches(record, query)) sink.write(eventText(record));
  });
  // Proxies and browsers give up connections that are silent.
  const heartbeat = setInterval(() => sink.write(":\n\n"), heartbeatMs).unref();
  return () => {
    clearInterval(heartbeat);
    unsubscribe();
  };
}

function eventText(record: TraceRecord): string {
  return `event: trace\nid: ${record.requestId}\ndata: ${JSON.stringify(record)}\n\n`;
}

function acceptsEvents({ headers }: AwsRequest): boolean {
  return (headers["accept"] ?? "").split(",").some((type) => type.trim().startsWith("text/event-stream"));
}

function queryOf(request: AwsRequest, caller: Caller | undefined): { query: TraceQuery; limitGiven: boolean } {
  const given = parametersOf(request.query);
  const query = {
    requestId: given.get("requestId"),
    apiId: given.get("apiId"),
    status: numberOf("status", given.get("status"), 599),
    limit: numberOf("limit", given.get("limit"), MAX_LIMIT) ?? DEFAULT_LIMIT,
    allows: caller && ((record: TraceRecord) => maySee(caller, record)),
  };
  return { query, limitGiven: given.has("limit") };
}

function parametersOf(text: string): ReadonlyMap<string, string> {
  try {
    const given = new Map<string, string>();
    for (const [name, values] of parseQueryString(text)) {
      // Those of a presigned call.
      if (name.startsWith("X-Amz-")) continue;
      if (!PARAMETERS.includes(name)) throw badParameter("a parameter", name, `one of ${PARAMETERS.join(", ")}`);
      given.set(name, values[0] ?? "");
    }
    return given;
  } catch (error) {
    if (error instanceof MalformedEncodingError) throw badParameter("the query", text, "percent-encoded");
    throw error;
  }
}

function numberOf(name: string, text: string | undefined, maximum: number): number | undefined {
  if (text === undefined) return undefined;
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value <= maximum)) throw badParameter(name, text, `a whole number up to ${maximum}`);
  return value;
}

/** As for the API itself: its account's callers, with permission to read it. Requests of no API are for those who may everything. */
function maySee(caller: Caller, { accountId, region, apiId }: TraceRecord): boolean {
  if (accountId === undefined || region === undefined) return caller.principal.policies === undefined;
  if (accountId !== caller.account) return false;
  try {
    authorize(caller, "apigateway:GET", apigatewayArn(region, `/apis/${apiId}`));
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}

function badParameter(name: string, value: string, rule: string): AwsError {
  return new AwsError("BadRequestException", 400, `${name} is ${JSON.stringify(value.slice(0, 200))}: must be ${rule}`);
}

function json(body: object): AwsResponse {
  const headers = { "content-type": "application/json", "cache-control": "no-store" };
  return { status: 200, headers, body: JSON.stringify(body) };
}
