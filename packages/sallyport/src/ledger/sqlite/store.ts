import type { DatabaseSync } from "node:sqlite";
import { LedgerUnusableError } from "../ledger.ts";
import type { Store } from "../store.ts";
import { SqliteSession } from "./session.ts";
import { SqliteSnapshot } from "./snapshot.ts";

/** One connection for reads, which therefore see committed versions only, and one for writes. */
export class SqliteStore extends SqliteSnapshot implements Store {
  readonly id: string;
  readonly #reading: DatabaseSync;
  readonly #writing: DatabaseSync | undefined;
  readonly #session: SqliteSession | undefined;

  constructor(reading: DatabaseSync, writing: DatabaseSync | undefined) {
    super(reading);
    this.#reading = reading;
    this.#writing = writing;
    this.#session = writing && new SqliteSession(writing);
    this.id = String(reading.prepare("SELECT id FROM ledger").get()?.["id"]);
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
