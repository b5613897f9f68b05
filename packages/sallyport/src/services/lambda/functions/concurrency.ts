import { MAX_ARCHIVE_BYTES, MAX_UNPACKED_BYTES } from "../../../functions/hosted/code/archive.ts";
import type { Reader } from "../../../ledger/ledger.ts";
import type {
  FunctionDocument,
  FunctionVersionDocument,
  LayerVersionDocument,
} from "../../../model/function-documents.ts";
import { collections } from "../../../model/keys.ts";
import { faults, invalidParameter } from "../faults.ts";
import { found } from "../found.ts";
import { namedFunction } from "../function-name.ts";
import type { Call, Operation, OperationTable } from "../operation.ts";
import { codeSize } from "./code-facts.ts";

/** AWS Lambda Developer Guide, "Lambda quotas": what an account has, and what of it can not be reserved. */
const ACCOUNT_CONCURRENCY = 1000;
const MIN_UNRESERVED = 100;
const MAX_TOTAL_CODE_BYTES = 80_530_636_800;

const putFunctionConcurrency: Operation<"PutFunctionConcurrency"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  if (named.qualifier !== undefined) {
    throw invalidParameter(
      "This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. " +
        "Please specify either a function name or an unqualified function ARN.",
    );
  }
  const { ReservedConcurrentExecutions } = input;
  return call.world.ledger.transact(async (transaction) => {
    const { key, value: owner } = await found.function(transaction, named);
    const others = (await reserved(transaction, call)) - (owner.ReservedConcurrency ?? 0);
    if (ACCOUNT_CONCURRENCY - others - ReservedConcurrentExecutions < MIN_UNRESERVED) {
      throw invalidParameter(
        "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below " +
          `its minimum value of [${MIN_UNRESERVED}].`,
      );
    }
    await transaction.put(key, { ...owner, ReservedConcurrency: ReservedConcurrentExecutions });
    return { ReservedConcurrentExecutions };
  });
};

async function reserved(reader: Reader, call: Call): Promise<number> {
  const functions = await reader.list<FunctionDocument>({ collection: collections.functions(call) });
  return functions.reduce((sum, { value }) => sum + (value.ReservedConcurrency ?? 0), 0);
}

const getFunctionConcurrency: Operation<"GetFunctionConcurrency"> = async (input, call) => {
  const owner = (await found.function(call.world.ledger, namedFunction(call, input.FunctionName))).value;
  return { ReservedConcurrentExecutions: owner.ReservedConcurrency };
};

const deleteFunctionConcurrency: Operation<"DeleteFunctionConcurrency"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  await call.world.ledger.transact(async (transaction) => {
    const { key, value } = await found.function(transaction, named);
    const { ReservedConcurrency: _, ...rest } = value;
    await transaction.put(key, rest);
  });
  return {};
};

const getAccountSettings: Operation<"GetAccountSettings"> = async (_, call) => {
  const { ledger } = call.world;
  const functions = await ledger.list<FunctionDocument>({ collection: collections.functions(call) });
  const layers = await ledger.list<{ readonly Name: string }>({ collection: collections.layers(call) });
  let TotalCodeSize = 0;
  for (const { value } of functions) {
    TotalCodeSize += codeSize(value.Latest.Code);
    const collection = collections.functionVersions(call, value.Name);
    for (const version of await ledger.list<FunctionVersionDocument>({ collection })) {
      TotalCodeSize += codeSize(version.value.Code);
    }
  }
  for (const { value } of layers) {
    const versions = await ledger.list<LayerVersionDocument>({
      collection: collections.layerVersions(call, value.Name),
    });
    for (const version of versions) TotalCodeSize += codeSize(version.value.Code);
  }
  return {
    AccountLimit: {
      TotalCodeSize: MAX_TOTAL_CODE_BYTES,
      CodeSizeUnzipped: MAX_UNPACKED_BYTES,
      CodeSizeZipped: MAX_ARCHIVE_BYTES,
      ConcurrentExecutions: ACCOUNT_CONCURRENCY,
      UnreservedConcurrentExecutions: ACCOUNT_CONCURRENCY - (await reserved(ledger, call)),
    },
    AccountUsage: { TotalCodeSize, FunctionCount: functions.length },
  };
};

/** There are no function URLs here: every function is one without. */
const getFunctionUrlConfig: Operation<"GetFunctionUrlConfig"> = () => Promise.reject(faults.nothing());

export const accountOperations: OperationTable = {
  PutFunctionConcurrency: putFunctionConcurrency,
  GetFunctionConcurrency: getFunctionConcurrency,
  DeleteFunctionConcurrency: deleteFunctionConcurrency,
  GetAccountSettings: getAccountSettings,
  GetFunctionUrlConfig: getFunctionUrlConfig,
};
