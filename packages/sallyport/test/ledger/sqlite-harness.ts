import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryLedger, type Harness } from "./harness.ts";

function harness(name: string, exclusive: boolean): Harness {
  return {
    name,
    runs: 40,
    open: (test, options) => temporaryLedger(test, { ...options, exclusive }),
    async openDisposable() {
      const folder = await mkdtemp(join(tmpdir(), "sallyport-ledger-"));
      const ledger = await openSqliteLedger({ path: join(folder, "ledger.db"), exclusive });
      const dispose = async () => {
        await ledger.close();
        await rm(folder, { recursive: true });
      };
      return { ledger, dispose };
    },
  };
}

export const sqliteHarness: Harness = harness("SQLite", false);

/** With what is current kept in memory. */
export const exclusiveSqliteHarness: Harness = harness("SQLite, exclusive", true);
