/**
 * The ledger: a versioned document store. Every write appends a new version of a document under the next revision
 * number; nothing is overwritten. One interface, two implementations (SQLite on one machine, PostgreSQL in a cluster),
 * one contract test suite over both.
 */

/** A position in the history of the whole ledger. 0 is the empty ledger; every committed transaction gets the next. */
export type Revision = number;

export interface Document<T = unknown> {
  /** Path of the document: segments joined by `/`, each percent-encoded by `model/keys.ts`. */
  readonly key: string;
  /** The listing the document belongs to. Default: its key without the last segment. */
  readonly collection: string;
  /** Revision of the document's first version since it last came into being. */
  readonly created: Revision;
  /** Revision of this version. */
  readonly revision: Revision;
  readonly value: T;
}

/** One entry of the feed: a new version of a document, or its end. */
export interface Change<T = unknown> {
  readonly revision: Revision;
  readonly key: string;
  /** The version written; undefined when the document was deleted. */
  readonly document: Document<T> | undefined;
}

/** Where a page of a collection ended. Order is creation: by `created`, then by `key`. */
export interface Cursor {
  readonly created: Revision;
  readonly key: string;
}

/** The documents of one collection as they are now, in creation order. */
export interface CollectionQuery {
  readonly collection: string;
  /** Only documents behind this one. */
  readonly after?: Cursor;
  /** At most so many; default: all. */
  readonly limit?: number;
}

/** Every document whose key begins with `prefix`, by key, as of revision `at` (default: now). */
export interface PrefixQuery {
  readonly prefix: string;
  readonly at?: Revision;
}

export interface Reader {
  /** The document as of revision `at` (default: now). */
  get<T = unknown>(key: string, at?: Revision): Promise<Document<T> | undefined>;
  list<T = unknown>(query: CollectionQuery | PrefixQuery): Promise<readonly Document<T>[]>;
}

/**
 * Keeps every version that was current at `revision` among the documents of one scope. The scope of a key is its first
 * two segments (`apis/a1b2c3d4e5`). A pin lives as long as the document version that was written with it.
 */
export interface Pin {
  readonly scope: string;
  readonly revision: Revision;
}

export interface WriteOptions {
  /** Revision of the version that must be current; 0: the document must not exist. Absent: whatever is there. */
  readonly expected?: Revision;
}

export interface PutOptions extends WriteOptions {
  /** Default: the collection it had, or the key without its last segment. */
  readonly collection?: string;
  readonly pin?: Pin;
}

/** A view that sees its own writes. All of them become visible, durable and numbered together, or none does. */
export interface Transaction extends Reader {
  /** The revision that these writes will carry. */
  readonly revision: Revision;
  put(key: string, value: unknown, options?: PutOptions): Promise<void>;
  /** Deleting what is not there is no error (unless `expected` says otherwise). */
  delete(key: string, options?: WriteOptions): Promise<void>;
}

export type Write =
  | ({ readonly key: string; readonly value: unknown } & PutOptions)
  | ({ readonly key: string; readonly delete: true } & WriteOptions);

export interface ChangesOptions {
  /** Deliver everything behind this revision. */
  readonly after: Revision;
  /** Only keys that begin with it. */
  readonly prefix?: string;
  readonly signal?: AbortSignal;
}

export interface CollectOptions {
  /** History of the newest so many revisions stays whatever the pins say. Default: DEFAULT_RETAINED_REVISIONS. */
  readonly retain?: number;
}

export interface Ledger extends Reader {
  /** The newest revision that is committed and visible here. */
  revision(): Promise<Revision>;
  /**
   * Runs `work` alone: no other writer is between its reads and its writes, so concurrency is never a conflict.
   * Resolves when the writes are durable and every subscriber has been told. When `work` throws, nothing is written
   * and the error is passed on. `work` must not wait for anything but its transaction.
   * Work that writes nothing uses up no revision.
   */
  transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T>;
  /** All of the writes in one transaction. Throws LedgerConflictError when an expectation does not hold. */
  commit(writes: readonly Write[]): Promise<Revision>;
  /** Called in revision order, before the writer's promise resolves. Listeners must not throw. Returns the way out. */
  subscribe(listener: (changes: readonly Change[]) => void): () => void;
  /** "Everything after N": what has happened, then what happens, as it happens, until the signal aborts. */
  changes(options: ChangesOptions): AsyncIterable<Change>;
  /** The keys under `prefix` that changed in `(after, upTo]`, each once. */
  changedKeys(prefix: string, after: Revision, upTo: Revision): Promise<readonly string[]>;
  /** Removes versions that are neither current, nor retained, nor pinned. Returns how many. */
  collect(options?: CollectOptions): Promise<number>;
  close(): Promise<void>;
}

/** How many revisions of unpinned history stay by default, for feeds that lag behind. Our choice. */
export const DEFAULT_RETAINED_REVISIONS = 10_000;

/** The revision at which a document's key was expected to be is not the one it is at. */
export class LedgerConflictError extends Error {
  override readonly name = "LedgerConflictError";
  readonly key: string;
  readonly expected: Revision;
  readonly actual: Revision;

  constructor(key: string, expected: Revision, actual: Revision) {
    super(`document ${key}: expected revision ${expected}, found ${actual}`);
    this.key = key;
    this.expected = expected;
    this.actual = actual;
  }
}

/** History before this point has been collected: read the present state instead and follow from there. */
export class LedgerCollectedError extends Error {
  override readonly name = "LedgerCollectedError";
  readonly after: Revision;
  readonly horizon: Revision;

  constructor(after: Revision, horizon: Revision) {
    super(`the history behind revision ${after} has been collected up to revision ${horizon}`);
    this.after = after;
    this.horizon = horizon;
  }
}

/** The store was written by another version of the program, or is in use by another process. */
export class LedgerUnusableError extends Error {
  override readonly name = "LedgerUnusableError";
}

/**
 * The store cannot be reached or cannot write now (connection lost, disk full, closed): the same call may work later.
 * The private reason is the error's `cause`.
 */
export class LedgerUnavailableError extends Error {
  override readonly name = "LedgerUnavailableError";
  /** The failure struck while committing: the writes may have become durable all the same. */
  readonly outcomeUnknown: boolean;

  constructor(message: string, options: { readonly cause?: unknown; readonly outcomeUnknown?: boolean } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.outcomeUnknown = options.outcomeUnknown ?? false;
  }
}

/** The first two segments of a key, or the whole key when it has fewer. */
export function scopeOf(key: string): string {
  const first = key.indexOf("/");
  if (first < 0) return key;
  const second = key.indexOf("/", first + 1);
  return second < 0 ? key : key.slice(0, second);
}

/** The key without its last segment. */
export function parentOf(key: string): string {
  const last = key.lastIndexOf("/");
  return last < 0 ? "" : key.slice(0, last);
}
