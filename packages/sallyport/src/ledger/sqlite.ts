import { closeSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Feed } from "./feed.ts";
import { LedgerUnusableError } from "./ledger.ts";
import { pendingMigrations, type Migration } from "./migrations.ts";
import { checkOurs, migrateSqlite, schemaVersion } from "./sqlite/migrate.ts";
import { MIGRATIONS } from "./sqlite/schema.ts";
import { CurrentCache } from "./sqlite/current-cache.ts";
import { SqliteStore } from "./sqlite/store.ts";
import { StoredLedger } from "./stored-ledger.ts";

export interface SqliteLedgerOptions {
  /** The database file. It and its folder are created, for this user only, when they do not exist. */
  readonly path: string;
  /** Opens an existing file for reading: every write is refused, and other processes' writes are not announced. */
  readonly readOnly?: boolean;
  /** No other process writes the file while this one has it open: what is current is kept in memory. Default: false. */
  readonly exclusive?: boolean;
  /** How long to wait for another process that is writing, in milliseconds. It blocks this thread. Default: 2000. */
  readonly busyTimeoutMs?: number;
  /** How long the work of one transaction may take, in milliseconds. Default: 10 000. */
  readonly workTimeoutMs?: number;
  /** The steps of the schema; another list is of use in tests only. */
  readonly migrations?: readonly Migration[];
}

export type SqliteLedger = StoredLedger;

/**
 * Opens the ledger in a file. Every commit is on disk before its writer hears of it (WAL, `synchronous=FULL`). Throws
 * LedgerUnusableError when the file is none of this program's.
 */
export function openSqliteLedger(options: SqliteLedgerOptions): Promise<SqliteLedger> {
  return Promise.try(() => {
    const store = openStore(options);
    return new StoredLedger(store, new Feed(store.state().revision), options.workTimeoutMs);
  });
}

function openStore({ path, readOnly = false, exclusive = false, ...options }: SqliteLedgerOptions): SqliteStore {
  const { busyTimeoutMs = 2000, migrations = MIGRATIONS } = options;
  if (path === "" || path.startsWith(":") || path.startsWith("file:")) {
    // Reads have a connection of their own, which would see another, empty memory.
    throw new LedgerUnusableError(`the ledger needs a file, not "${path}"`);
  }
  if (!readOnly) createFile(path);
  const open = (asReader: boolean) => connect(path, { readOnly: asReader, timeout: busyTimeoutMs });
  const writing = readOnly ? undefined : open(false);
  try {
    if (writing !== undefined) prepareWriting(writing, path, migrations);
    const reading = open(true);
    if (readOnly) checkReadable(reading, path, migrations);
    return new SqliteStore(reading, writing, exclusive && !readOnly ? new CurrentCache() : undefined);
  } catch (error) {
    writing?.close();
    throw error;
  }
}

/** SQLite gives its journal files the permissions of the database file. */
function createFile(path: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  closeSync(openSync(path, "a", 0o600));
}

function connect(path: string, options: { readOnly: boolean; timeout: number }): DatabaseSync {
  try {
    const database = new DatabaseSync(path, options);
    // Reads the header, which opening alone does not do.
    database.prepare("PRAGMA schema_version").get();
    return database;
  } catch (cause) {
    throw new LedgerUnusableError(`the ledger ${path} cannot be opened: ${reasonOf(cause)}`, { cause });
  }
}

function prepareWriting(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  // The checks come first: a file that is refused stays as it was.
  checkOurs(database, path);
  pendingMigrations(path, schemaVersion(database), migrations);
  database.exec(
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768; PRAGMA wal_autocheckpoint = 8000",
  );
  database.exec("PRAGMA fullfsync = ON; PRAGMA checkpoint_fullfsync = ON; PRAGMA journal_size_limit = 67108864");
  migrateSqlite(database, path, migrations);
}

function checkReadable(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  checkOurs(database, path);
  if (pendingMigrations(path, schemaVersion(database), migrations).length === 0) return;
  throw new LedgerUnusableError(`the ledger ${path} is of an older version: open it for writing once`);
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
