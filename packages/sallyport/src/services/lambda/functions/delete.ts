import type { Transaction } from "../../../ledger/ledger.ts";
import type { FunctionAliasDocument } from "../../../model/function-documents.ts";
import { collections, keys } from "../../../model/keys.ts";
import { conflict, faults } from "../faults.ts";
import { found, isVersionNumber } from "../found.ts";
import { type NamedFunction, namedFunction } from "../function-name.ts";
import type { Operation, OperationTable } from "../operation.ts";

const deleteFunction: Operation<"DeleteFunction"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName, input.Qualifier);
  const { qualifier } = named;
  if (qualifier === "$LATEST") throw faults.deleteLatest();
  await call.world.ledger.transact(async (transaction) => {
    await found.function(transaction, { ...named, qualifier: undefined });
    if (qualifier === undefined) await deleteAll(transaction, named);
    else await deleteVersion(transaction, named, qualifier);
  });
  return { StatusCode: 204 };
};

async function deleteAll(transaction: Transaction, named: NamedFunction): Promise<void> {
  for (const { key } of await transaction.list({ prefix: keys.functionContents(named, named.name) })) {
    await transaction.delete(key);
  }
  await transaction.delete(keys.function(named, named.name));
}

/** A version that an alias needs stays. Deleting one that is not there is no error (observed); nor may an alias be named. */
async function deleteVersion(transaction: Transaction, named: NamedFunction, qualifier: string): Promise<void> {
  if (!isVersionNumber(qualifier)) throw faults.deleteAlias();
  const collection = collections.functionAliases(named, named.name);
  const aliases = await transaction.list<FunctionAliasDocument>({ collection });
  const users = aliases.filter(
    ({ value }) =>
      value.FunctionVersion === qualifier ||
      Object.hasOwn(value.RoutingConfig?.AdditionalVersionWeights ?? {}, qualifier),
  );
  if (users.length > 0) {
    const names = users.map(({ value }) => value.Name).join(", ");
    throw conflict(`Unable to delete version because the following aliases reference it: [${names}]`);
  }
  await transaction.delete(keys.functionVersion(named, named.name, qualifier));
  await transaction.delete(keys.functionPolicy(named, named.name, qualifier));
}

export const deleteOperations: OperationTable = { DeleteFunction: deleteFunction };
