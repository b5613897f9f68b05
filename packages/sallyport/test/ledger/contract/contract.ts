import { describe } from "node:test";
import { collectingContract } from "./contract-collecting.ts";
import { documentContract } from "./contract-documents.ts";
import { feedContract } from "./contract-feed.ts";
import { listingContract } from "./contract-listings.ts";
import { historyProperties } from "./contract-properties.ts";
import { transactionContract } from "./contract-transactions.ts";
import type { Harness } from "../harness.ts";

/** What every ledger keeps to, whatever it is stored in. */
export function ledgerContract(harness: Harness): void {
  describe(`the ledger over ${harness.name}`, () => {
    documentContract(harness);
    listingContract(harness);
    transactionContract(harness);
    feedContract(harness);
    collectingContract(harness);
    historyProperties(harness);
  });
}
