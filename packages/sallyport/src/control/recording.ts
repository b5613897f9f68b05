import type { Document, PutOptions, Reader, Transaction, WriteOptions } from "../ledger/ledger.ts";
import { parseApiKey } from "../model/keys.ts";

/** Families whose documents are part of what a deployment serves. */
const DEPLOYED = new Set(["routes", "integrations", "authorizers", "models"]);

/** A transaction that remembers which APIs' definitions were written, so that no handler can forget to deploy them. */
export class RecordingTransaction implements Transaction {
  readonly #inner: Transaction;
  readonly #changed = new Set<string>();

  constructor(inner: Transaction) {
    this.#inner = inner;
  }

  get revision(): number {
    return this.#inner.revision;
  }

  /** Ids of the APIs whose definition has changed. */
  get changedApis(): ReadonlySet<string> {
    return this.#changed;
  }

  get<T>(...parameters: Parameters<Reader["get"]>): Promise<Document<T> | undefined> {
    return this.#inner.get<T>(...parameters);
  }

  list<T>(...parameters: Parameters<Reader["list"]>): Promise<readonly Document<T>[]> {
    return this.#inner.list<T>(...parameters);
  }

  put(key: string, value: unknown, options?: PutOptions): Promise<void> {
    this.#note(key);
    return this.#inner.put(key, value, options);
  }

  delete(key: string, options?: WriteOptions): Promise<void> {
    this.#note(key);
    return this.#inner.delete(key, options);
  }

  #note(key: string): void {
    const parsed = parseApiKey(key);
    if (parsed && (parsed.family === undefined || DEPLOYED.has(parsed.family))) this.#changed.add(parsed.apiId);
  }
}
