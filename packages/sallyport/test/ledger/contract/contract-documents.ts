import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LedgerConflictError, type Ledger, type Write } from "../../../src/ledger/ledger.ts";
import type { Harness } from "../harness.ts";

const refused: readonly { readonly why: string; readonly write: Write; readonly error: RegExp }[] = [
  { why: "an empty key", write: { key: "", value: 1 }, error: /must not be empty/ },
  { why: "a key with U+0000", write: { key: "a\0b", value: 1 }, error: /without U\+0000/ },
  { why: "a key with a lone surrogate", write: { key: "a\ud800", value: 1 }, error: /well-formed/ },
  { why: "a key of 2049 bytes", write: { key: "é".repeat(1024) + "a", value: 1 }, error: /2048 bytes/ },
  { why: "a value without JSON", write: { key: "a", value: undefined }, error: /no JSON form/ },
  { why: "a scope of three segments", write: pinned("a/b/c", 0), error: /two segments/ },
  { why: "a pin in the future", write: pinned("a/b", 2), error: /ahead of its own write/ },
  { why: "a pin at no revision", write: pinned("a/b", 0.5), error: /must be a revision number/ },
];

function pinned(scope: string, revision: number): Write {
  return { key: "a", value: 1, pin: { scope, revision } };
}

/** Expectations about the document `there`, at revision 2, and `gone`, deleted at revision 3. */
const expectations = [
  { key: "there", expected: 2, holds: true, actual: 2 },
  { key: "there", expected: 0, holds: false, actual: 2 },
  { key: "there", expected: 1, holds: false, actual: 2 },
  { key: "gone", expected: 0, holds: true, actual: 0 },
  { key: "gone", expected: 1, holds: false, actual: 0 },
  { key: "never", expected: 0, holds: true, actual: 0 },
  { key: "never", expected: 3, holds: false, actual: 0 },
] as const;

async function thereAndGone(ledger: Ledger): Promise<Ledger> {
  await ledger.commit([
    { key: "there", value: 1 },
    { key: "gone", value: 1 },
  ]);
  await ledger.commit([{ key: "there", value: 2 }]);
  await ledger.commit([{ key: "gone", delete: true }]);
  return ledger;
}

/** Documents, their versions, and what cannot be one. */
export function documentContract({ open }: Harness): void {
  describe("documents", () => {
    it("come back as they were written, detached, without undefined members", async (t) => {
      const ledger = await open(t);
      const value = { text: "\0 \u{1f600} \ud800 é", list: [1, null, { deep: true }], none: undefined };
      await ledger.commit([{ key: "apis/a1", value }]);
      value.list.push(2);
      const expected = { text: value.text, list: [1, null, { deep: true }] };
      const found = await ledger.get("apis/a1");
      assert.deepEqual(found, { key: "apis/a1", collection: "apis", created: 1, revision: 1, value: expected });
      assert.notEqual((await ledger.get("apis/a1"))?.value, found?.value);
    });

    it("may be null", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "nothing", value: null }]);
      assert.equal((await ledger.get("nothing"))?.value, null);
      assert.equal((await ledger.get("nothing"))?.collection, "", "a key of one segment has no parent");
    });

    it("keep every version", async (t) => {
      const ledger = await thereAndGone(await open(t));
      const seen = async (key: string) =>
        Promise.all([0, 1, 2, 3, 4].map(async (at) => (await ledger.get(key, at))?.value));
      assert.deepEqual(await seen("there"), [undefined, 1, 2, 2, 2]);
      assert.deepEqual(await seen("gone"), [undefined, 1, 1, undefined, undefined]);
      assert.equal(await ledger.get("gone"), undefined);
      assert.equal(await ledger.revision(), 3);
    });

    it("keep their creation and collection until they end", async (t) => {
      const ledger = await open(t);
      await ledger.commit([{ key: "apis/a1", value: 1, collection: "tenants/t/apis" }]);
      await ledger.commit([{ key: "apis/a1", value: 2 }]);
      assert.deepEqual(await ledger.get("apis/a1"), {
        key: "apis/a1",
        collection: "tenants/t/apis",
        created: 1,
        revision: 2,
        value: 2,
      });
      await ledger.commit([{ key: "apis/a1", delete: true }]);
      await ledger.commit([{ key: "apis/a1", value: 3 }]);
      const { created, collection } = (await ledger.get("apis/a1")) ?? {};
      assert.deepEqual({ created, collection }, { created: 4, collection: "apis" });
    });

    for (const { key, expected, holds, actual } of expectations) {
      for (const kind of ["put", "delete"] as const) {
        it(`${kind} of ${key} at expected revision ${expected} ${holds ? "succeeds" : "is a conflict"}`, async (t) => {
          const ledger = await thereAndGone(await open(t));
          const write: Write = kind === "put" ? { key, value: "new", expected } : { key, delete: true, expected };
          const writing = ledger.commit([{ key: "companion", value: 1 }, write]);
          if (holds) assert.equal(await writing, 4);
          else await assert.rejects(writing, new LedgerConflictError(key, expected, actual));
          assert.equal((await ledger.get("companion")) !== undefined, holds);
        });
      }
    }

    for (const { why, write, error } of refused) {
      it(`refuses ${why}`, async (t) => {
        const ledger = await open(t);
        await assert.rejects(ledger.commit([write]), error);
        assert.equal(await ledger.revision(), 0);
      });
    }

    it("refuses reads at what is no revision", async (t) => {
      const ledger = await open(t);
      for (const at of [-1, 1.5, Number.NaN]) {
        await assert.rejects(ledger.get("a", at), RangeError);
        await assert.rejects(ledger.list({ prefix: "a", at }), RangeError);
        await assert.rejects(ledger.changedKeys("a", at, 1), RangeError);
      }
      await assert.rejects(ledger.list({ collection: "a", limit: -1 }), RangeError);
    });
  });
}
