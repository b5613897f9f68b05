import assert from "node:assert/strict";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { LedgerUnavailableError, LedgerUnusableError } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { QUERIES } from "../../src/ledger/sqlite/queries.ts";
import { SqliteSession } from "../../src/ledger/sqlite/session.ts";
import { temporaryFolder, told } from "./harness.ts";

describe("a ledger's file", () => {
  it("keeps everything between two openings", async (t) => {
    const path = join(await temporaryFolder(t), "new", "folder", "ledger.db");
    const first = await openSqliteLedger({ path });
    await first.commit([{ key: "a", value: 1 }]);
    await first.commit([{ key: "a", value: 2 }]);
    await first.close();
    const second = await openSqliteLedger({ path });
    assert.equal(second.id, first.id);
    assert.equal(await second.revision(), 2);
    assert.equal((await second.get("a", 1))?.value, 1);
    assert.equal(await second.commit([{ key: "a", value: 3 }]), 3);
    await second.close();
  });

  it("is for its owner only, journals included", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    const ledger = await openSqliteLedger({ path });
    t.after(() => ledger.close());
    await ledger.commit([{ key: "a", value: 1 }]);
    for (const file of [path, `${path}-wal`, `${path}-shm`]) assert.equal((await stat(file)).mode & 0o777, 0o600, file);
  });

  for (const path of ["", ":memory:", "file:ledger?mode=memory"]) {
    it(`is not "${path}"`, async () => {
      await assert.rejects(openSqliteLedger({ path }), LedgerUnusableError);
    });
  }

  it("is not the database of another program, which stays as it was", async (t) => {
    const path = join(await temporaryFolder(t), "other.db");
    const other = new DatabaseSync(path);
    other.exec("CREATE TABLE notes (text)");
    other.close();
    const before = await readFile(path);
    await assert.rejects(openSqliteLedger({ path }), /another program/);
    await assert.rejects(openSqliteLedger({ path, readOnly: true }), /another program/);
    assert.deepEqual(await readFile(path), before);
  });

  it("is not a file of another kind", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    await writeFile(path, "not a database ".repeat(100));
    await assert.rejects(openSqliteLedger({ path }), /cannot be opened: file is not a database/);
  });

  it("can be opened for reading, while another writes", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    await assert.rejects(openSqliteLedger({ path, readOnly: true }), LedgerUnusableError);
    const writing = await openSqliteLedger({ path });
    const reading = await openSqliteLedger({ path, readOnly: true });
    await writing.commit([{ key: "a", value: 1 }]);
    assert.equal((await reading.get("a"))?.value, 1);
    assert.equal(await reading.revision(), 1);
    await assert.rejects(reading.commit([{ key: "a", value: 2 }]), /for reading only/);
    await reading.close();
    await writing.close();
  });

  it("may be written to by others in between: their revisions are told first", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    const [one, other] = await Promise.all([openSqliteLedger({ path }), openSqliteLedger({ path })]);
    const seen: string[] = [];
    one.subscribe((changes) => seen.push(...changes.map(told)));
    await one.commit([{ key: "a", value: 1 }]);
    await other.commit([{ key: "b", value: 1 }]);
    await other.commit([{ key: "a", value: 2 }]);
    assert.equal(await one.commit([{ key: "c", value: 1 }]), 4);
    assert.deepEqual(seen, ["1 a=1", "2 b=1", "3 a=2", "4 c=1"]);
    await one.close();
    await other.close();
  });

  it("that another process keeps locked is unavailable until it lets go", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    const ledger = await openSqliteLedger({ path, busyTimeoutMs: 20 });
    const other = new DatabaseSync(path);
    other.exec("BEGIN IMMEDIATE");
    await assert.rejects(
      ledger.commit([{ key: "a", value: 1 }]),
      (error) => error instanceof LedgerUnavailableError && !error.outcomeUnknown,
    );
    assert.equal(await ledger.get("a"), undefined);
    other.exec("ROLLBACK");
    other.close();
    assert.equal(await ledger.commit([{ key: "a", value: 1 }]), 1);
    await ledger.close();
  });

  it("that cannot grow keeps nothing of the transaction that needed room", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    await (await openSqliteLedger({ path })).close();
    const database = new DatabaseSync(path);
    database.exec("PRAGMA max_page_count = 20; PRAGMA cache_size = 2");
    const session = new SqliteSession(database).begin();
    const version = (key: string, size: number) => ({
      key,
      collection: "",
      created: 1,
      revision: 1,
      json: JSON.stringify("x".repeat(size)),
      supersedes: undefined,
      pin: undefined,
    });
    assert.throws(() => session.write([version("small", 10), version("large", 200_000)], 1), LedgerUnavailableError);
    assert.equal(database.isTransaction, false, "SQLite ends the transaction by itself");
    assert.throws(() => session.write([version("late", 10)], 1), /given up the transaction/);
    session.end();
    assert.equal(database.prepare("SELECT count(*) AS count FROM versions").get()?.["count"], 0);
    database.close();
  });

  it("answers every query from an index", async (t) => {
    const path = join(await temporaryFolder(t), "ledger.db");
    await (await openSqliteLedger({ path })).close();
    const database = new DatabaseSync(path);
    for (const [name, sql] of Object.entries(QUERIES)) {
      const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all();
      for (const step of plan.map(({ detail }) => String(detail))) {
        assert.doesNotMatch(step, /^SCAN (?!ledger|CONSTANT)|TEMP B-TREE/, `${name}: ${step}`);
      }
    }
    database.close();
  });
});
