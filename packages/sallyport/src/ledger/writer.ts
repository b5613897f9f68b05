import { Draft } from "./draft.ts";
import type { Feed } from "./feed.ts";
import { LedgerUnavailableError, type Revision, type Transaction } from "./ledger.ts";
import type { Session, Store, Version } from "./store.ts";

/** Works that share one commit at most, so that no batch holds up reads or keeps the first caller waiting. */
const BATCH_WORKS = 256;
/** Turns of the event loop that a group waits for more works. Each is a fraction of what a commit takes. */
const GATHERING_TURNS = 8;
/** Works that may wait. Our choice: beyond it a caller hears at once that the store cannot keep up. */
const QUEUED_WORKS = 10_000;
/** Time for one work. It may wait for nothing but its transaction, so only a defect or a lost store comes near. */
export const DEFAULT_WORK_TIMEOUT_MS = 10_000;

type Work<T> = (transaction: Transaction) => Promise<T>;

/** What a work returned, and the revision of its writes; without any, the revision it saw. */
export interface Outcome<T> {
  readonly value: T;
  readonly revision: Revision;
}

/** A work that waits for its turn, or for the commit of its batch. */
interface Job {
  /** Runs the work; undefined when it failed and its caller has been told. */
  run(draft: Draft): Promise<Finished | undefined>;
  reject(error: unknown): void;
}

interface Finished {
  resolve(revision: Revision): void;
  reject(error: unknown): void;
}

/**
 * Runs works one after the other and commits them in groups: all that were handed in during one turn of the event loop,
 * or while the group before them was being committed, share one commit.
 */
export class Writer {
  readonly #store: Store;
  readonly #feed: Feed;
  readonly #workTimeoutMs: number;
  #queue: Job[] = [];
  readonly #tasks: (() => Promise<void>)[] = [];
  #running: Promise<void> | undefined;
  #closed = false;

  constructor(store: Store, feed: Feed, workTimeoutMs: number = DEFAULT_WORK_TIMEOUT_MS) {
    this.#store = store;
    this.#feed = feed;
    this.#workTimeoutMs = workTimeoutMs;
  }

  submit<T>(work: Work<T>): Promise<Outcome<T>> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError("the ledger is closed"));
    if (this.#queue.length >= QUEUED_WORKS) {
      return Promise.reject(new LedgerUnavailableError("too many writes are waiting for the ledger"));
    }
    const { promise, resolve, reject } = Promise.withResolvers<Outcome<T>>();
    this.#queue.push({ run: (draft) => this.#run(work, draft, resolve, reject), reject });
    this.#running ??= this.#drain();
    return promise;
  }

  /** Runs `task` in a session of its own, between two groups. */
  alone<T>(task: (session: Session) => Promise<T>): Promise<T> {
    if (this.#closed) return Promise.reject(new LedgerUnavailableError("the ledger is closed"));
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.#tasks.push(() => inSession(this.#store, task).then(resolve, reject));
    this.#running ??= this.#drain();
    return promise;
  }

  /** Takes no more work and waits for what was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #drain(): Promise<void> {
    await nextTurn();
    while (this.#queue.length > 0 || this.#tasks.length > 0) {
      await this.#tasks.shift()?.();
      await this.#gather();
      const batch = this.#queue.slice(0, BATCH_WORKS);
      this.#queue = this.#queue.slice(BATCH_WORKS);
      if (batch.length > 0) await this.#runBatch(batch);
      await nextTurn();
    }
    this.#running = undefined;
  }

  /** Waits for works that are on their way: as long as more arrive with every turn of the event loop, but not for long. */
  async #gather(): Promise<void> {
    for (let turn = 0, waiting = 0; turn < GATHERING_TURNS && this.#queue.length > waiting; turn++) {
      waiting = this.#queue.length;
      await nextTurn();
    }
  }

  async #runBatch(batch: readonly Job[]): Promise<void> {
    const finished: (Finished & { readonly revision: Revision })[] = [];
    try {
      const { versions, revision } = await inSession(this.#store, (session) => this.#write(session, batch, finished));
      this.#feed.deliver(versions, revision);
      for (const job of finished) job.resolve(job.revision);
    } catch (error) {
      // A caller that has been told already does not mind: a promise settles once.
      for (const job of batch) job.reject(error);
    }
  }

  async #write(session: Session, batch: readonly Job[], finished: (Finished & { readonly revision: Revision })[]) {
    // Nobody can have told of more than there was when the session began: it keeps all other writers out.
    await this.#feed.catchUp(session, session.before, this.#feed.position);
    let { revision } = session.before;
    const versions: Version[] = [];
    for (const job of batch) {
      const draft = new Draft(session, revision + 1);
      const done = await job.run(draft);
      const amendments = draft.end();
      if (done === undefined) continue;
      if (amendments.length > 0) {
        await session.write(amendments, draft.revision);
        versions.push(...amendments);
        revision = draft.revision;
      }
      finished.push({ ...done, revision });
    }
    if (revision > session.before.revision) await session.commit({ ...session.before, revision });
    return { versions, revision };
  }

  async #run<T>(
    work: Work<T>,
    draft: Draft,
    resolve: (outcome: Outcome<T>) => void,
    reject: (error: unknown) => void,
  ): Promise<Finished | undefined> {
    try {
      const value = await withinTime(work(draft), this.#workTimeoutMs);
      return { resolve: (revision) => resolve({ value, revision }), reject };
    } catch (error) {
      reject(error);
      return undefined;
    }
  }
}

/** One session: what the task does not commit is undone. */
async function inSession<T>(store: Store, task: (session: Session) => Promise<T>): Promise<T> {
  const session = await store.begin();
  try {
    return await task(session);
  } finally {
    await session.end();
  }
}

/** A work that waits for another `transact` would wait for ever: both need the one writer. */
async function withinTime<T>(work: Promise<T>, timeoutMs: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`a transaction did not end within ${timeoutMs} ms: its work may wait for nothing else`));
  }, timeoutMs);
  try {
    return await Promise.race([work, promise]);
  } finally {
    clearTimeout(timer);
  }
}

const nextTurn = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));
