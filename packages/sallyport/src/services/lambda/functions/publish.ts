import { randomUUID } from "node:crypto";
import type { Transaction } from "../../../ledger/ledger.ts";
import type { FunctionDocument, FunctionVersionDocument } from "../../../model/function-documents.ts";
import { collections, keys, type Tenant } from "../../../model/keys.ts";

export const tenantOf = ({ Account: account, Region: region }: FunctionDocument): Tenant => ({ account, region });

/**
 * Makes a version of `$LATEST`, or finds the newest one when nothing has changed since: AWS Lambda API Reference,
 * "PublishVersion".
 */
export async function publish(
  transaction: Transaction,
  owner: FunctionDocument,
  description?: string,
): Promise<{ readonly version: FunctionVersionDocument; readonly owner: FunctionDocument }> {
  const tenant = tenantOf(owner);
  const { Latest, Name: name, NextVersion: next } = owner;
  const newest = await transaction.get<FunctionVersionDocument>(keys.functionVersion(tenant, name, String(next - 1)));
  if (newest?.value.Edition === Latest.Edition) return { version: newest.value, owner };
  const version: FunctionVersionDocument = {
    ...Latest,
    Version: String(next),
    RevisionId: randomUUID(),
    Settings: { ...Latest.Settings, ...(description === undefined ? {} : { Description: description }) },
  };
  await transaction.put(keys.functionVersion(tenant, name, version.Version), version, {
    collection: collections.functionVersions(tenant, name),
  });
  const changed = { ...owner, NextVersion: next + 1, Latest: { ...Latest, RevisionId: randomUUID() } };
  await transaction.put(keys.function(tenant, name), changed);
  return { version, owner: changed };
}
