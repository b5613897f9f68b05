import { LedgerUnusableError } from "../ledger.ts";
import { pendingMigrations, type Migration } from "../migrations.ts";
import type { Connection, Rows } from "./connection.ts";

/** Serialises nodes that start at the same time. An arbitrary number, the same in every version. */
const MIGRATION_LOCK = 0x73_6c_70_74;

/** Brings the tables in `schema` (a quoted identifier) to the newest form, in one transaction. */
export async function migratePostgres(
  connection: Connection,
  schema: string,
  migrations: readonly Migration[],
): Promise<void> {
  await checkEncoding(connection);
  const pending = async () =>
    pendingMigrations(`in schema ${schema}`, await schemaVersion(connection, schema), migrations);
  if ((await pending()).length === 0) return;
  await connection.query("BEGIN");
  try {
    await connection.query("SELECT pg_advisory_xact_lock($1)", [MIGRATION_LOCK]);
    await connection.query(`CREATE SCHEMA IF NOT EXISTS ${schema}`);
    await connection.query(`SET LOCAL search_path TO ${schema}`);
    await connection.query(
      "CREATE TABLE IF NOT EXISTS migrations (version integer PRIMARY KEY, at timestamptz NOT NULL)",
    );
    for (const { version, statements } of await pending()) {
      for (const statement of statements) await connection.query(statement);
      await connection.query("INSERT INTO migrations (version, at) VALUES ($1, now())", [version]);
    }
    await connection.query("COMMIT");
  } catch (error) {
    await connection.query("ROLLBACK");
    throw error;
  }
}

async function schemaVersion(connection: Connection, schema: string): Promise<number> {
  const [table] = await rowsOf(connection, "SELECT to_regclass($1) AS name", [`${schema}.migrations`]);
  if (table?.["name"] === null) return 0;
  const [row] = await rowsOf(connection, `SELECT coalesce(max(version), 0) AS version FROM ${schema}.migrations`);
  return Number(row?.["version"]);
}

/** In another encoding, keys would be refused or come back changed, and their order would not be that of code points. */
async function checkEncoding(connection: Connection): Promise<void> {
  const [row] = await rowsOf(connection, "SHOW server_encoding");
  const encoding = row?.["server_encoding"];
  if (encoding === "UTF8") return;
  throw new LedgerUnusableError(`the database has the encoding ${String(encoding)}: create one with ENCODING 'UTF8'`);
}

async function rowsOf(connection: Connection, text: string, values?: readonly unknown[]) {
  const { rows } = (await connection.query(text, values)) as Rows;
  return rows as readonly Readonly<Record<string, unknown>>[];
}
