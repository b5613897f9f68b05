import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { LedgerCollectedError, type Ledger } from "../../../src/ledger/ledger.ts";
import { nextChanges, told, type Harness } from "../harness.ts";

/** Revisions 1 to 3 of a route; a deployment, revision 4, that pins the API as of revision 2. */
async function deployed(ledger: Ledger): Promise<Ledger> {
  for (const value of [1, 2, 3]) await ledger.commit([{ key: "apis/a1/routes/r1", value }]);
  const pin = { scope: "apis/a1", revision: 2 };
  await ledger.commit([{ key: "apis/a1/deployments/d1", value: {}, pin }]);
  return ledger;
}

/** History goes, unless it is current, retained or pinned. */
export function collectingContract({ open }: Harness): void {
  describe("collecting", () => {
    it("leaves the present, the retained revisions and what is pinned", async (t) => {
      const ledger = await deployed(await open(t));
      assert.equal(await ledger.collect(), 0, "10 000 revisions are retained by default");
      assert.equal(await ledger.collect({ retain: 3 }), 0, "revision 1 is history that is retained");
      assert.equal(await ledger.collect({ retain: 1 }), 1, "revision 1 of the route");
      assert.equal((await ledger.get("apis/a1/routes/r1"))?.value, 3);
      assert.equal((await ledger.get("apis/a1/routes/r1", 3))?.value, 3);
      assert.equal((await ledger.get("apis/a1/routes/r1", 2))?.value, 2);
      assert.equal((await ledger.list({ prefix: "apis/a1/", at: 2 }))[0]?.value, 2);
      assert.equal(await ledger.collect({ retain: 0 }), 0);
    });

    it("makes reads of lost history fail, not lie", async (t) => {
      const ledger = await deployed(await open(t));
      await ledger.collect({ retain: 0 });
      const lost = new LedgerCollectedError(1, 4);
      await assert.rejects(ledger.get("apis/a1/routes/r1", 1), lost);
      await assert.rejects(ledger.list({ prefix: "apis/a1/", at: 1 }), lost);
      await assert.rejects(ledger.list({ prefix: "apis/a1", at: 2 }), LedgerCollectedError);
      await assert.rejects(ledger.get("apis/a2/routes/r1", 2), LedgerCollectedError, "the pin is another API's");
      await assert.rejects(ledger.changedKeys("apis/a1/", 1, 4), lost);
      await assert.rejects(nextChanges(ledger, 3, 1), new LedgerCollectedError(3, 4));
      await ledger.commit([{ key: "a", value: 1 }]);
      assert.deepEqual((await nextChanges(ledger, 4, 1)).map(told), ["5 a=1"]);
    });

    it("still tells what changed since a pin", async (t) => {
      const ledger = await deployed(await open(t));
      await ledger.commit([{ key: "apis/a1/routes/r1", delete: true }]);
      await ledger.collect({ retain: 0 });
      await ledger.commit([{ key: "apis/a1/routes/r2", value: 1 }]);
      const changed = ["apis/a1/deployments/d1", "apis/a1/routes/r1", "apis/a1/routes/r2"];
      assert.deepEqual(await ledger.changedKeys("apis/a1/", 2, 6), changed);
    });

    it("refuses a pin at history that is lost, and takes one at a pin that counts", async (t) => {
      const ledger = await deployed(await open(t));
      await ledger.collect({ retain: 0 });
      const redeploy = (revision: number, scope = "apis/a1") =>
        ledger.commit([{ key: "apis/a1/deployments/d2", value: {}, pin: { scope, revision } }]);
      await assert.rejects(redeploy(1), LedgerCollectedError);
      await assert.rejects(redeploy(2, "apis/a2"), LedgerCollectedError);
      assert.equal(await redeploy(2), 5);
      await ledger.commit([{ key: "apis/a1/deployments/d1", delete: true }]);
      await ledger.collect({ retain: 0 });
      assert.equal((await ledger.get("apis/a1/routes/r1", 2))?.value, 2);
    });

    for (const end of ["deleted", "replaced"] as const) {
      it(`lets go of a pin when its document is ${end}, not before that is history`, async (t) => {
        const ledger = await deployed(await open(t));
        const key = "apis/a1/deployments/d1";
        await ledger.commit([end === "deleted" ? { key, delete: true } : { key, value: {} }]);
        await ledger.collect({ retain: 1 });
        assert.equal((await ledger.get("apis/a1/routes/r1", 2))?.value, 2);
        assert.ok((await ledger.collect({ retain: 0 })) >= 2, "the route's second version and the deployment's first");
        await assert.rejects(ledger.get("apis/a1/routes/r1", 2), LedgerCollectedError);
      });
    }

    it("keeps no deployment because of a later one that has seen it", async (t) => {
      const ledger = await deployed(await open(t));
      await ledger.commit([{ key: "apis/a1/deployments/d2", value: {}, pin: { scope: "apis/a1", revision: 4 } }]);
      await ledger.commit([{ key: "apis/a1/deployments/d1", delete: true }]);
      await ledger.collect({ retain: 0 });
      assert.equal((await ledger.list({ prefix: "apis/a1/", at: 4 })).length, 2);
      await assert.rejects(ledger.get("apis/a1/routes/r1", 2), LedgerCollectedError);
    });

    it("goes on beside writers", async (t) => {
      const ledger = await open(t);
      for (let round = 0; round < 30; round++) {
        await ledger.commit(Array.from({ length: 100 }, (_, index) => ({ key: `many/${index}`, value: round })));
      }
      const collecting = ledger.collect({ retain: 1 });
      const writing = Promise.all([1, 2, 3].map((value) => ledger.commit([{ key: "many/0", value }])));
      assert.equal(await collecting, 2800);
      assert.deepEqual(await writing, [31, 32, 33]);
      assert.equal((await ledger.get("many/1", 29))?.value, 28);
    });
  });
}
