import { checkKey, checkRevision, checkText, rangeOf } from "./keyspace.ts";
import {
  LedgerCollectedError,
  scopeOf,
  type CollectionQuery,
  type Document,
  type PrefixQuery,
  type Reader,
  type Revision,
} from "./ledger.ts";
import { documentOf, type Snapshot } from "./store.ts";

/** Documents out of a snapshot. Refuses to answer from history that is no longer whole. */
export class SnapshotReader implements Reader {
  readonly #snapshot: Snapshot;

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
  }

  async get<T = unknown>(key: string, at?: Revision): Promise<Document<T> | undefined> {
    checkKey(key);
    if (at === undefined) {
      const head = await this.#snapshot.head(key);
      return head && documentOf<T>(head);
    }
    checkRevision(at, "`at`");
    const version = await this.#snapshot.version(key, at);
    await this.#checkKept(scopeOf(key), at);
    return version && documentOf<T>(version);
  }

  async list<T = unknown>(query: CollectionQuery | PrefixQuery): Promise<readonly Document<T>[]> {
    const versions = "prefix" in query ? await this.#range(query) : await this.#collection(query);
    return versions.map((version) => documentOf<T>(version));
  }

  async changedKeys(prefix: string, after: Revision, upTo: Revision): Promise<readonly string[]> {
    checkRevision(after, "`after`");
    checkRevision(upTo, "`upTo`");
    const found = await this.#snapshot.changedKeys(rangeOf(prefix), after, upTo);
    await this.#checkKept(scopeOfPrefix(prefix), after);
    if (upTo > after) await this.#checkKept(scopeOfPrefix(prefix), upTo);
    return found;
  }

  #collection(query: CollectionQuery) {
    checkText(query.collection, "collection");
    if (query.limit !== undefined && !(Number.isSafeInteger(query.limit) && query.limit >= 0)) {
      throw new RangeError(`\`limit\` must be a whole number, not ${query.limit}`);
    }
    if (query.after !== undefined) {
      checkRevision(query.after.created, "`after.created`");
      checkText(query.after.key, "cursor's key");
    }
    return this.#snapshot.collection(query);
  }

  async #range({ prefix, at }: PrefixQuery) {
    const range = rangeOf(prefix);
    if (at === undefined) return this.#snapshot.range(range);
    checkRevision(at, "`at`");
    const versions = await this.#snapshot.range(range, at);
    await this.#checkKept(scopeOfPrefix(prefix), at);
    return versions;
  }

  /**
   * Throws when the state at a revision may have been collected. Asked after the read, because the horizon only moves
   * on: what was whole after the read was whole during it.
   */
  async #checkKept(scope: string | undefined, at: Revision): Promise<void> {
    const { horizon, pinned } = await this.#snapshot.retention(scope ?? "", at);
    if (at < horizon && !pinned) throw new LedgerCollectedError(at, horizon);
  }
}

/** The scope that holds every key with this prefix. `apis/a1` has none: it is the beginning of `apis/a12` as well. */
function scopeOfPrefix(prefix: string): string | undefined {
  const scope = scopeOf(prefix);
  return scope === prefix ? undefined : scope;
}
