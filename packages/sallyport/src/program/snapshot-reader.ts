import type { Ledger, Revision } from "../ledger/ledger.ts";
import { LedgerCollectedError } from "../ledger/ledger.ts";
import type { ApiDocument } from "../model/documents.ts";
import { keys } from "../model/keys.ts";
import type { Definition } from "./snapshot.ts";
import { Snapshot } from "./snapshot.ts";

/** With more changes than this, one listing is cheaper than as many single reads. */
const MAX_SINGLE_READS = 200;

/**
 * The API as of `revision`. From a snapshot of another revision only the difference is read, whichever of the two is
 * older: keys that changed between them are all that can differ. Undefined when the API did not exist then.
 */
export async function readSnapshot(
  ledger: Ledger,
  apiId: string,
  revision: Revision,
  base: Snapshot | undefined,
): Promise<Snapshot | undefined> {
  const api = await ledger.get<ApiDocument>(keys.api(apiId), revision);
  if (!api) return undefined;
  const changes = base && (await differenceTo(ledger, apiId, revision, base.revision));
  if (base && changes) return base.movedTo(revision, api.value, changes);
  const everything = await ledger.list({ prefix: keys.apiContents(apiId), at: revision });
  return Snapshot.of(revision, api.value, everything);
}

/** What differs at `revision`; undefined when that cannot be told, or not cheaply. */
async function differenceTo(
  ledger: Ledger,
  apiId: string,
  revision: Revision,
  from: Revision,
): Promise<readonly Definition[] | undefined> {
  const changed = await changedKeys(ledger, apiId, Math.min(revision, from), Math.max(revision, from));
  if (!changed || changed.length > MAX_SINGLE_READS) return undefined;
  const definitions: Definition[] = [];
  for (const key of changed) {
    const document = await ledger.get(key, revision);
    definitions.push({ key, value: document?.value });
  }
  return definitions;
}

async function changedKeys(
  ledger: Ledger,
  apiId: string,
  after: Revision,
  upTo: Revision,
): Promise<readonly string[] | undefined> {
  try {
    return await ledger.changedKeys(keys.apiContents(apiId), after, upTo);
  } catch (error) {
    if (error instanceof LedgerCollectedError) return undefined;
    throw error;
  }
}
