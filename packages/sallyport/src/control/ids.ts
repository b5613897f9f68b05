import { randomInt } from "node:crypto";
import type { Transaction } from "../ledger/ledger.ts";

const ALPHABET = "abcdefghijklmnopqrstuvwxyz0123456789";

/** Lengths of the ids that the real service gives. Observed. */
export const ID_LENGTHS = {
  api: 10,
  route: 7,
  integration: 7,
  integrationResponse: 7,
  routeResponse: 6,
  model: 6,
  authorizer: 6,
  deployment: 6,
  vpcLink: 6,
  apiMapping: 6,
  routingRule: 6,
} as const;

/** So many random characters of `[a-z0-9]`. */
export function randomId(length: number): string {
  let id = "";
  for (let index = 0; index < length; index += 1) id += ALPHABET[randomInt(ALPHABET.length)];
  return id;
}

/** An id that no document has under the key that `keyOf` makes of it. */
export async function freshId(
  transaction: Transaction,
  kind: keyof typeof ID_LENGTHS,
  keyOf: (id: string) => string,
): Promise<string> {
  for (;;) {
    const id = randomId(ID_LENGTHS[kind]);
    if ((await transaction.get(keyOf(id))) === undefined) return id;
  }
}
