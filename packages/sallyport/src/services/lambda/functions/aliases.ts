import { randomUUID } from "node:crypto";
import type { Reader } from "../../../ledger/ledger.ts";
import type { FunctionAliasDocument, FunctionDocument } from "../../../model/function-documents.ts";
import type { AliasConfiguration } from "../../../model/generated/lambda.ts";
import { collections, keys } from "../../../model/keys.ts";
import { functionArn } from "../../../functions/hosted/function-resolver.ts";
import { faults, invalidParameter } from "../faults.ts";
import { found } from "../found.ts";
import { type NamedFunction, namedFunction } from "../function-name.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { page } from "../paging.ts";
import { checkRevision } from "./update.ts";

type Weights = Readonly<Record<string, number>>;

const createAlias: Operation<"CreateAlias"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  const { Name, FunctionVersion, Description = "" } = input;
  return call.world.ledger.transact(async (transaction) => {
    const owner = (await found.function(transaction, named)).value;
    await found.version(transaction, owner, named, FunctionVersion);
    const key = keys.functionAlias(named, named.name, Name);
    const AliasArn = functionArn(named, named.name, Name);
    if (await transaction.get(key)) throw faults.aliasExists(AliasArn);
    const weights = input.RoutingConfig?.AdditionalVersionWeights;
    await checkWeights(transaction, owner, named, FunctionVersion, weights);
    const alias = aliasOf({ Name, FunctionVersion, Description }, weights);
    await transaction.put(key, alias, { collection: collections.functionAliases(named, named.name) });
    return { AliasArn, ...alias };
  });
};

function aliasOf(
  members: Pick<FunctionAliasDocument, "Name" | "FunctionVersion" | "Description">,
  weights: Weights | undefined,
): FunctionAliasDocument {
  const shared = weights !== undefined && Object.keys(weights).length > 0;
  return {
    ...members,
    ...(shared ? { RoutingConfig: { AdditionalVersionWeights: weights } } : {}),
    RevisionId: randomUUID(),
  };
}

async function checkWeights(
  reader: Reader,
  owner: FunctionDocument,
  named: NamedFunction,
  version: string,
  weights: Weights = {},
): Promise<void> {
  const others = Object.keys(weights);
  if (others.length > 1) {
    throw invalidParameter("Number of items in AdditionalVersionWeights cannot be greater than 1");
  }
  for (const other of others) {
    if (other === version) {
      throw invalidParameter(
        `Invalid function version ${version}. Function version ${version} is already included in routing configuration.`,
      );
    }
    if (version === "$LATEST") {
      throw invalidParameter("$LATEST is not supported for an alias pointing to more than 1 version");
    }
    await found.version(reader, owner, named, other);
  }
}

const getAlias: Operation<"GetAlias"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  const { ledger } = call.world;
  await found.function(ledger, named);
  return told(named, (await found.alias(ledger, named, input.Name)).value);
};

const told = (named: NamedFunction, alias: FunctionAliasDocument): AliasConfiguration => ({
  AliasArn: functionArn(named, named.name, alias.Name),
  ...alias,
});

const updateAlias: Operation<"UpdateAlias"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  return call.world.ledger.transact(async (transaction) => {
    const owner = (await found.function(transaction, named)).value;
    const { key, value: alias } = await found.alias(transaction, named, input.Name);
    checkRevision(input.RevisionId, alias);
    const { FunctionVersion = alias.FunctionVersion, Description = alias.Description } = input;
    await found.version(transaction, owner, named, FunctionVersion);
    const weights = (input.RoutingConfig ?? alias.RoutingConfig)?.AdditionalVersionWeights;
    await checkWeights(transaction, owner, named, FunctionVersion, weights);
    const changed = aliasOf({ Name: alias.Name, FunctionVersion, Description }, weights);
    await transaction.put(key, changed);
    return told(named, changed);
  });
};

/** Deleting an alias that is not there is no error (observed). */
const deleteAlias: Operation<"DeleteAlias"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  await call.world.ledger.transact(async (transaction) => {
    await found.function(transaction, named);
    await transaction.delete(keys.functionAlias(named, named.name, input.Name));
    await transaction.delete(keys.functionPolicy(named, named.name, input.Name));
  });
  return {};
};

const listAliases: Operation<"ListAliases"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  const { ledger } = call.world;
  await found.function(ledger, named);
  const collection = collections.functionAliases(named, named.name);
  const { items, NextMarker } = await page<FunctionAliasDocument>(ledger, collection, input);
  const { FunctionVersion: version } = input;
  const chosen = version === undefined ? items : items.filter(({ FunctionVersion }) => FunctionVersion === version);
  return { Aliases: chosen.map((alias) => told(named, alias)), NextMarker };
};

export const aliasOperations: OperationTable = {
  CreateAlias: createAlias,
  GetAlias: getAlias,
  UpdateAlias: updateAlias,
  DeleteAlias: deleteAlias,
  ListAliases: listAliases,
};
