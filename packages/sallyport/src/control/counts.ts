import type { Transaction } from "../ledger/ledger.ts";
import { keys } from "../model/keys.ts";

interface Count {
  readonly Count: number;
}

/** Notes that a collection grew or shrank by so many; answers its new size. Costs the same at any size and quota. */
export async function adjustCount(transaction: Transaction, collection: string, by: number): Promise<number> {
  const key = keys.count(collection);
  const count = ((await transaction.get<Count>(key))?.value.Count ?? 0) + by;
  await transaction.put(key, { Count: count } satisfies Count);
  return count;
}
