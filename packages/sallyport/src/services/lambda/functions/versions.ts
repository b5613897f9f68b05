import { invalidParameter } from "../faults.ts";
import { found } from "../found.ts";
import { namedFunction } from "../function-name.ts";
import type { Operation, OperationTable } from "../operation.ts";
import { codeSha256 } from "./code-facts.ts";
import { configurationOf } from "./configuration.ts";
import { publish } from "./publish.ts";
import { refuseUnserved } from "./settings.ts";
import { checkRevision } from "./update.ts";

const publishVersion: Operation<"PublishVersion"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  refuseUnserved(input);
  return call.world.ledger.transact(async (transaction) => {
    const owner = (await found.function(transaction, named)).value;
    checkRevision(input.RevisionId, owner.Latest);
    const sha256 = codeSha256(owner.Latest.Code);
    if (input.CodeSha256 && input.CodeSha256 !== sha256) {
      throw invalidParameter(
        `CodeSHA256 (${input.CodeSha256}) is different from current CodeSHA256 in $LATEST (${sha256}). ` +
          "Please try again with the CodeSHA256 in $LATEST.",
      );
    }
    const { version } = await publish(transaction, owner, input.Description);
    return configurationOf(owner, version, { qualifier: version.Version });
  });
};

export const versionOperations: OperationTable = { PublishVersion: publishVersion };
