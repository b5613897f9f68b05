import type { DatabaseSync } from "node:sqlite";
import { LedgerUnavailableError, scopeOf, type CollectionQuery, type Revision } from "../ledger.ts";
import {
  FOREVER,
  type Amendment,
  type Collected,
  type Session,
  type State,
  type Superseded,
  type Version,
} from "../store.ts";
import { cachedHead, type CurrentCache } from "./current-cache.ts";
import { SqliteSnapshot } from "./snapshot.ts";

type Row = Superseded & { readonly pinned: number };

/** The write connection, for as long as one transaction is open on it. */
export class SqliteSession extends SqliteSnapshot implements Session {
  readonly #database: DatabaseSync;
  readonly #cache: CurrentCache | undefined;
  /** What this transaction has written so far, by key: in front of the cache until it is committed. */
  readonly #written = new Map<string, Amendment>();
  /** Collections that have gained or lost a document in it. */
  readonly #relisted = new Set<string>();
  #before: State = { revision: 0, horizon: 0 };

  constructor(database: DatabaseSync, cache?: CurrentCache) {
    super(database);
    this.#database = database;
    this.#cache = cache;
  }

  get before(): State {
    return this.#before;
  }

  /** One object serves all transactions in turn, so that its statements stay prepared. */
  begin(): this {
    try {
      this.#database.exec("BEGIN IMMEDIATE");
      this.#before = this.state();
    } catch (cause) {
      this.end();
      throw new LedgerUnavailableError("the ledger's file cannot be written now", { cause });
    }
    return this;
  }

  override head(key: string): Version | undefined {
    if (this.#cache === undefined) return super.head(key);
    const written = this.#written.get(key);
    if (written !== undefined) return written.json === null ? undefined : written;
    return cachedHead(this.#cache, key, () => super.head(key));
  }

  override collection(query: CollectionQuery): readonly Version[] {
    if (this.#cache === undefined) return super.collection(query);
    const changed = this.#relisted.has(query.collection);
    const known = changed ? undefined : this.#cache.keysOf(query);
    const keys = known ?? this.listedKeys(query);
    // What is not committed yet must not get into the cache.
    if (known === undefined && !changed) this.#cache.keepKeys(query, keys);
    return keys.flatMap((key) => this.head(key) ?? []);
  }

  write(amendments: readonly Amendment[], revision: Revision): void {
    this.#guard(() => {
      for (const amendment of amendments) this.#writeOne(amendment, revision);
    });
    if (this.#cache === undefined) return;
    for (const amendment of amendments) {
      this.#written.set(amendment.key, amendment);
      if (isListedAsBefore(amendment)) continue;
      this.#relisted.add(amendment.collection);
      if (amendment.supersedes) this.#relisted.add(amendment.supersedes.collection);
    }
  }

  collect(horizon: Revision, after: Superseded, limit: number): Collected {
    return this.#guard(() => {
      const { until, key, revision } = after;
      const rows = this.statement("superseded").all(horizon, until, key, revision, limit) as unknown as readonly Row[];
      const unpinned = rows.filter(({ pinned }) => pinned === 0);
      for (const row of unpinned) this.statement("remove").run(row.key, row.revision);
      return { removed: unpinned.length, last: rows.at(-1) };
    });
  }

  commit({ revision, horizon }: State): void {
    this.#guard(() => this.statement("setState").run(revision, horizon));
    try {
      this.#database.exec("COMMIT");
      this.#cache?.apply(this.#written.values(), this.#relisted);
    } catch (cause) {
      this.#cache?.clear();
      throw new LedgerUnavailableError("the ledger's file could not be committed", { cause, outcomeUnknown: true });
    }
  }

  end(): void {
    this.#written.clear();
    this.#relisted.clear();
    if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
  }

  #writeOne(amendment: Amendment, revision: Revision): void {
    const { key, collection, created, json, supersedes, pin } = amendment;
    if (supersedes !== undefined) {
      const { changes } = this.statement("supersede").run(revision, key, supersedes.revision);
      if (changes !== 1) throw new Error(`revision ${supersedes.revision} of ${key} is not the current one`);
    }
    this.#list(amendment);
    const until = json === null ? revision : FOREVER;
    const pinned = [pin?.scope ?? null, pin?.revision ?? null];
    this.statement("insert").run(key, revision, until, created, scopeOf(key), collection, ...pinned, json);
  }

  #list(amendment: Amendment): void {
    if (isListedAsBefore(amendment)) return;
    const { key, collection, created, json, supersedes } = amendment;
    if (supersedes !== undefined) this.statement("delist").run(supersedes.collection, supersedes.created, key);
    if (json !== null) this.statement("enlist").run(collection, created, key);
  }

  /**
   * SQLite ends the transaction by itself after some errors (disk full, I/O). What is written after that would be
   * committed at once, on its own.
   */
  #guard<T>(write: () => T): T {
    if (!this.#database.isTransaction) throw new LedgerUnavailableError("SQLite has given up the transaction");
    try {
      return write();
    } catch (cause) {
      throw new LedgerUnavailableError("the ledger's file could not be written", { cause });
    }
  }
}

function isListedAsBefore({ collection, created, json, supersedes }: Amendment): boolean {
  return json !== null && supersedes?.collection === collection && supersedes.created === created;
}
