import type { TraceSummary, TraceValue } from "../trace.ts";

/** What one step told, masked. */
export interface TraceStep {
  readonly step: string;
  /** Since the request came in. */
  readonly atMs: number;
  readonly message: string;
  readonly facts?: Readonly<Record<string, TraceValue>>;
  /** Names and values in turn. */
  readonly headers?: readonly string[];
}

/** The story of a request, masked, as `/_sallyport/traces` shows it. */
export interface TraceRecord extends TraceSummary {
  readonly requestId: string;
  readonly steps: readonly TraceStep[];
  /** Steps that were not kept because there were too many. */
  readonly stepsDropped: number;
}
