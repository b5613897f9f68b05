import { checkKey, checkRevision, checkText, compareKeys } from "./keyspace.ts";
import {
  LedgerCollectedError,
  LedgerConflictError,
  parentOf,
  scopeOf,
  type CollectionQuery,
  type Document,
  type Pin,
  type PrefixQuery,
  type PutOptions,
  type Revision,
  type Transaction,
  type WriteOptions,
} from "./ledger.ts";
import { SnapshotReader } from "./snapshot-reader.ts";
import { documentOf, type Amendment, type Awaitable, type Snapshot, type Version, type VersionHead } from "./store.ts";

/** Characters of JSON that one value may have. Our choice: far above any definition, far below what hurts. */
export const MAX_VALUE_CHARACTERS = 16 * 1024 * 1024;

/**
 * The writes of one transaction, held in memory until its work is done: reads look here first, then in the store.
 * Several writes to one key end up as one version, and work that fails leaves nothing to undo.
 */
export class Draft implements Transaction {
  readonly revision: Revision;
  readonly #snapshot: Snapshot;
  readonly #reader: SnapshotReader;
  readonly #heads = new Map<string, Awaitable<Version | undefined>>();
  readonly #amendments = new Map<string, Amendment>();
  /** Keys of the amendments that a listing of the collection must look at: those that are in it, or were. */
  readonly #touched = new Map<string, Set<string>>();
  #ended = false;

  constructor(snapshot: Snapshot, revision: Revision) {
    this.#snapshot = snapshot;
    this.#reader = new SnapshotReader(snapshot);
    this.revision = revision;
  }

  /** Closes the draft and hands out its versions in the order of the feed. */
  end(): readonly Amendment[] {
    this.#ended = true;
    return [...this.#amendments.values()].toSorted((a, b) => compareKeys(a.key, b.key));
  }

  async get<T = unknown>(key: string, at?: Revision): Promise<Document<T> | undefined> {
    this.#checkOpen();
    if (this.#isPast(at)) return this.#reader.get<T>(key, at);
    checkKey(key);
    const base = await this.#head(key);
    const version = this.#amendments.get(key) ?? base;
    return version === undefined || version.json === null ? undefined : documentOf<T>(version);
  }

  async list<T = unknown>(query: CollectionQuery | PrefixQuery): Promise<readonly Document<T>[]> {
    this.#checkOpen();
    return "prefix" in query ? this.#listPrefix<T>(query) : this.#listCollection<T>(query);
  }

  async put(key: string, value: unknown, options: PutOptions = {}): Promise<void> {
    this.#checkOpen();
    checkKey(key);
    if (options.collection !== undefined) checkText(options.collection, "collection");
    const json = encode(key, value);
    if (options.pin !== undefined) await this.#checkPin(options.pin);
    const base = await this.#head(key);
    const current = this.#current(key, base);
    checkExpected(key, options.expected, current);
    this.#amend({
      key,
      collection: options.collection ?? current?.collection ?? parentOf(key),
      created: current?.created ?? this.revision,
      revision: this.revision,
      json,
      supersedes: base,
      pin: options.pin,
    });
  }

  async delete(key: string, options: WriteOptions = {}): Promise<void> {
    this.#checkOpen();
    checkKey(key);
    const base = await this.#head(key);
    const current = this.#current(key, base);
    checkExpected(key, options.expected, current);
    if (current === undefined) return;
    if (base === undefined) {
      this.#checkOpen();
      this.#amendments.delete(key);
      return;
    }
    const { collection, created } = base;
    const end = { key, collection, created, revision: this.revision, json: null, supersedes: base };
    this.#amend({ ...end, pin: undefined });
  }

  #isPast(at: Revision | undefined): boolean {
    if (at === undefined) return false;
    checkRevision(at, "`at`");
    return at < this.revision;
  }

  #amend(amendment: Amendment): void {
    this.#checkOpen();
    this.#amendments.set(amendment.key, amendment);
    this.#touch(amendment.collection, amendment.key);
    if (amendment.supersedes) this.#touch(amendment.supersedes.collection, amendment.key);
  }

  #touch(collection: string, key: string): void {
    const keys = this.#touched.get(collection);
    if (keys) keys.add(key);
    else this.#touched.set(collection, new Set([key]));
  }

  /** Asked once a key, since no other writer is at work. Two writes that wait for the same answer go on in the order in which they were made. */
  #head(key: string): Awaitable<Version | undefined> {
    this.#checkOpen();
    if (this.#heads.has(key)) return this.#heads.get(key);
    const head = this.#snapshot.head(key);
    this.#heads.set(key, head);
    return head;
  }

  #current(key: string, base: VersionHead | undefined): VersionHead | undefined {
    const amendment = this.#amendments.get(key);
    if (amendment === undefined) return base;
    return amendment.json === null ? undefined : amendment;
  }

  async #checkPin({ scope, revision }: Pin): Promise<void> {
    checkKey(scope, "scope");
    if (scopeOf(scope) !== scope) throw new RangeError(`a scope has two segments at most: ${scope}`);
    checkRevision(revision, "the revision of a pin");
    if (revision > this.revision) throw new RangeError(`a pin at revision ${revision} would be ahead of its own write`);
    const { horizon, pinned } = await this.#snapshot.retention(scope, revision);
    if (revision < horizon && !pinned) throw new LedgerCollectedError(revision, horizon);
  }

  async #listPrefix<T>(query: PrefixQuery): Promise<readonly Document<T>[]> {
    if (this.#isPast(query.at)) return this.#reader.list<T>(query);
    const amended = [...this.#amendments.values()].filter(({ key }) => key.startsWith(query.prefix));
    const stored = await this.#reader.list<T>({ prefix: query.prefix });
    return merge(stored, amended).toSorted((a, b) => compareKeys(a.key, b.key));
  }

  async #listCollection<T>(query: CollectionQuery): Promise<readonly Document<T>[]> {
    const touched = [...(this.#touched.get(query.collection) ?? [])];
    const amended = touched.flatMap((key) => this.#amendments.get(key) ?? []);
    // Every amended document can push at most one stored one off the page.
    const limit = query.limit === undefined ? undefined : query.limit + amended.length;
    const stored = await this.#reader.list<T>({ ...query, limit });
    if (amended.length === 0) return stored;
    const isListed = ({ collection, created, key }: VersionHead) =>
      collection === query.collection && (!query.after || compareCreation({ created, key }, query.after) > 0);
    return merge(stored, amended, isListed).toSorted(compareCreation).slice(0, query.limit);
  }

  #checkOpen(): void {
    if (this.#ended) throw new Error("the transaction has ended: its work must await every call it makes");
  }
}

function merge<T>(
  stored: readonly Document<T>[],
  amended: readonly Amendment[],
  isListed: (amendment: Amendment) => boolean = () => true,
): readonly Document<T>[] {
  const keys = new Set(amended.map(({ key }) => key));
  const written = amended.filter((amendment) => amendment.json !== null && isListed(amendment));
  return [...stored.filter(({ key }) => !keys.has(key)), ...written.map((amendment) => documentOf<T>(amendment))];
}

type Place = Pick<VersionHead, "created" | "key">;

function compareCreation(a: Place, b: Place): number {
  return a.created - b.created || compareKeys(a.key, b.key);
}

function checkExpected(key: string, expected: Revision | undefined, current: VersionHead | undefined): void {
  const actual = current?.revision ?? 0;
  if (expected !== undefined && expected !== actual) throw new LedgerConflictError(key, expected, actual);
}

function encode(key: string, value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) throw new TypeError(`the value of document ${key} has no JSON form`);
  if (json.length > MAX_VALUE_CHARACTERS) {
    throw new RangeError(`the value of document ${key} has more than ${MAX_VALUE_CHARACTERS} characters of JSON`);
  }
  return json;
}
