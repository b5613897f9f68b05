import { randomUUID } from "node:crypto";
import type { FunctionDocument, FunctionVersionDocument } from "../../../model/function-documents.ts";
import { collections, keys } from "../../../model/keys.ts";
import { faults } from "../faults.ts";
import { namedFunction } from "../function-name.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { timestamp } from "../operation.ts";
import { checkTags } from "../tags.ts";
import { refuseTooMuch, takeCode } from "./code-location.ts";
import { configurationOf } from "./configuration.ts";
import { publish } from "./publish.ts";
import { newSettings, refuseUnserved } from "./settings.ts";

const createFunction: Operation<"CreateFunction"> = async (input, call) => {
  const { name } = namedFunction(call, input.FunctionName);
  const { ledger } = call.world;
  const key = keys.function(call, name);
  refuseUnserved(input);
  checkTags(input.Tags ?? {});
  // Checked before the code is unpacked, and again when nobody else can write.
  if (await ledger.get(key)) throw faults.functionExists(name);
  await newSettings(input, ledger, call);
  const Code = await takeCode(input.Code, call);
  return ledger.transact(async (transaction) => {
    if (await transaction.get(key)) throw faults.functionExists(name);
    const Settings = await newSettings(input, transaction, call);
    refuseTooMuch(
      Code,
      Settings.Layers.map((layer) => layer.Code),
    );
    const Latest: FunctionVersionDocument = {
      Version: "$LATEST",
      Settings,
      Code,
      LastModified: timestamp(call),
      RevisionId: randomUUID(),
      Edition: randomUUID(),
    };
    const created: FunctionDocument = {
      Account: call.account,
      Region: call.region,
      Name: name,
      Latest,
      Tags: input.Tags ?? {},
      NextVersion: 1,
    };
    await transaction.put(key, created, { collection: collections.functions(call) });
    if (!input.Publish) return configurationOf(created, Latest);
    // The answer has the version's number and the function's own ARN (observed).
    return configurationOf(created, (await publish(transaction, created)).version);
  });
};

export const createOperations: OperationTable = { CreateFunction: createFunction };
