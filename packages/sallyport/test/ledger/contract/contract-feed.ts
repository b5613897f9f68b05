import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Change } from "../../../src/ledger/ledger.ts";
import { nextChanges, told, type Harness } from "../harness.ts";

/** More versions than are read at a time, and a whole page of them in one revision. */
const MANY = 1100;

/** What happened, then what happens. */
export function feedContract({ open }: Harness): void {
  describe("the feed", () => {
    it("tells subscribers each revision, in order, before its writer goes on", async (t) => {
      const ledger = await open(t);
      const events: string[] = [];
      const leave = ledger.subscribe((changes) => events.push(changes.map(told).join(", ")));
      await Promise.all(
        ["a", "b", "c"].map(async (key) => {
          const revision = await ledger.commit([
            { key, value: key },
            { key: `${key}/x`, value: 0 },
          ]);
          events.push(`wrote ${revision}`);
        }),
      );
      const toldBefore = (revision: number) =>
        events.findIndex((event) => event.startsWith(`${revision} `)) < events.indexOf(`wrote ${revision}`);
      assert.deepEqual(
        events.filter((event) => !event.startsWith("wrote")),
        ['1 a="a", 1 a/x=0', '2 b="b", 2 b/x=0', '3 c="c", 3 c/x=0'],
      );
      assert.deepEqual([1, 2, 3].map(toldBefore), [true, true, true]);
      leave();
      await ledger.commit([{ key: "a", delete: true }]);
      assert.equal(events.length, 6);
    });

    it("hands subscribers values that are not the writer's", async (t) => {
      const ledger = await open(t);
      const value = { list: [1] };
      const seen: (readonly Change[])[] = [];
      ledger.subscribe((changes) => seen.push(changes));
      await ledger.commit([{ key: "a", value }]);
      value.list.push(2);
      assert.deepEqual(seen[0]?.[0]?.document, await ledger.get("a"));
    });

    it("delivers what has happened, then what happens", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "a", value: 1 }]);
      await ledger.commit([{ key: "b", value: 1 }]);
      const feed = ledger.changes({ after: 1 })[Symbol.asyncIterator]();
      assert.equal(told((await feed.next()).value as Change), "2 b=1");
      const waiting = feed.next();
      await ledger.commit([{ key: "a", delete: true }]);
      assert.equal(told((await waiting).value as Change), "3 a!");
      await feed.return?.(undefined);
    });

    it("delivers only what has the prefix", async (t) => {
      const ledger = await open(t);
      for (const key of ["p/a", "q/a", "p/b"]) await ledger.commit([{ key, value: 1 }]);
      assert.deepEqual((await nextChanges(ledger, 0, 2, "p/")).map(told), ["1 p/a=1", "3 p/b=1"]);
    });

    it("delivers long histories and large transactions whole", async (t) => {
      const ledger = await open(t);
      const keys = Array.from({ length: MANY }, (_, index) => `many/${String(index).padStart(5, "0")}`);
      await ledger.commit([{ key: "first", value: 1 }]);
      await ledger.commit(keys.map((key) => ({ key, value: 1 })));
      await Promise.all(keys.map((key) => ledger.commit([{ key, value: 2 }])));
      const changes = await nextChanges(ledger, 0, 1 + 2 * MANY);
      assert.deepEqual(
        changes.map(({ revision, key }) => `${revision} ${key}`),
        ["1 first", ...keys.map((key) => `2 ${key}`), ...keys.map((key, index) => `${index + 3} ${key}`)],
      );
    });

    it("ends when the signal aborts, while waiting and while delivering", async (t) => {
      const ledger = await open(t);
      await ledger.commit([
        { key: "a", value: 1 },
        { key: "b", value: 1 },
      ]);
      const delivering = new AbortController();
      const seen: string[] = [];
      for await (const { key } of ledger.changes({ after: 0, signal: delivering.signal })) {
        seen.push(key);
        delivering.abort();
      }
      assert.deepEqual(seen, ["a"]);
      const waiting = new AbortController();
      const next = ledger.changes({ after: 1, signal: waiting.signal })[Symbol.asyncIterator]().next();
      waiting.abort();
      assert.deepEqual(await next, { done: true, value: undefined });
    });

    it("ends when the ledger closes", async (t) => {
      const ledger = await open(t);
      const next = ledger.changes({ after: 0 })[Symbol.asyncIterator]().next();
      await ledger.close();
      assert.deepEqual(await next, { done: true, value: undefined });
    });
  });
}
