import type { Change, CollectionQuery, Document, Pin, Revision } from "./ledger.ts";
import type { KeyRange } from "./keyspace.ts";

/** A value, or a promise of it: SQLite answers at once and PostgreSQL later. */
export type Awaitable<T> = T | Promise<T>;

/** `until` of a version that is current. Number.MAX_SAFE_INTEGER, so that it passes through every driver unharmed. */
export const FOREVER = Number.MAX_SAFE_INTEGER;

/** What a version is apart from its text. */
export interface VersionHead {
  readonly key: string;
  readonly collection: string;
  readonly created: Revision;
  readonly revision: Revision;
}

/** A version of a document as it is stored. */
export interface Version extends VersionHead {
  /** The value as JSON; null: this is the end of the document. */
  readonly json: string | null;
}

/** A version to write, and the one that is current until then. */
export interface Amendment extends Version {
  readonly supersedes: VersionHead | undefined;
  readonly pin: Pin | undefined;
}

export interface State {
  /** The newest committed revision. */
  readonly revision: Revision;
  /** History is whole from here on: every read at this revision or a later one is answered truly. */
  readonly horizon: Revision;
}

/** A stretch of the feed: `after` excluded, `upTo` included. */
export interface HistoryQuery {
  readonly after: Revision;
  readonly upTo: Revision;
  readonly range: KeyRange;
  readonly limit?: number;
}

/** What a store can be asked. One consistent statement each; nothing here looks at the horizon. */
export interface Snapshot {
  state(): Awaitable<State>;
  /** The current version of the document. */
  head(key: string): Awaitable<Version | undefined>;
  /** The version that was current at a revision. */
  version(key: string, at: Revision): Awaitable<Version | undefined>;
  collection(query: CollectionQuery): Awaitable<readonly Version[]>;
  /** By key; now when `at` is absent. */
  range(range: KeyRange, at?: Revision): Awaitable<readonly Version[]>;
  /** By revision, then by key, ends of documents included. */
  history(query: HistoryQuery): Awaitable<readonly Version[]>;
  changedKeys(range: KeyRange, after: Revision, upTo: Revision): Awaitable<readonly string[]>;
  /** The horizon, and whether a pin that still counts keeps `scope` as it was at the revision. */
  retention(scope: string, at: Revision): Awaitable<{ readonly horizon: Revision; readonly pinned: boolean }>;
}

/** A place in the order in which `collect` walks through superseded versions. */
export interface Superseded {
  readonly until: Revision;
  readonly key: string;
  readonly revision: Revision;
}

/** The one open write transaction. */
export interface Session extends Snapshot {
  /** As it was when the transaction began, behind every other writer. */
  readonly before: State;
  write(amendments: readonly Amendment[], revision: Revision): Awaitable<void>;
  /** Removes what no pin needs among the next `limit` superseded versions behind `after`. */
  collect(horizon: Revision, after: Superseded, limit: number): Awaitable<Collected>;
  /** Makes everything durable, or throws LedgerUnavailableError. */
  commit(state: State): Awaitable<void>;
  /** Lets the next writer in. Undoes what has not been committed. Never throws. */
  end(): Awaitable<void>;
}

export interface Collected {
  readonly removed: number;
  /** The last version looked at; undefined when there was none left. */
  readonly last: Superseded | undefined;
}

/** A database that keeps a ledger. Reads see committed versions only. */
export interface Store extends Snapshot {
  /** Identity of the ledger, drawn when it was created. */
  readonly id: string;
  /** Waits until no other writer is at work. */
  begin(): Awaitable<Session>;
  close(): Awaitable<void>;
}

export function documentOf<T>(version: Version): Document<T> {
  const { key, collection, created, revision, json } = version;
  return { key, collection, created, revision, value: JSON.parse(json ?? "null") as T };
}

export function changeOf(version: Version): Change {
  const document = version.json === null ? undefined : documentOf(version);
  return { revision: version.revision, key: version.key, document };
}
