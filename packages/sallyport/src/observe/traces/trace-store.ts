import type { Trace } from "../trace.ts";
import { RecordedTrace } from "./recorded-trace.ts";
import type { TraceRecord } from "./trace-record.ts";

/** Our choices. */
const MAX_COUNT = 1_000;
const MAX_BYTES = 16 * 1024 * 1024;
/** What objects and numbers take besides texts, for a record and for a step; rough. */
const RECORD_OVERHEAD = 500;
const STEP_OVERHEAD = 100;

export interface TraceStoreOptions {
  /** Part of the requests whose story is kept: 0 to 1. */
  readonly sample: number;
  /** From 0 up to 1. */
  readonly random: () => number;
  readonly nowMs: () => number;
  /** Default: 1,000. */
  readonly maxCount?: number;
  /** Default: 16 MB. */
  readonly maxBytes?: number;
}

export interface TraceQuery {
  readonly requestId?: string | undefined;
  readonly apiId?: string | undefined;
  readonly status?: number | undefined;
  readonly limit: number;
  /** Who asks may see it. */
  readonly allows?: ((record: TraceRecord) => boolean) | undefined;
}

/** The newest traces, in memory. The oldest give way, by number and by size. */
export class TraceStore {
  readonly #options: TraceStoreOptions;
  /** Oldest first, from `#first` on. */
  #kept: { readonly record: TraceRecord; readonly bytes: number }[] = [];
  #first = 0;
  #bytes = 0;
  readonly #listeners = new Set<(record: TraceRecord) => void>();

  constructor(options: TraceStoreOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#kept.length - this.#first;
  }

  get bytes(): number {
    return this.#bytes;
  }

  /** The trace of a request; undefined for those that the sampling leaves out. */
  begin(requestId: string): Trace | undefined {
    const { sample, random, nowMs } = this.#options;
    if (sample < 1 && random() >= sample) return undefined;
    return new RecordedTrace(requestId, nowMs, this.#keep);
  }

  /** Newest first. */
  list(query: TraceQuery): readonly TraceRecord[] {
    const found: TraceRecord[] = [];
    for (let at = this.#kept.length - 1; at >= this.#first && found.length < query.limit; at--) {
      const { record } = this.#kept[at]!;
      if (matches(record, query)) found.push(record);
    }
    return found;
  }

  /** Hears of every trace that is kept from now on, until the function returned is called. */
  subscribe(listener: (record: TraceRecord) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  readonly #keep = (record: TraceRecord): void => {
    const { maxCount = MAX_COUNT, maxBytes = MAX_BYTES } = this.#options;
    const bytes = bytesOf(record);
    this.#kept.push({ record, bytes });
    this.#bytes += bytes;
    while (this.count > maxCount || (this.#bytes > maxBytes && this.count > 0)) this.#forgetOldest();
    for (const listener of this.#listeners) listener(record);
  };

  #forgetOldest(): void {
    this.#bytes -= this.#kept[this.#first]!.bytes;
    this.#first += 1;
    // Moving the rest up each time would cost the square.
    if (this.#first < this.#kept.length / 2) return;
    this.#kept = this.#kept.slice(this.#first);
    this.#first = 0;
  }
}

/** Whether a query, its limit aside, is met. */
export function matches(record: TraceRecord, { requestId, apiId, status, allows }: TraceQuery): boolean {
  if (requestId !== undefined && record.requestId !== requestId) return false;
  if (apiId !== undefined && record.apiId !== apiId) return false;
  if (status !== undefined && record.status !== status) return false;
  return allows === undefined || allows(record);
}

function bytesOf(record: TraceRecord): number {
  let bytes = RECORD_OVERHEAD + lengthOf(record.headers) + record.target.length;
  for (const { message, facts, headers } of record.steps) {
    bytes += STEP_OVERHEAD + message.length + (headers ? lengthOf(headers) : 0);
    for (const value of facts ? Object.values(facts) : []) {
      bytes += typeof value === "object" ? lengthOf(value) : typeof value === "string" ? value.length : 8;
    }
  }
  return bytes;
}

function lengthOf(texts: readonly string[]): number {
  let length = 0;
  for (const text of texts) length += text.length + 16;
  return length;
}
