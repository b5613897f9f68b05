import type { Trace, TraceEvent, TraceSummary, TraceValue } from "../trace.ts";
import { masked, maskedHeaders, maskedValue } from "./masking.ts";
import type { TraceRecord, TraceStep } from "./trace-record.ts";

/** A request takes about a dozen steps. Our choices. */
const MAX_STEPS = 100;
const MAX_TEXT = 4_000;

/** Gathers what the steps of one request tell. */
export class RecordedTrace implements Trace {
  readonly #requestId: string;
  readonly #nowMs: () => number;
  readonly #startedMs: number;
  readonly #keep: (record: TraceRecord) => void;
  readonly #steps: TraceStep[] = [];
  #dropped = 0;
  #ended = false;

  constructor(requestId: string, nowMs: () => number, keep: (record: TraceRecord) => void) {
    this.#requestId = requestId;
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
    this.#keep = keep;
  }

  report({ step, message, facts, headers }: TraceEvent): void {
    if (this.#ended || this.#steps.length >= MAX_STEPS) {
      this.#dropped += 1;
      return;
    }
    this.#steps.push({
      step,
      atMs: rounded(this.#nowMs() - this.#startedMs),
      message: text(masked(message)),
      ...(facts && { facts: maskedFacts(facts) }),
      ...(headers && { headers: maskedHeaders(headers).map(text) }),
    });
  }

  end(summary: TraceSummary): void {
    if (this.#ended) return;
    this.#ended = true;
    const { latencyMs, integrationLatencyMs } = summary;
    this.#keep({
      requestId: this.#requestId,
      ...summary,
      target: text(masked(summary.target)),
      host: text(masked(summary.host)),
      headers: maskedHeaders(summary.headers).map(text),
      latencyMs: rounded(latencyMs),
      integrationLatencyMs: integrationLatencyMs === undefined ? undefined : rounded(integrationLatencyMs),
      steps: this.#steps,
      stepsDropped: this.#dropped,
    });
  }
}

function maskedFacts(facts: Readonly<Record<string, TraceValue>>): Record<string, TraceValue> {
  return Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, maskedFact(name, value)]));
}

function maskedFact(name: string, value: TraceValue): TraceValue {
  if (typeof value === "string") return text(maskedValue(name, value));
  return typeof value === "object" ? value.map((entry) => text(maskedValue(name, entry))) : value;
}

function text(value: string): string {
  return value.length <= MAX_TEXT ? value : `${value.slice(0, MAX_TEXT)}...`;
}

/** To a hundredth: more is noise. */
function rounded(durationMs: number): number {
  return Math.round(durationMs * 100) / 100;
}
