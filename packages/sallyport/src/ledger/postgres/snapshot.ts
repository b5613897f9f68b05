import { LedgerUnusableError, type CollectionQuery, type Revision } from "../ledger.ts";
import type { KeyRange } from "../keyspace.ts";
import { FOREVER, type HistoryQuery, type Snapshot, type State, type Version } from "../store.ts";
import { reachable, type Connection, type Rows } from "./connection.ts";
import type { Queries } from "./queries.ts";

/** Which ledger is meant, and the statements for it. */
export interface PostgresTables {
  /** Identity of the ledger; undefined while it is being opened. */
  readonly id: string | undefined;
  readonly queries: Queries;
  /** Quoted name of the channel that tells of new revisions. */
  readonly channel: string;
}

interface Row extends Version {
  readonly until: Revision;
}

export interface StateRow extends State {
  readonly id: string;
}

/** Queries over a connection or a pool of them. */
export class PostgresSnapshot implements Snapshot {
  readonly tables: PostgresTables;
  readonly #connection: Connection;

  constructor(connection: Connection, tables: PostgresTables) {
    this.#connection = connection;
    this.tables = tables;
  }

  async state(): Promise<StateRow> {
    const { rows } = await this.query(this.tables.queries.state);
    return checkState(rows[0] as StateRow | undefined, this.tables.id);
  }

  async head(key: string): Promise<Version | undefined> {
    return (await this.#versions(this.tables.queries.head, key))[0];
  }

  async version(key: string, at: Revision): Promise<Version | undefined> {
    const [row] = await this.#versions(this.tables.queries.version, key, at);
    return row !== undefined && row.until > at ? row : undefined;
  }

  collection({ collection, after, limit }: CollectionQuery): Promise<readonly Version[]> {
    const { queries } = this.tables;
    return this.#versions(queries.collection, collection, after?.created ?? 0, after?.key ?? "", limit ?? FOREVER);
  }

  range({ from, to }: KeyRange, at?: Revision): Promise<readonly Version[]> {
    const { queries } = this.tables;
    if (at === undefined) return this.#versions(queries.currentRange, from, to);
    return this.#versions(queries.pastRange, from, to, at);
  }

  history({ after, upTo, range, limit }: HistoryQuery): Promise<readonly Version[]> {
    return this.#versions(this.tables.queries.history, after, upTo, range.from, range.to, limit ?? FOREVER);
  }

  async changedKeys({ from, to }: KeyRange, after: Revision, upTo: Revision): Promise<readonly string[]> {
    const { rows } = await this.query(this.tables.queries.changedKeys, [from, to, after, upTo]);
    return (rows as readonly { key: string }[]).map(({ key }) => key);
  }

  async retention(scope: string, at: Revision): Promise<{ horizon: Revision; pinned: boolean }> {
    const { rows } = await this.query(this.tables.queries.retention, [scope, at]);
    if (rows.length === 0) throw replaced();
    return rows[0] as { horizon: Revision; pinned: boolean };
  }

  query(text: string, values?: readonly unknown[]): Promise<Rows> {
    return reachable(async () => (await this.#connection.query(text, values)) as Rows);
  }

  async #versions(text: string, ...values: readonly unknown[]): Promise<readonly Row[]> {
    return (await this.query(text, values)).rows as readonly Row[];
  }
}

/** Throws LedgerUnusableError when the tables hold another ledger than they did. */
export function checkState(row: StateRow | undefined, id: string | undefined): StateRow {
  if (row === undefined || (id !== undefined && row.id !== id)) throw replaced();
  return row;
}

function replaced(): LedgerUnusableError {
  return new LedgerUnusableError(
    "another ledger has taken the place of the one this process follows: restart it so that it reads the present state",
  );
}
