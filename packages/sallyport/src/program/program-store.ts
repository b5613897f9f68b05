import type { GatewayServices } from "./services.ts";
import type { Change, Ledger } from "../ledger/ledger.ts";
import { parseApiKey } from "../model/keys.ts";
import type { ApiProgram } from "./api-program.ts";
import { Compiler } from "./compiler.ts";

/** Routes kept compiled over all APIs; APIs without requests give way first. Our choice. */
const DEFAULT_MAX_WEIGHT = 500_000;
/** Ids kept in mind of APIs that do not exist. Our choice. */
const MAX_UNKNOWN = 1_000;
const API_ID = /^[a-z0-9]{1,32}$/;

export interface ProgramStoreOptions {
  readonly ledger: Ledger;
  readonly services: GatewayServices;
  /** Routes kept compiled. Default: 500,000. */
  readonly maxWeight?: number;
}

/** The state of one API here. */
interface Entry {
  /** The newest program compiled, current or not. */
  program: ApiProgram | undefined;
  fresh: boolean;
  /** A compilation that began after the last change. */
  compiling: Promise<ApiProgram | undefined> | undefined;
  /** A request since the last sweep. */
  used: boolean;
}

/**
 * The programs of all APIs, compiled when first asked for. The ledger tells of every write before it is acknowledged, and
 * with that marks the API stale: whoever asks after an acknowledgement gets what was written. A request keeps the program
 * it was given.
 */
export class ProgramStore {
  readonly #compiler: Compiler;
  readonly #maxWeight: number;
  readonly #entries = new Map<string, Entry>();
  readonly #unknown = new Set<string>();
  readonly #unsubscribe: () => void;
  #weight = 0;

  constructor(options: ProgramStoreOptions) {
    this.#compiler = new Compiler(options.ledger, options.services);
    this.#maxWeight = options.maxWeight ?? DEFAULT_MAX_WEIGHT;
    this.#unsubscribe = options.ledger.subscribe((changes) => this.#invalidate(changes));
  }

  /** APIs with a compiled program at the moment. */
  get size(): number {
    return this.#entries.size;
  }

  /** The program of an API: at once when it is current, undefined when there is no such API. */
  get(apiId: string): ApiProgram | undefined | Promise<ApiProgram | undefined> {
    const entry = this.#entries.get(apiId);
    if (entry?.fresh) {
      entry.used = true;
      return entry.program;
    }
    if (this.#unknown.has(apiId) || !API_ID.test(apiId)) return undefined;
    return this.#compile(apiId, entry ?? this.#begin(apiId));
  }

  /** Hears no more changes. */
  close(): void {
    this.#unsubscribe();
    this.#entries.clear();
  }

  #begin(apiId: string): Entry {
    const entry: Entry = { program: undefined, fresh: false, compiling: undefined, used: true };
    this.#entries.set(apiId, entry);
    return entry;
  }

  #compile(apiId: string, entry: Entry): Promise<ApiProgram | undefined> {
    if (entry.compiling) return entry.compiling;
    const compiling: Promise<ApiProgram | undefined> = this.#compiler.compile(apiId, entry.program).then(
      (program) => {
        if (entry.compiling === compiling) this.#adopt(apiId, entry, program);
        return program;
      },
      (error: unknown) => {
        if (entry.compiling === compiling) this.#abandon(apiId, entry);
        throw error;
      },
    );
    entry.compiling = compiling;
    return compiling;
  }

  /** The program that was compiled is current, for nothing has changed since its compilation began. */
  #adopt(apiId: string, entry: Entry, program: ApiProgram | undefined): void {
    entry.compiling = undefined;
    if (!program) {
      this.#forget(apiId, entry);
      this.#rememberUnknown(apiId);
      return;
    }
    this.#weight += program.weight - (entry.program?.weight ?? 0);
    entry.program = program;
    entry.fresh = true;
    entry.used = true;
    if (this.#weight > this.#maxWeight) this.#sweep(apiId);
  }

  #abandon(apiId: string, entry: Entry): void {
    entry.compiling = undefined;
    if (!entry.program) this.#forget(apiId, entry);
  }

  #forget(apiId: string, entry: Entry): void {
    this.#weight -= entry.program?.weight ?? 0;
    this.#entries.delete(apiId);
  }

  #rememberUnknown(apiId: string): void {
    if (this.#unknown.size >= MAX_UNKNOWN) this.#unknown.clear();
    this.#unknown.add(apiId);
  }

  /** Drops programs without a request since the last sweep until the rest fits; then, if it must, any but `keep`. */
  #sweep(keep: string): void {
    for (const spareUsed of [true, false]) {
      for (const [apiId, entry] of this.#entries) {
        if (this.#weight <= this.#maxWeight) return;
        if (apiId === keep || entry.compiling || (spareUsed && entry.used)) entry.used = false;
        else this.#forget(apiId, entry);
      }
    }
  }

  #invalidate(changes: readonly Change[]): void {
    for (const { key } of changes) {
      const place = parseApiKey(key);
      // A deployment reads the past and nothing else changes what a stage serves.
      if (!place || (place.family !== undefined && place.family !== "stages")) continue;
      this.#unknown.delete(place.apiId);
      const entry = this.#entries.get(place.apiId);
      if (!entry) continue;
      entry.fresh = false;
      entry.compiling = undefined;
    }
  }
}
