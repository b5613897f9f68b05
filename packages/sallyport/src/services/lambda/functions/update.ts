import { randomUUID } from "node:crypto";
import type { Transaction } from "../../../ledger/ledger.ts";
import type { FunctionDocument, FunctionVersionDocument } from "../../../model/function-documents.ts";
import { keys } from "../../../model/keys.ts";
import { faults } from "../faults.ts";
import { found } from "../found.ts";
import { namedFunction } from "../function-name.ts";
import { type Call, type Operation, type OperationTable, timestamp } from "../operation.ts";
import { refuseTooMuch, takeCode } from "./code-location.ts";
import { configurationOf } from "./configuration.ts";
import { publish, tenantOf } from "./publish.ts";
import { changedSettings, refuseUnserved } from "./settings.ts";

type Changes = Partial<Pick<FunctionVersionDocument, "Settings" | "Code">>;

/** Throws unless the caller means the state that is there. */
export function checkRevision(wanted: string | undefined, { RevisionId }: { readonly RevisionId: string }): void {
  if (wanted !== undefined && wanted !== RevisionId) throw faults.revision();
}

function changed(owner: FunctionDocument, changes: Changes, call: Call): FunctionDocument {
  const Latest: FunctionVersionDocument = {
    ...owner.Latest,
    ...changes,
    LastModified: timestamp(call),
    RevisionId: randomUUID(),
    Edition: randomUUID(),
  };
  refuseTooMuch(
    Latest.Code,
    Latest.Settings.Layers.map(({ Code }) => Code),
  );
  return { ...owner, Latest };
}

async function write(transaction: Transaction, owner: FunctionDocument): Promise<void> {
  await transaction.put(keys.function(tenantOf(owner), owner.Name), owner);
}

const updateFunctionCode: Operation<"UpdateFunctionCode"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  const { ledger } = call.world;
  refuseUnserved(input);
  checkRevision(input.RevisionId, (await found.function(ledger, named)).value.Latest);
  const Code = await takeCode(input, call, { keep: !input.DryRun });
  return ledger.transact(async (transaction) => {
    const owner = (await found.function(transaction, named)).value;
    checkRevision(input.RevisionId, owner.Latest);
    const { Architectures = owner.Latest.Settings.Architectures } = input;
    const next = changed(owner, { Code, Settings: { ...owner.Latest.Settings, Architectures } }, call);
    if (input.DryRun) return configurationOf(next, next.Latest);
    await write(transaction, next);
    if (!input.Publish) return configurationOf(next, next.Latest);
    const { version } = await publish(transaction, next);
    return configurationOf(next, version, { qualifier: version.Version });
  });
};

const updateFunctionConfiguration: Operation<"UpdateFunctionConfiguration"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  refuseUnserved(input);
  return call.world.ledger.transact(async (transaction) => {
    const owner = (await found.function(transaction, named)).value;
    checkRevision(input.RevisionId, owner.Latest);
    const Settings = await changedSettings(owner.Latest.Settings, input, transaction, call);
    const next = changed(owner, { Settings }, call);
    await write(transaction, next);
    return configurationOf(next, next.Latest);
  });
};

export const updateOperations: OperationTable = {
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
};
