import type { DatabaseSync } from "node:sqlite";
import { LedgerUnusableError, type CollectionQuery } from "../ledger.ts";
import type { Store, Version } from "../store.ts";
import { cachedHead, type CurrentCache } from "./current-cache.ts";
import { SqliteSession } from "./session.ts";
import { SqliteSnapshot } from "./snapshot.ts";

/** One connection for reads, which therefore see committed versions only, and one for writes. */
export class SqliteStore extends SqliteSnapshot implements Store {
  readonly id: string;
  readonly #reading: DatabaseSync;
  readonly #writing: DatabaseSync | undefined;
  readonly #session: SqliteSession | undefined;
  readonly #cache: CurrentCache | undefined;

  /** `cache`: nobody else writes the file. */
  constructor(reading: DatabaseSync, writing: DatabaseSync | undefined, cache?: CurrentCache) {
    super(reading);
    this.#reading = reading;
    this.#writing = writing;
    this.#cache = cache;
    this.#session = writing && new SqliteSession(writing, cache);
    this.id = String(reading.prepare("SELECT id FROM ledger").get()?.["id"]);
  }

  override head(key: string): Version | undefined {
    return this.#cache ? cachedHead(this.#cache, key, () => super.head(key)) : super.head(key);
  }

  override collection(query: CollectionQuery): readonly Version[] {
    if (this.#cache === undefined) return super.collection(query);
    const known = this.#cache.keysOf(query);
    const keys = known ?? this.listedKeys(query);
    if (known === undefined) this.#cache.keepKeys(query, keys);
    return keys.flatMap((key) => this.head(key) ?? []);
  }

  begin(): SqliteSession {
    if (this.#session === undefined) throw new LedgerUnusableError("the ledger was opened for reading only");
    return this.#session.begin();
  }

  close(): void {
    this.#reading.close();
    // Last, because the last connection to go writes the journal back and removes it.
    this.#writing?.close();
  }
}
