import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, describe, it, type TestContext } from "node:test";
import type { Ledger } from "../../src/ledger/ledger.ts";
import type { Migration } from "../../src/ledger/migrations.ts";
import { openPostgresLedger } from "../../src/ledger/postgres.ts";
import { MIGRATIONS as POSTGRES_MIGRATIONS } from "../../src/ledger/postgres/schema.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { MIGRATIONS as SQLITE_MIGRATIONS } from "../../src/ledger/sqlite/schema.ts";
import { temporaryFolder } from "./harness.ts";
import { startPostgres, type PostgresServer } from "./postgres-server.ts";

let server: PostgresServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.remove());

type Open = (migrations: readonly Migration[]) => Promise<Ledger>;

/** A store, opened with one list of migrations after the other. */
const stores: readonly {
  readonly name: string;
  readonly migrations: readonly Migration[];
  readonly open: (test: TestContext) => Promise<Open>;
}[] = [
  {
    name: "SQLite",
    migrations: SQLITE_MIGRATIONS,
    async open(test) {
      const path = join(await temporaryFolder(test), "ledger.db");
      return (migrations) => openSqliteLedger({ path, migrations });
    },
  },
  {
    name: "PostgreSQL",
    migrations: POSTGRES_MIGRATIONS,
    async open() {
      const schema = server.newSchema();
      return (migrations) => openPostgresLedger({ url: server.url, schema, migrations });
    },
  },
];

for (const { name, migrations, open } of stores) {
  const known = migrations.at(-1)?.version ?? 0;
  const rename: Migration = { version: known + 1, statements: ["UPDATE versions SET value = '\"migrated\"'"] };
  const mark: Migration = { version: known + 2, statements: ["UPDATE ledger SET revision = revision + 100"] };
  const broken: Migration = { version: known + 2, statements: [...mark.statements, "UPDATE nothing SET x = 1"] };

  describe(`the schema over ${name}`, () => {
    const written = async (openWith: Open) => {
      const ledger = await openWith(migrations);
      await ledger.commit([{ key: "a", value: "original" }]);
      await ledger.close();
    };
    const read = async (openWith: Open, list: readonly Migration[]) => {
      const ledger = await openWith(list);
      const found = [(await ledger.get("a"))?.value, await ledger.revision()];
      await ledger.close();
      return found;
    };

    it("takes the steps it lacks, once each, in order", async (t) => {
      const openWith = await open(t);
      await written(openWith);
      assert.deepEqual(await read(openWith, migrations), ["original", 1]);
      assert.deepEqual(await read(openWith, [...migrations, rename]), ["migrated", 1]);
      assert.deepEqual(await read(openWith, [...migrations, rename, mark]), ["migrated", 101]);
      assert.deepEqual(await read(openWith, [...migrations, rename, mark]), ["migrated", 101]);
    });

    it("stays as it was when a step fails", async (t) => {
      const openWith = await open(t);
      await written(openWith);
      await assert.rejects(openWith([...migrations, rename, broken]), /nothing/);
      assert.deepEqual(await read(openWith, migrations), ["original", 1]);
    });

    it("of a newer program is refused, with both versions and the remedy", async (t) => {
      const openWith = await open(t);
      await (await openWith([...migrations, rename, mark])).close();
      await assert.rejects(openWith(migrations), {
        name: "LedgerUnusableError",
        message: new RegExp(`schema version ${known + 2},.* up to ${known}: upgrade Sallyport`),
      });
    });

    it("is made once by programs that start at the same time", async (t) => {
      const openWith = await open(t);
      const list = [...migrations, rename, mark];
      const ledgers = await Promise.all([openWith(list), openWith(list), openWith(list)]);
      assert.deepEqual(await Promise.all(ledgers.map((ledger) => ledger.revision())), [100, 100, 100]);
      await Promise.all(ledgers.map((ledger) => ledger.close()));
    });
  });
}
