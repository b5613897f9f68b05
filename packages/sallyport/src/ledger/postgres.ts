import type { Client, Pool } from "pg";
import { Feed } from "./feed.ts";
import { LedgerUnusableError, type LedgerUnavailableError, type Revision } from "./ledger.ts";
import type { Migration } from "./migrations.ts";
import { connectionConfig, reachable } from "./postgres/connection.ts";
import { Follower } from "./postgres/follower.ts";
import { migratePostgres } from "./postgres/migrate.ts";
import { queriesOf } from "./postgres/queries.ts";
import { MIGRATIONS } from "./postgres/schema.ts";
import { PostgresSnapshot } from "./postgres/snapshot.ts";
import { PostgresStore } from "./postgres/store.ts";
import { StoredLedger } from "./stored-ledger.ts";

export interface PostgresLedgerOptions {
  /** `postgres://user:password@host:port/database`, with `sslmode` and so on as libpq has them. */
  readonly url: string;
  /** PostgreSQL schema for the tables; created when it does not exist. Default: `sallyport`. */
  readonly schema?: string;
  /** The newest revision this node has applied before: the ledger must have it. Default: none. */
  readonly appliedRevision?: Revision;
  /** Connections for reads and writes; one more follows the feed. Default: 4. */
  readonly connections?: number;
  /** How often to look for new revisions without having been notified, in milliseconds. Default: 1000. */
  readonly pollMs?: number;
  /** How long the work of one transaction may take, in milliseconds. Default: 10 000. */
  readonly workTimeoutMs?: number;
  /** Told when this ledger stops applying what the database says, for good: somebody must look at it. */
  readonly onAlarm?: (message: string) => void;
  /** Told when the connection that follows the feed is lost, once each time. It comes back by itself. */
  readonly onOutage?: (error: LedgerUnavailableError) => void;
  /** The steps of the schema; another list is of use in tests only. */
  readonly migrations?: readonly Migration[];
}

/**
 * Opens the ledger of a cluster. Throws LedgerUnavailableError when PostgreSQL cannot be reached and
 * LedgerUnusableError when its tables are not for this program or lack what this node has applied.
 */
export async function openPostgresLedger(options: PostgresLedgerOptions): Promise<PostgresLedger> {
  // Not at the top: a gateway on one machine starts without the driver.
  const pg = await import("pg");
  const config = connectionConfig(options.url);
  const pool = new pg.Pool({ ...config, max: options.connections ?? 4 });
  // A connection that breaks while it lies idle concerns nobody: the pool makes a new one. One that breaks in use fails
  // its statement; without a listener its event would end the process besides.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  try {
    return await open(pool, () => new pg.Client(config), options);
  } catch (error) {
    await pool.end();
    throw error;
  }
}

async function open(pool: Pool, newClient: () => Client, options: PostgresLedgerOptions): Promise<PostgresLedger> {
  const { schema = "sallyport", appliedRevision = 0, onAlarm, onOutage } = options;
  const quoted = quote(schema);
  await migrate(pool, quoted, options.migrations ?? MIGRATIONS);
  const tables = { id: undefined, queries: queriesOf(quoted), channel: quote(`${schema}_revisions`) };
  const { id, revision } = await new PostgresSnapshot(pool, tables).state();
  if (revision < appliedRevision) throw goneBack(revision, appliedRevision);
  const feed = new Feed(revision, (failure) => onAlarm?.(failure.message));
  const store = new PostgresStore(pool, { ...tables, id });
  const follower = new Follower({
    newClient,
    tables: store.tables,
    feed,
    pollMs: options.pollMs ?? 1000,
    onOutage: onOutage ?? (() => undefined),
  });
  follower.start();
  return new PostgresLedger(store, feed, follower, options.workTimeoutMs);
}

/** A ledger that other nodes write to as well. */
export class PostgresLedger extends StoredLedger {
  readonly #follower: Follower;

  constructor(store: PostgresStore, feed: Feed, follower: Follower, workTimeoutMs?: number) {
    super(store, feed, workTimeoutMs);
    this.#follower = follower;
  }

  override async close(): Promise<void> {
    await Promise.all([super.close(), this.#follower.close()]);
  }
}

async function migrate(pool: Pool, schema: string, migrations: readonly Migration[]): Promise<void> {
  await reachable(async () => {
    const client = await pool.connect();
    try {
      await migratePostgres(client, schema, migrations);
    } finally {
      client.release();
    }
  });
}

/** Identifiers have 63 bytes at most ("PostgreSQL Lexical Structure"), and the channel's name is longer than the schema's. */
function quote(identifier: string): string {
  if (/^[a-z_][a-z0-9_]{0,62}$/.test(identifier)) return `"${identifier}"`;
  throw new LedgerUnusableError(`"${identifier}" cannot be the name of a PostgreSQL schema: use a-z, 0-9 and _`);
}

function goneBack(found: Revision, applied: Revision): LedgerUnusableError {
  return new LedgerUnusableError(
    `this node has applied revision ${applied}, but the ledger is at revision ${found}, as after restoring a backup: ` +
      "remove the node's data directory so that it reads the present state anew",
  );
}
