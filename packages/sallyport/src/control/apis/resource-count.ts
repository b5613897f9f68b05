import type { Transaction } from "../../ledger/ledger.ts";
import { collections } from "../../model/keys.ts";
import { adjustCount } from "../counts.ts";
import { serviceFaults } from "../faults.ts";

/** Families of an API's documents that are counted. */
export type CountedFamily = "routes" | "integrations" | "authorizers";

/** The names that the service's message gives to the families. Observed for integrations and authorizers. */
const NAMES: Readonly<Record<CountedFamily, string>> = {
  routes: "Routes",
  integrations: "Integrations",
  authorizers: "Authorizers",
};

/** Counts a new one. Throws, and then has counted nothing, when the API has as many as it may have. */
export async function countNew(
  transaction: Transaction,
  apiId: string,
  family: CountedFamily,
  maximum: number,
): Promise<void> {
  const collection = collections[family](apiId);
  if ((await adjustCount(transaction, collection, 1)) <= maximum) return;
  await adjustCount(transaction, collection, -1);
  throw serviceFaults.quota(NAMES[family]);
}

/** Counts one that is gone. */
export async function countGone(transaction: Transaction, apiId: string, family: CountedFamily): Promise<void> {
  await adjustCount(transaction, collections[family](apiId), -1);
}
