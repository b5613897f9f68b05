import { LedgerUnusableError, type Change, type Revision } from "./ledger.ts";
import { rangeOf, type KeyRange } from "./keyspace.ts";
import { changeOf, type Snapshot, type State, type Version } from "./store.ts";

/** Versions read at a time: bounds the memory of whoever follows the feed. */
const PAGE_VERSIONS = 1000;

type Listener = (changes: readonly Change[]) => void;

/** Whole revisions of the feed, up to and including `upTo`. */
export interface HistoryPage {
  readonly versions: readonly Version[];
  readonly upTo: Revision;
}

/** Tells subscribers what has been committed, each revision once, in order, whoever brings it. */
export class Feed {
  readonly #listeners = new Set<Listener>();
  readonly #waiting = new Set<() => void>();
  readonly #onFailure: (failure: LedgerUnusableError) => void;
  #position: Revision;
  #failure: LedgerUnusableError | undefined;
  #closed = false;

  /** `onFailure` is told when the feed stops for good. */
  constructor(position: Revision, onFailure: (failure: LedgerUnusableError) => void = () => undefined) {
    this.#position = position;
    this.#onFailure = onFailure;
  }

  /** The newest revision that every subscriber has been told. */
  get position(): Revision {
    return this.#position;
  }

  get closed(): boolean {
    return this.#closed;
  }

  subscribe(listener: Listener): () => void {
    // A wrapper, so that the same function can be subscribed twice and each way out removes its own.
    const entry: Listener = (changes) => listener(changes);
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** Throws when this ledger has stopped applying what the store says. */
  checkUsable(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Stops for good: what the store says no longer continues what was told. */
  fail(failure: LedgerUnusableError): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#wake();
    this.#onFailure(failure);
  }

  close(): void {
    this.#closed = true;
    this.#wake();
  }

  /**
   * Delivers what others have committed, up to `state`, in pages. Safe to run twice at a time. `known` is the position
   * from before the state was asked for: by now the writer may have told of a later one.
   */
  async catchUp(snapshot: Snapshot, state: State, known: Revision): Promise<void> {
    if (state.revision < known) this.fail(backwards(known, state.revision));
    this.checkUsable();
    let from = this.#position;
    while (from < state.revision) {
      const page = await historyPage(snapshot, { after: from, upTo: state.revision, range: rangeOf("") });
      const { horizon } = await snapshot.state();
      if (from < horizon && this.#position < horizon) this.fail(leftBehind(from, horizon));
      this.checkUsable();
      this.deliver(page.versions, page.upTo);
      from = page.upTo;
    }
  }

  /** Tells subscribers every revision up to `upTo` that they have not been told yet. */
  deliver(versions: readonly Version[], upTo: Revision): void {
    if (this.#failure !== undefined) return;
    for (const revision of revisionsOf(versions)) {
      const number = revision[0]?.revision ?? 0;
      if (number <= this.#position) continue;
      this.#position = number;
      this.#tell(revision);
    }
    this.#position = Math.max(this.#position, upTo);
    this.#wake();
  }

  /** Resolves when the feed is beyond a revision, has ended or failed, or the signal is aborted. */
  async beyond(revision: Revision, signal?: AbortSignal): Promise<void> {
    const isOver = () => this.#closed || this.#failure !== undefined || signal?.aborted === true;
    while (this.#position <= revision && !isOver()) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#waiting.add(resolve);
      const abort = () => resolve();
      signal?.addEventListener("abort", abort);
      await promise;
      signal?.removeEventListener("abort", abort);
      this.#waiting.delete(resolve);
    }
  }

  #tell(versions: readonly Version[]): void {
    if (this.#listeners.size === 0) return;
    const changes = versions.map(changeOf);
    for (const listener of this.#listeners) {
      try {
        listener(changes);
      } catch (error) {
        // A listener that throws is a defect of the program. It must not become the writer's, nor go unnoticed.
        queueMicrotask(() => {
          throw error;
        });
      }
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) resolve();
  }
}

/** The next stretch of the feed, cut between revisions, never within one. */
export async function historyPage(
  snapshot: Snapshot,
  query: { readonly after: Revision; readonly upTo: Revision; readonly range: KeyRange },
): Promise<HistoryPage> {
  const versions = await snapshot.history({ ...query, limit: PAGE_VERSIONS });
  const last = versions.at(-1)?.revision;
  if (last === undefined || versions.length < PAGE_VERSIONS) return { versions, upTo: query.upTo };
  const whole = versions.filter(({ revision }) => revision < last);
  if (whole.length > 0) return { versions: whole, upTo: last - 1 };
  return { versions: await snapshot.history({ ...query, after: last - 1, upTo: last }), upTo: last };
}

function* revisionsOf(versions: readonly Version[]): Generator<readonly Version[]> {
  let start = 0;
  for (let index = 1; index <= versions.length; index++) {
    if (versions[index]?.revision === versions[start]?.revision) continue;
    yield versions.slice(start, index);
    start = index;
  }
}

function backwards(position: Revision, found: Revision): LedgerUnusableError {
  return new LedgerUnusableError(
    `the ledger went back from revision ${position} to ${found}, as after restoring a backup: ` +
      "restart this process so that it reads the present state anew",
  );
}

function leftBehind(position: Revision, horizon: Revision): LedgerUnusableError {
  return new LedgerUnusableError(
    `this process had followed the ledger up to revision ${position}, but history is kept from ${horizon} only: ` +
      "restart it so that it reads the present state anew",
  );
}
