/** The data folder: made on first use, and held by one process at a time. */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ConfigError } from "./config.ts";

export interface DataFolder {
  readonly path: string;
  readonly ledger: string;
  release(): void;
}

/**
 * Locks the folder. The lock is the operating system's own, taken on a small SQLite file: it ends with the process,
 * however that ends, so there is never a stale one to clean up.
 */
export function openDataFolder(folder: string): DataFolder {
  const path = resolve(folder);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new ConfigError(`--data: the folder ${path} can not be made: ${(error as Error).message}`);
  }
  const holder = join(path, "holder");
  const lock = takeLock(path, holder);
  writeFileSync(holder, `${process.pid}\n`, { mode: 0o600 });
  return {
    path,
    ledger: join(path, "ledger.sqlite"),
    release: () => lock.close(),
  };
}

function takeLock(path: string, holder: string): DatabaseSync {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(join(path, "lock.sqlite"), { timeout: 0 });
    // An exclusive transaction that is never ended holds the lock.
    database.exec("PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
    return database;
  } catch (error) {
    database?.close();
    if ((error as { errcode?: number }).errcode !== 5) {
      throw new ConfigError(`--data: the folder ${path} can not be used: ${(error as Error).message}`);
    }
    throw new ConfigError(
      `--data: the folder ${path} is in use by another Sallyport${processOf(holder)}. ` +
        `Stop that one, or give this one a folder of its own with --data`,
    );
  }
}

function processOf(holder: string): string {
  try {
    return ` (process ${readFileSync(holder, "utf8").trim()})`;
  } catch {
    // Without the note the message is less precise and still right.
    return "";
  }
}
