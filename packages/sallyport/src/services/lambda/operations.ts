/** Every operation of the Lambda API that is served. What is missing here is refused by name. */
import { aliasOperations } from "./functions/aliases.ts";
import { accountOperations } from "./functions/concurrency.ts";
import { createOperations } from "./functions/create.ts";
import { deleteOperations } from "./functions/delete.ts";
import { permissionOperations } from "./functions/permissions.ts";
import { readOperations } from "./functions/read.ts";
import { updateOperations } from "./functions/update.ts";
import { versionOperations } from "./functions/versions.ts";
import { invokeOperations } from "./invoke/invoke.ts";
import { invokeStreamOperations } from "./invoke/invoke-stream.ts";
import { layerOperations } from "./layers/layers.ts";
import type { OperationTable } from "./operation.ts";
import { tagOperations } from "./tags.ts";

export const operations: OperationTable = {
  ...createOperations,
  ...readOperations,
  ...updateOperations,
  ...deleteOperations,
  ...versionOperations,
  ...aliasOperations,
  ...permissionOperations,
  ...accountOperations,
  ...layerOperations,
  ...tagOperations,
  ...invokeOperations,
  ...invokeStreamOperations,
};
