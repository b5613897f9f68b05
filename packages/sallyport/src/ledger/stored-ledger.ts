import { collect } from "./collector.ts";
import { historyPage, type Feed } from "./feed.ts";
import { checkRevision, rangeOf } from "./keyspace.ts";
import {
  LedgerCollectedError,
  type Change,
  type ChangesOptions,
  type CollectionQuery,
  type CollectOptions,
  type Document,
  type Ledger,
  type PrefixQuery,
  type Revision,
  type Transaction,
  type Write,
} from "./ledger.ts";
import { SnapshotReader } from "./snapshot-reader.ts";
import { changeOf, type Store } from "./store.ts";
import { Writer } from "./writer.ts";

/** The ledger over any store: everything that does not depend on the database. */
export class StoredLedger implements Ledger {
  /** Identity of the store, drawn when it was created: another store never has it. */
  readonly id: string;
  readonly #store: Store;
  readonly #reader: SnapshotReader;
  readonly #feed: Feed;
  readonly #writer: Writer;
  #closing: Promise<void> | undefined;

  constructor(store: Store, feed: Feed, workTimeoutMs?: number) {
    this.id = store.id;
    this.#store = store;
    this.#reader = new SnapshotReader(store);
    this.#feed = feed;
    this.#writer = new Writer(store, feed, workTimeoutMs);
  }

  async revision(): Promise<Revision> {
    return (await this.#store.state()).revision;
  }

  get<T = unknown>(key: string, at?: Revision): Promise<Document<T> | undefined> {
    return this.#reader.get<T>(key, at);
  }

  list<T = unknown>(query: CollectionQuery | PrefixQuery): Promise<readonly Document<T>[]> {
    return this.#reader.list<T>(query);
  }

  changedKeys(prefix: string, after: Revision, upTo: Revision): Promise<readonly string[]> {
    return this.#reader.changedKeys(prefix, after, upTo);
  }

  async transact<T>(work: (transaction: Transaction) => Promise<T>): Promise<T> {
    return (await this.#writer.submit(work)).value;
  }

  async commit(writes: readonly Write[]): Promise<Revision> {
    const outcome = await this.#writer.submit(async (transaction) => {
      for (const write of writes) await apply(transaction, write);
    });
    return outcome.revision;
  }

  subscribe(listener: (changes: readonly Change[]) => void): () => void {
    return this.#feed.subscribe(listener);
  }

  async *changes({ after, prefix = "", signal }: ChangesOptions): AsyncGenerator<Change, void, undefined> {
    checkRevision(after, "`after`");
    const range = rangeOf(prefix);
    const isOver = () => signal?.aborted === true || this.#feed.closed;
    for (let from = after; !isOver(); await this.#feed.beyond(from, signal)) {
      this.#feed.checkUsable();
      while (from < this.#feed.position && !isOver()) {
        const page = await historyPage(this.#store, { after: from, upTo: this.#feed.position, range });
        const { horizon } = await this.#store.state();
        if (from < horizon) throw new LedgerCollectedError(from, horizon);
        for (const version of page.versions) {
          if (isOver()) return;
          yield changeOf(version);
        }
        from = page.upTo;
      }
    }
  }

  collect(options?: CollectOptions): Promise<number> {
    return collect(this.#writer, options);
  }

  close(): Promise<void> {
    return (this.#closing ??= this.#close());
  }

  async #close(): Promise<void> {
    await this.#writer.close();
    this.#feed.close();
    await this.#store.close();
  }
}

function apply(transaction: Transaction, write: Write): Promise<void> {
  return "delete" in write ? transaction.delete(write.key, write) : transaction.put(write.key, write.value, write);
}
