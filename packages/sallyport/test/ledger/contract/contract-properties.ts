import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LedgerCollectedError, scopeOf, type Document, type Ledger, type Write } from "../../../src/ledger/ledger.ts";
import { nextChanges, type Harness } from "../harness.ts";
import { byBytes, HistoryModel, type ModelVersion } from "../history-model.ts";

const KEYS = ["apis/a", "apis/a/r/1", "apis/a/r/2", "apis/a/s/\u{10000}", "apis/a/s/\uffff", "apis/b/r/1", "other"];
const PREFIXES = ["", "apis/", "apis/a", "apis/a/", "apis/b/", "none"];

/** A write whose pin lies some revisions back, if it has one; which revision that is shows when it is written. */
interface PlannedWrite {
  readonly key: string;
  readonly value: number | undefined;
  readonly collection: string | undefined;
  readonly pin: { readonly scope: string; readonly back: number } | undefined;
}

interface PlannedTransaction {
  readonly writes: readonly PlannedWrite[];
  readonly fails: boolean;
}

const plannedWrite: fc.Arbitrary<PlannedWrite> = fc.record({
  key: fc.constantFrom(...KEYS),
  value: fc.option(fc.nat(9), { nil: undefined, freq: 3 }),
  collection: fc.option(fc.constantFrom("listed", "apis/a/r"), { nil: undefined }),
  pin: fc.option(fc.record({ scope: fc.constantFrom("apis/a", "apis/b"), back: fc.nat(4) }), { nil: undefined }),
});

const history: fc.Arbitrary<readonly PlannedTransaction[]> = fc.array(
  fc.record({
    writes: fc.array(plannedWrite, { maxLength: 4 }),
    fails: fc.nat(4).map((chance) => chance === 0),
  }),
  { minLength: 1, maxLength: 14 },
);

function writesOf({ writes }: PlannedTransaction, revision: number): readonly Write[] {
  return writes.map(({ key, value, collection, pin }): Write => {
    if (value === undefined) return { key, delete: true };
    const pinned = pin && { scope: pin.scope, revision: Math.max(0, revision - pin.back) };
    return { key, value, collection, pin: pinned };
  });
}

/** Runs the history on the ledger and the model; the transactions are all under way at once. */
async function run(ledger: Ledger, transactions: readonly PlannedTransaction[]): Promise<HistoryModel> {
  const model = new HistoryModel();
  const running = transactions.map((planned) =>
    ledger.transact(async (transaction) => {
      const writes = writesOf(planned, transaction.revision);
      for (const write of writes) {
        if ("delete" in write) await transaction.delete(write.key);
        else await transaction.put(write.key, write.value, write);
      }
      if (planned.fails) throw new Error("planned");
      model.commit(writes);
    }),
  );
  const outcomes = await Promise.allSettled(running);
  for (const [index, outcome] of outcomes.entries()) {
    assert.equal(outcome.status, transactions[index]?.fails ? "rejected" : "fulfilled");
  }
  assert.equal(await ledger.revision(), model.revision);
  return model;
}

const documentOf = ({ key, collection, created, revision, value }: ModelVersion): Document => ({
  key,
  collection,
  created,
  revision,
  value,
});

async function checkPresent(ledger: Ledger, model: HistoryModel): Promise<void> {
  const now = model.at(model.revision).map(documentOf);
  assert.deepEqual(await ledger.list({ prefix: "" }), now);
  for (const collection of new Set(now.map((document) => document.collection))) {
    const listed = now
      .filter((document) => document.collection === collection)
      .toSorted((a, b) => a.created - b.created || byBytes(a.key, b.key));
    assert.deepEqual(await ledger.list({ collection }), listed);
    assert.deepEqual(await ledger.list({ collection, after: listed[0], limit: 2 }), listed.slice(1, 3));
  }
}

async function checkHistory(ledger: Ledger, model: HistoryModel, from: number): Promise<void> {
  for (let at = from; at <= model.revision; at++) {
    const then = model.at(at).map(documentOf);
    assert.deepEqual(await ledger.list({ prefix: "", at }), then, `at revision ${at}`);
    const key = KEYS[at % KEYS.length] ?? "";
    const expected = then.find((document) => document.key === key);
    assert.deepEqual(await ledger.get(key, at), expected, `${key} at revision ${at}`);
    const prefix = PREFIXES[at % PREFIXES.length] ?? "";
    assert.deepEqual(await ledger.changedKeys(prefix, from, at), model.changedKeys(prefix, from, at));
    assert.deepEqual(
      await ledger.changedKeys(prefix, at, model.revision),
      model.changedKeys(prefix, at, model.revision),
    );
  }
}

async function checkFeed(ledger: Ledger, model: HistoryModel, after: number): Promise<void> {
  const expected = model.changes(after).map((version) => ({
    revision: version.revision,
    key: version.key,
    document: version.ended ? undefined : documentOf(version),
  }));
  assert.deepEqual(await nextChanges(ledger, after, expected.length), expected);
}

async function checkPins(ledger: Ledger, model: HistoryModel, horizon: number): Promise<void> {
  const pins = model.pins(horizon);
  for (const { scope, revision } of pins) {
    const kept = model.at(revision).filter(({ key }) => scopeOf(key) === scope);
    const expected = kept.filter(({ key }) => key !== scope).map(documentOf);
    assert.deepEqual(await ledger.list({ prefix: `${scope}/`, at: revision }), expected);
    assert.deepEqual(await ledger.get(scope, revision), kept.filter(({ key }) => key === scope).map(documentOf)[0]);
  }
  for (let at = 0; at < horizon; at++) {
    if (pins.some(({ scope, revision }) => scope === "apis/a" && revision === at)) continue;
    await assert.rejects(ledger.list({ prefix: "apis/a/", at }), LedgerCollectedError);
  }
}

/** Random histories against the model of a ledger. */
export function historyProperties({ openDisposable, runs }: Harness): void {
  const onFreshLedger = async (check: (ledger: Ledger) => Promise<void>) => {
    const { ledger, dispose } = await openDisposable();
    try {
      await check(ledger);
    } finally {
      await dispose();
    }
  };

  describe("any history", () => {
    it("is kept, told and read as the model has it", async () => {
      const property = fc.asyncProperty(history, (transactions) =>
        onFreshLedger(async (ledger) => {
          const model = await run(ledger, transactions);
          await checkPresent(ledger, model);
          await checkHistory(ledger, model, 0);
          await checkFeed(ledger, model, 0);
        }),
      );
      await fc.assert(property, { numRuns: runs });
    });

    it("loses by collecting exactly what nobody needs", async () => {
      const retained = fc.array(fc.nat(6), { minLength: 1, maxLength: 2 });
      const property = fc.asyncProperty(history, retained, (transactions, retains) =>
        onFreshLedger(async (ledger) => {
          const model = await run(ledger, transactions);
          let [horizon, gone] = [0, 0];
          for (const retain of retains) {
            horizon = Math.max(horizon, model.revision - retain);
            const superfluous = model.superfluous(horizon);
            assert.equal(await ledger.collect({ retain }), superfluous - gone);
            gone = superfluous;
            await checkPresent(ledger, model);
            await checkHistory(ledger, model, horizon);
            await checkFeed(ledger, model, horizon);
            await checkPins(ledger, model, horizon);
          }
        }),
      );
      await fc.assert(property, { numRuns: runs });
    });
  });
}
