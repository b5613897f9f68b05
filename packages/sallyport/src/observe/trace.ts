import type { RawHeaders } from "../model/raw-headers.ts";

export type TraceValue = string | number | boolean | readonly string[] | undefined;

/** What one step of a pipeline has to tell. Secrets are masked by who keeps it. */
export interface TraceEvent {
  readonly step: string;
  /** One line for people. */
  readonly message: string;
  /** Details by name, for programs. */
  readonly facts?: Readonly<Record<string, TraceValue>>;
  /** Headers that went in or out at this step. Kept as they are now. */
  readonly headers?: RawHeaders;
}

/** Who was asked for what, and what came of it. */
export interface TraceSummary {
  readonly timeMs: number;
  readonly method: string;
  readonly host: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly clientAddress: string;
  readonly headers: RawHeaders;
  readonly accountId: string | undefined;
  readonly region: string | undefined;
  readonly apiId: string | undefined;
  readonly stage: string | undefined;
  readonly routeKey: string | undefined;
  /** 0: the client went away before it had an answer. */
  readonly status: number;
  readonly latencyMs: number;
  readonly integrationLatencyMs: number | undefined;
  /** The client did not get all of its answer. */
  readonly aborted: boolean;
}

/** The story of one request. Where none is wanted there is no object: callers write `trace?.report(…)`. */
export interface Trace {
  report(event: TraceEvent): void;
  /** It is over. Nothing is reported afterwards. */
  end(summary: TraceSummary): void;
}

/** Decides whether the story of a request is wanted. */
export type Tracer = (requestId: string) => Trace | undefined;
