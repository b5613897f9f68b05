import { ledgerContract } from "./contract.ts";
import { exclusiveSqliteHarness, sqliteHarness } from "./sqlite-harness.ts";

ledgerContract(sqliteHarness);
ledgerContract(exclusiveSqliteHarness);
