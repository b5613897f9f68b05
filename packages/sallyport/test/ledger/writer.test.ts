import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Feed } from "../../src/ledger/feed.ts";
import { LedgerUnavailableError, type Transaction } from "../../src/ledger/ledger.ts";
import type { Session, State, Store } from "../../src/ledger/store.ts";
import { Writer } from "../../src/ledger/writer.ts";

/** A store without documents that counts its sessions and can be made to fail. */
class EmptyStore implements Store {
  readonly id = "empty";
  sessions = 0;
  ended = 0;
  committed: State = { revision: 0, horizon: 0 };
  failing: "begin" | "write" | "commit" | undefined;

  state = () => this.committed;
  head = () => undefined;
  version = () => undefined;
  collection = () => [];
  range = () => [];
  history = () => [];
  changedKeys = () => [];
  retention = () => ({ horizon: 0, pinned: false });
  close = () => undefined;

  begin(): Session {
    this.#failWhen("begin");
    this.sessions++;
    return Object.assign(Object.create(this) as EmptyStore, {
      before: this.committed,
      write: () => this.#failWhen("write"),
      collect: () => ({ removed: 0, last: undefined }),
      commit: (state: State) => {
        this.#failWhen("commit");
        this.committed = state;
      },
      end: () => void this.ended++,
    });
  }

  #failWhen(moment: "begin" | "write" | "commit"): void {
    if (this.failing === moment) throw new LedgerUnavailableError(`failed to ${moment}`);
  }
}

const put = (key: string) => (transaction: Transaction) => transaction.put(key, 1);

describe("group commit", () => {
  it("gives the works of one turn one session and a revision each", async () => {
    const store = new EmptyStore();
    const writer = new Writer(store, new Feed(0));
    const outcomes = await Promise.all(["a", "b", "c"].map((key) => writer.submit(put(key))));
    assert.deepEqual(
      outcomes.map(({ revision }) => revision),
      [1, 2, 3],
    );
    assert.deepEqual([store.sessions, store.ended], [1, 1]);
    await writer.submit(put("d"));
    assert.deepEqual([store.sessions, store.ended], [2, 2]);
  });

  it("splits what would be too large for one", async () => {
    const store = new EmptyStore();
    const writer = new Writer(store, new Feed(0));
    await Promise.all(Array.from({ length: 600 }, (_, index) => writer.submit(put(String(index)))));
    assert.deepEqual([store.sessions, store.committed.revision], [3, 600]);
  });

  for (const failing of ["begin", "write", "commit"] as const) {
    it(`fails all of a group when the store fails to ${failing}, and goes on after`, async () => {
      const store = new EmptyStore();
      const feed = new Feed(0);
      const writer = new Writer(store, feed);
      store.failing = failing;
      const outcomes = await Promise.allSettled(["a", "b"].map((key) => writer.submit(put(key))));
      assert.deepEqual(
        outcomes.map((outcome) => outcome.status === "rejected" && (outcome.reason as Error).message),
        [`failed to ${failing}`, `failed to ${failing}`],
      );
      assert.equal(store.ended, store.sessions);
      assert.equal(feed.position, 0);
      store.failing = undefined;
      assert.equal((await writer.submit(put("a"))).revision, 1);
    });
  }

  it("tells a work's own error at once, the others after the commit", async () => {
    const store = new EmptyStore();
    const writer = new Writer(store, new Feed(0));
    const order: string[] = [];
    const failing = writer.submit(() => Promise.reject(new Error("own")));
    const told = failing.catch(() => order.push(`rejected at ${store.committed.revision}`));
    const written = writer.submit(async (transaction) => {
      // The rejection of the work before must get through while this one runs.
      for (let turn = 0; turn < 10; turn++) await transaction.get("a");
      await transaction.put("a", 1);
      order.push("written");
    });
    await Promise.all([told, written.then(() => order.push(`resolved at ${store.committed.revision}`))]);
    assert.deepEqual(order, ["rejected at 0", "written", "resolved at 1"]);
  });

  it("refuses more than can wait", async () => {
    const writer = new Writer(new EmptyStore(), new Feed(0));
    const accepted = Array.from({ length: 10_000 }, () => writer.submit(async () => undefined));
    await assert.rejects(
      writer.submit(async () => undefined),
      /too many writes/,
    );
    await Promise.all(accepted);
  });
});
