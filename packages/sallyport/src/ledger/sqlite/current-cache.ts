import type { CollectionQuery } from "../ledger.ts";
import type { Version } from "../store.ts";

/** Characters of keys and values in one generation. Two are kept, so twice that is the most. Our choice. */
const GENERATION_CHARACTERS = 16 * 1024 * 1024;
/** Collections of more documents are asked of the database. */
const SMALL_COLLECTION = 64;
const GENERATION_COLLECTIONS = 10_000;

/**
 * Current versions and small collections, as committed. What is asked for again is kept: entries that a whole generation
 * has not asked for go. Only right where nobody else writes the file.
 */
export class CurrentCache {
  #young = new Map<string, Version>();
  #old = new Map<string, Version>();
  #characters = 0;
  /** Keys of whole collections, in creation order. */
  readonly #collections = new Map<string, readonly string[]>();

  head(key: string): Version | undefined {
    const young = this.#young.get(key);
    if (young !== undefined) return young;
    const old = this.#old.get(key);
    if (old !== undefined) this.keep(old);
    return old;
  }

  /** Takes note of a current version. */
  keep(version: Version): void {
    this.#characters += version.key.length + (version.json?.length ?? 0);
    this.#young.set(version.key, version);
    if (this.#characters < GENERATION_CHARACTERS) return;
    this.#old = this.#young;
    this.#young = new Map();
    this.#characters = 0;
  }

  /** What a query gives, if the whole collection is known. */
  keysOf({ collection, after, limit = Infinity }: CollectionQuery): readonly string[] | undefined {
    const keys = after === undefined ? this.#collections.get(collection) : undefined;
    return keys !== undefined && keys.length > limit ? keys.slice(0, limit) : keys;
  }

  /** Takes note of the keys that a query found, when they are the whole of a small collection. */
  keepKeys({ collection, after, limit = Infinity }: CollectionQuery, keys: readonly string[]): void {
    const whole = after === undefined && keys.length < limit;
    if (!whole || keys.length > SMALL_COLLECTION) return;
    if (this.#collections.size >= GENERATION_COLLECTIONS) this.#collections.clear();
    this.#collections.set(collection, keys);
  }

  /** Takes note of what has been committed: the versions, and the collections that have gained or lost a document. */
  apply(versions: Iterable<Version>, relisted: Iterable<string>): void {
    for (const collection of relisted) this.#collections.delete(collection);
    for (const { key, collection, created, revision, json } of versions) {
      if (json === null) this.#forget(key);
      else this.keep({ key, collection, created, revision, json });
    }
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
    this.#collections.clear();
    this.#characters = 0;
  }

  #forget(key: string): void {
    this.#young.delete(key);
    this.#old.delete(key);
  }
}

/** The current version of a document, from the cache or the database. */
export function cachedHead(cache: CurrentCache, key: string, load: () => Version | undefined): Version | undefined {
  const known = cache.head(key);
  if (known !== undefined) return known;
  const loaded = load();
  if (loaded !== undefined) cache.keep(loaded);
  return loaded;
}
