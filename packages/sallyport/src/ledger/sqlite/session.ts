import type { DatabaseSync } from "node:sqlite";
import { LedgerUnavailableError, scopeOf, type Revision } from "../ledger.ts";
import { FOREVER, type Amendment, type Collected, type Session, type State, type Superseded } from "../store.ts";
import { SqliteSnapshot } from "./snapshot.ts";

type Row = Superseded & { readonly pinned: number };

/** The write connection, for as long as one transaction is open on it. */
export class SqliteSession extends SqliteSnapshot implements Session {
  readonly #database: DatabaseSync;
  #before: State = { revision: 0, horizon: 0 };

  constructor(database: DatabaseSync) {
    super(database);
    this.#database = database;
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

  write(amendments: readonly Amendment[], revision: Revision): void {
    this.#guard(() => {
      for (const amendment of amendments) this.#writeOne(amendment, revision);
    });
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
    } catch (cause) {
      throw new LedgerUnavailableError("the ledger's file could not be committed", { cause, outcomeUnknown: true });
    }
  }

  end(): void {
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

  #list({ key, collection, created, json, supersedes }: Amendment): void {
    const stays = json !== null && supersedes?.collection === collection && supersedes.created === created;
    if (stays) return;
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
