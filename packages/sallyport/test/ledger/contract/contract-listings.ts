import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Cursor, Document, Ledger } from "../../../src/ledger/ledger.ts";
import type { Harness } from "../harness.ts";

const keysOf = (documents: readonly Document[]): string[] => documents.map(({ key }) => key);

async function pages(ledger: Ledger, collection: string, limit: number): Promise<string[][]> {
  const found: string[][] = [];
  let after: Cursor | undefined;
  for (;;) {
    const page = await ledger.list({ collection, after, limit });
    if (page.length === 0) return found;
    found.push(keysOf(page));
    after = page.at(-1);
  }
}

/** Collections in creation order, prefixes in the order of keys. */
export function listingContract({ open }: Harness): void {
  describe("listings", () => {
    it("list a collection by creation, then by key, page by page", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "r/z", value: 1 }]);
      await ledger.commit(["r/c", "r/\u{10000}", "r/\uffff", "r/b"].map((key) => ({ key, value: 1 })));
      await ledger.commit([
        { key: "r/a", value: 1 },
        { key: "s/a", value: 1 },
        { key: "r/z", value: 2 },
        { key: "elsewhere", value: 1, collection: "r" },
      ]);
      await ledger.commit([{ key: "r/c", delete: true }]);
      assert.deepEqual(await pages(ledger, "r", 2), [
        ["r/z", "r/b"],
        ["r/\uffff", "r/\u{10000}"],
        ["elsewhere", "r/a"],
      ]);
      assert.deepEqual(keysOf(await ledger.list({ collection: "r", limit: 0 })), []);
      assert.equal((await ledger.list({ collection: "r" }))[0]?.value, 2);
    });

    it("follow a document into another collection", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "a/1", value: 1 }]);
      await ledger.commit([{ key: "a/1", value: 1, collection: "b" }]);
      assert.deepEqual(await pages(ledger, "a", 9), []);
      assert.deepEqual(await pages(ledger, "b", 9), [["a/1"]]);
    });

    it("list a prefix by key, exactly", async (t) => {
      const ledger = await open(t);
      const inside = ["p/", "p/a", "p/b/c", "p/\uffff", "p/\u{10ffff}\u{10ffff}"];
      const outside = ["p", "o/z", "p0", "P/a", "\u{ffff}"];
      await ledger.commit([...inside, ...outside].map((key) => ({ key, value: 1 })));
      assert.deepEqual(keysOf(await ledger.list({ prefix: "p/" })), inside);
      assert.deepEqual(keysOf(await ledger.list({ prefix: "p/\u{10ffff}" })), inside.slice(-1));
      assert.equal((await ledger.list({ prefix: "" })).length, inside.length + outside.length);
    });

    it("list a prefix as it was", async (t) => {
      const ledger = await open(t);
      await ledger.commit([
        { key: "p/a", value: 1 },
        { key: "p/b", value: 1 },
      ]);
      await ledger.commit([{ key: "p/a", value: 2 }]);
      await ledger.commit([{ key: "p/b", delete: true }]);
      const at = async (revision: number) =>
        (await ledger.list({ prefix: "p/", at: revision })).map(({ key, value }) => `${key}=${String(value)}`);
      assert.deepEqual(await at(0), []);
      assert.deepEqual(await at(1), ["p/a=1", "p/b=1"]);
      assert.deepEqual(await at(2), ["p/a=2", "p/b=1"]);
      assert.deepEqual(await at(3), ["p/a=2"]);
    });

    it("tell the keys that changed between two revisions, each once", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "p/a", value: 1 }]);
      await ledger.commit([{ key: "p/b", value: 1 }]);
      await ledger.commit([{ key: "p/a", value: 2 }]);
      await ledger.commit([{ key: "p/a", delete: true }]);
      await ledger.commit([{ key: "q/a", value: 1 }]);
      assert.deepEqual(await ledger.changedKeys("p/", 0, 5), ["p/a", "p/b"]);
      assert.deepEqual(await ledger.changedKeys("p/", 2, 4), ["p/a"]);
      assert.deepEqual(await ledger.changedKeys("p/", 4, 5), []);
      assert.deepEqual(await ledger.changedKeys("", 4, 5), ["q/a"]);
      assert.deepEqual(await ledger.changedKeys("p/", 3, 1), []);
    });
  });
}
