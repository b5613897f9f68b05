import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { temporaryLedger, type Harness } from "./harness.ts";

export const sqliteHarness: Harness = {
  name: "SQLite",
  runs: 40,
  open: temporaryLedger,
  async openDisposable() {
    const folder = await mkdtemp(join(tmpdir(), "sallyport-ledger-"));
    const ledger = await openSqliteLedger({ path: join(folder, "ledger.db") });
    const dispose = async () => {
      await ledger.close();
      await rm(folder, { recursive: true });
    };
    return { ledger, dispose };
  },
};
