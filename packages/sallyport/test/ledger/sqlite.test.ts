import { ledgerContract } from "./contract/contract.ts";
import { exclusiveSqliteHarness, sqliteHarness } from "./sqlite-harness.ts";

ledgerContract(sqliteHarness);
ledgerContract(exclusiveSqliteHarness);
