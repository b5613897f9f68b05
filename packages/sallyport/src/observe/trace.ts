/** What one step of a pipeline has to tell. */
export interface TraceEvent {
  readonly step: string;
  /** One line for people. */
  readonly message: string;
}

/** The story of one request. Where none is wanted there is no object: callers write `trace?.report(…)`. */
export interface Trace {
  report(event: TraceEvent): void;
}

/** Decides whether the story of a request is wanted. */
export type Tracer = (requestId: string) => Trace | undefined;
