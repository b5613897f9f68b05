import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LedgerUnavailableError, type Document, type Transaction } from "../../../src/ledger/ledger.ts";
import { nextChanges, told, type Harness } from "../harness.ts";

const increment = async (transaction: Transaction, key: string): Promise<number> => {
  const count = ((await transaction.get<number>(key))?.value ?? 0) + 1;
  await transaction.put(key, count);
  return count;
};

/** All or nothing, one after the other. */
export function transactionContract({ open }: Harness): void {
  describe("transactions", () => {
    it("never come between each other's reads and writes", async (t) => {
      const ledger = await open(t);
      const counts = await Promise.all(
        Array.from({ length: 60 }, () => ledger.transact((transaction) => increment(transaction, "count"))),
      );
      assert.deepEqual(
        counts,
        Array.from({ length: 60 }, (_, index) => index + 1),
      );
      assert.deepEqual(await ledger.get("count"), {
        key: "count",
        collection: "",
        created: 1,
        revision: 60,
        value: 60,
      });
    });

    it("pass on what the work throws, write nothing and use up no revision", async (t) => {
      const ledger = await open(t);
      const defect = new Error("no");
      const failing = ledger.transact(async (transaction) => {
        await transaction.put("a", 1);
        throw defect;
      });
      const following = ledger.transact(async (transaction) => {
        await transaction.put("b", (await transaction.get("a")) === undefined);
        return transaction.revision;
      });
      await assert.rejects(failing, (error) => error === defect);
      assert.equal(await following, 1);
      assert.equal((await ledger.get("b"))?.value, true, "a was never written");
    });

    it("see their own writes", async (t) => {
      const ledger = await open(t);
      await ledger.commit(["c/1", "c/2", "c/3", "c/4"].map((key) => ({ key, value: "old" })));
      await ledger.transact(async (transaction) => {
        await transaction.put("c/2", "new");
        await transaction.delete("c/1");
        await transaction.put("c/5", "new");
        await transaction.put("c/3", "moved", { collection: "d" });
        await transaction.put("b/1", "joined", { collection: "c" });
        assert.equal((await transaction.get("c/2"))?.value, "new");
        assert.equal((await transaction.get("c/2"))?.revision, transaction.revision);
        assert.equal((await transaction.get("c/2", 1))?.value, "old");
        assert.equal(await transaction.get("c/1"), undefined);
        const keys = (documents: readonly Document[]) => documents.map(({ key }) => key);
        assert.deepEqual(keys(await transaction.list({ collection: "c" })), ["c/2", "c/4", "b/1", "c/5"]);
        assert.deepEqual(keys(await transaction.list({ collection: "c", limit: 2 })), ["c/2", "c/4"]);
        const after = { created: 1, key: "c/4" };
        assert.deepEqual(keys(await transaction.list({ collection: "c", after, limit: 1 })), ["b/1"]);
        assert.deepEqual(keys(await transaction.list({ collection: "d" })), ["c/3"]);
        assert.deepEqual(keys(await transaction.list({ prefix: "c/" })), ["c/2", "c/3", "c/4", "c/5"]);
        assert.deepEqual(keys(await transaction.list({ prefix: "c/", at: 1 })), ["c/1", "c/2", "c/3", "c/4"]);
      });
    });

    it("are not seen before they are committed", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "a", value: 1 }]);
      await ledger.transact(async (transaction) => {
        await transaction.put("a", 2);
        assert.equal((await ledger.get("a"))?.value, 1);
        assert.equal(await ledger.revision(), 1);
      });
      assert.equal((await ledger.get("a"))?.value, 2);
    });

    it("make one version of several writes to a key", async (t) => {
      const ledger = await open(t);
      await ledger.commit([
        { key: "again", value: 1 },
        { key: "ended", value: 1 },
      ]);
      await ledger.transact(async (transaction) => {
        await transaction.put("twice", 1);
        await transaction.put("twice", 2, { expected: transaction.revision });
        await transaction.delete("again", { expected: 1 });
        await transaction.put("again", 2, { expected: 0 });
        await transaction.put("ended", 2);
        await transaction.delete("ended");
        await transaction.put("passing", 1);
        await transaction.delete("passing");
        assert.equal(await transaction.get("passing"), undefined);
      });
      const { created, revision } = (await ledger.get("again")) ?? {};
      assert.deepEqual({ created, revision }, { created: 2, revision: 2 }, "a document that comes back is a new one");
      const changes = await nextChanges(ledger, 1, 3);
      assert.deepEqual(changes.map(told), ["2 again=2", "2 ended!", "2 twice=2"]);
      assert.deepEqual(await ledger.list({ collection: "" }), [await ledger.get("again"), await ledger.get("twice")]);
    });

    it("that change nothing use up no revision", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "a", value: 1 }]);
      const outcome = await ledger.transact(async (transaction) => {
        await transaction.put("b", 1);
        await transaction.delete("b");
        await transaction.delete("never");
        return (await transaction.get("a"))?.value;
      });
      assert.equal(outcome, 1);
      assert.equal(await ledger.commit([]), 1);
      assert.equal(await ledger.commit([{ key: "never", delete: true }]), 1);
      assert.equal(await ledger.revision(), 1);
      assert.equal(await ledger.commit([{ key: "a", value: 1 }]), 2, "the same value is a new version");
    });

    it("take writes that are made side by side", async (t) => {
      const ledger = await open(t);
      await ledger.transact(async (transaction) => {
        await Promise.all([transaction.put("a", 1), transaction.put("b", 1), transaction.put("a", 2)]);
        await Promise.all([transaction.get("a"), transaction.get("b"), transaction.list({ prefix: "" })]);
      });
      assert.equal((await ledger.get("a"))?.value, 2);
    });

    it("end with their work", async (t) => {
      const ledger = await open(t);
      const kept = await ledger.transact(async (transaction) => [transaction]);
      for (const transaction of kept) {
        await assert.rejects(transaction.put("a", 1), /the transaction has ended/);
        await assert.rejects(transaction.get("a"), /the transaction has ended/);
      }
    });

    it("that wait for something else are given up, and others go on", async (t) => {
      const ledger = await open(t, { workTimeoutMs: 50 });
      const inner = Promise.withResolvers<number>();
      const outer = ledger.transact(async (transaction) => {
        await transaction.put("outer", 1);
        inner.resolve(ledger.commit([{ key: "inner", value: 1 }]));
        await inner.promise;
      });
      await assert.rejects(outer, /did not end within 50 ms/);
      assert.equal(await inner.promise, 1);
      assert.equal(await ledger.get("outer"), undefined);
    });

    it("that were accepted are finished before the ledger closes", async (t) => {
      const ledger = await open(t);
      const accepted = ledger.commit([{ key: "a", value: 1 }]);
      const closing = ledger.close();
      await assert.rejects(ledger.commit([{ key: "b", value: 1 }]), LedgerUnavailableError);
      assert.equal(await accepted, 1);
      await closing;
      await ledger.close();
    });
  });
}
