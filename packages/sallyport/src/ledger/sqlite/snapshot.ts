import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { compareKeys, type KeyRange } from "../keyspace.ts";
import type { CollectionQuery, Revision } from "../ledger.ts";
import { FOREVER, type HistoryQuery, type Snapshot, type State, type Version } from "../store.ts";
import { QUERIES, type QueryName } from "./queries.ts";

/** Revisions up to which it is quicker to look at all that changed in them than at all that the range of keys has. */
const SHORT_STRETCH = 1000;

/** What the rows of `versions` hold: a Version and the revision at which it ended. */
interface Row extends Version {
  readonly until: Revision;
}

/** Queries over one connection, each statement prepared once. */
export class SqliteSnapshot implements Snapshot {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<QueryName, StatementSync>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  statement(name: QueryName): StatementSync {
    const prepared = this.#statements.get(name);
    if (prepared !== undefined) return prepared;
    const statement = this.#database.prepare(QUERIES[name]);
    this.#statements.set(name, statement);
    return statement;
  }

  state(): State {
    return this.#one("state") as State;
  }

  head(key: string): Version | undefined {
    const row = this.#one("head", key) as Row | undefined;
    return row?.until === FOREVER ? row : undefined;
  }

  version(key: string, at: Revision): Version | undefined {
    const row = this.#one("version", key, at) as Row | undefined;
    return row !== undefined && row.until > at ? row : undefined;
  }

  collection({ collection, after, limit }: CollectionQuery): readonly Version[] {
    return this.#all("collection", collection, after?.created ?? 0, after?.key ?? "", limit ?? -1) as Row[];
  }

  /** Only the keys of what `collection` gives: quicker where the versions are at hand. */
  protected listedKeys({ collection, after, limit = -1 }: CollectionQuery): readonly string[] {
    const rows =
      after === undefined
        ? this.#all("listed", collection, limit)
        : this.#all("listedAfter", collection, after.created, after.key, limit);
    return (rows as { key: string }[]).map(({ key }) => key);
  }

  range({ from, to }: KeyRange, at?: Revision): readonly Version[] {
    if (at === undefined) return this.#all("currentRange", from, to) as Row[];
    return this.#all("pastRange", from, to, at, at) as Row[];
  }

  history({ after, upTo, range, limit }: HistoryQuery): readonly Version[] {
    return this.#all("history", after, upTo, range.from, range.to, limit ?? -1) as Row[];
  }

  changedKeys({ from, to }: KeyRange, after: Revision, upTo: Revision): readonly string[] {
    const short = upTo - after <= SHORT_STRETCH;
    const rows = this.#all(short ? "recentlyChangedKeys" : "changedKeys", from, to, after, upTo) as { key: string }[];
    const found = rows.map(({ key }) => key);
    return short ? [...new Set(found)].toSorted(compareKeys) : found;
  }

  retention(scope: string, at: Revision): { horizon: Revision; pinned: boolean } {
    const row = this.#one("retention", scope, at) as { horizon: Revision; pinned: number };
    return { horizon: row.horizon, pinned: row.pinned === 1 };
  }

  #one(name: QueryName, ...parameters: SQLInputValue[]): unknown {
    return this.statement(name).get(...parameters);
  }

  #all(name: QueryName, ...parameters: SQLInputValue[]): unknown {
    return this.statement(name).all(...parameters);
  }
}
