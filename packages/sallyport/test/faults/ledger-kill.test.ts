import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { it } from "node:test";
import type { Ledger, Revision } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { nextChanges, temporaryFolder } from "../ledger/harness.ts";

const ROUNDS = 15;
/** Acknowledgements to wait for before the kill; the moment within the commits is left to chance. */
const MOST_ACKNOWLEDGED = 120;
/** Every transaction of the writer changes so many documents. */
const CHANGES = 5;

interface Marker {
  readonly name: string;
  readonly at: Revision;
}

/** Lets a writer run, kills it at a random moment and returns what it had acknowledged: names and revisions. */
async function killedWriter(path: string, round: string): Promise<Map<string, Revision>> {
  const program = join(import.meta.dirname, "ledger-writer.ts");
  const child = spawn(process.execPath, [program, path, round], { stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(child, "exit");
  const acknowledged = new Map<string, Revision>();
  const killAfter = Math.floor(Math.random() * MOST_ACKNOWLEDGED);
  for await (const line of createInterface(child.stdout)) {
    const [name = "", revision] = line.split(" ");
    if (revision !== undefined) acknowledged.set(name, Number(revision));
    if (acknowledged.size >= killAfter) child.kill("SIGKILL");
  }
  assert.deepEqual(await exited, [null, "SIGKILL"]);
  return acknowledged;
}

function checkIntegrity(path: string): void {
  const database = new DatabaseSync(path);
  assert.deepEqual(
    database
      .prepare("PRAGMA integrity_check")
      .all()
      .map((row) => row["integrity_check"]),
    ["ok"],
  );
  const unlisted = database.prepare(
    `SELECT count(*) AS count FROM versions LEFT JOIN listings USING (collection, created, key)
       WHERE until = 9007199254740991 AND listings.key IS NULL`,
  );
  assert.equal(unlisted.get()?.["count"], 0, "every document is in its listing");
  database.close();
}

/** Every transaction in the ledger is there as a whole, under one revision that is its own. */
async function checkWhole(ledger: Ledger, acknowledged: ReadonlyMap<string, Revision>): Promise<void> {
  const parts = await ledger.list<Marker>({ prefix: "done/" });
  const revisions = new Map<string, Revision>();
  for (const [index, { key, revision, value }] of parts.entries()) {
    assert.equal(key, `done/${value.name}/${"abc"[index % 3]}`, "no part is missing");
    assert.equal(value.at, revision);
    revisions.set(value.name, revision);
  }
  assert.equal(new Set(revisions.values()).size, revisions.size, "no revision is used twice");
  for (const [name, revision] of acknowledged) assert.equal(revisions.get(name), revision, `${name} was acknowledged`);
  assert.equal(await ledger.revision(), Math.max(0, ...revisions.values()));
}

it("a ledger keeps what it acknowledged, and nothing by halves, however often its process is killed", async (t) => {
  const path = join(await temporaryFolder(t), "ledger.db");
  const acknowledged = new Map<string, Revision>();
  for (let round = 0; round < ROUNDS; round++) {
    for (const [name, revision] of await killedWriter(path, String(round))) acknowledged.set(name, revision);
    checkIntegrity(path);
    const ledger = await openSqliteLedger({ path });
    await checkWhole(ledger, acknowledged);
    await ledger.close();
  }
  const ledger = await openSqliteLedger({ path });
  t.after(() => ledger.close());
  const last = await ledger.revision();
  assert.ok(acknowledged.size > ROUNDS, "the writers got somewhere");
  const changes = await nextChanges(ledger, 0, CHANGES * last);
  assert.equal(new Set(changes.map(({ revision }) => revision)).size, last, "the feed has every revision");
});

it("two processes that write to one file take turns, and neither harms it", async (t) => {
  const path = join(await temporaryFolder(t), "ledger.db");
  const [one, other] = await Promise.all([killedWriter(path, "one"), killedWriter(path, "other")]);
  checkIntegrity(path);
  const ledger = await openSqliteLedger({ path });
  t.after(() => ledger.close());
  await checkWhole(ledger, new Map([...one, ...other]));
});
