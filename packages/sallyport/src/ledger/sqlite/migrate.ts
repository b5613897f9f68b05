import type { DatabaseSync } from "node:sqlite";
import { LedgerUnusableError } from "../ledger.ts";
import { pendingMigrations, type Migration } from "../migrations.ts";
import { APPLICATION_ID } from "./schema.ts";

/** Brings the file to the newest schema, in one transaction. */
export function migrateSqlite(database: DatabaseSync, path: string, migrations: readonly Migration[]): void {
  if (pendingMigrations(path, schemaVersion(database), migrations).length === 0) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    // Another process may have migrated while this one waited for its turn.
    for (const { version, statements } of pendingMigrations(path, schemaVersion(database), migrations)) {
      for (const statement of statements) database.exec(statement);
      database.exec(`PRAGMA user_version = ${version}`);
    }
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec("COMMIT");
  } finally {
    if (database.isTransaction) database.exec("ROLLBACK");
  }
}

/** The schema version of the file; 0 when it is empty. */
export function schemaVersion(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA user_version").get()?.["user_version"] ?? 0);
}

/** Throws LedgerUnusableError when the file holds something else than a ledger. */
export function checkOurs(database: DatabaseSync, path: string): void {
  const application = database.prepare("PRAGMA application_id").get()?.["application_id"];
  const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema").get()?.["count"];
  if (application === APPLICATION_ID || tables === 0) return;
  throw new LedgerUnusableError(`${path} is a database of another program, not a ledger: name another file`);
}
