import type { Reader } from "../../ledger/ledger.ts";
import type { ApiDocument } from "../../model/documents.ts";
import { keys } from "../../model/keys.ts";
import { apiMappingFaults } from "../faults.ts";
import { lookUp } from "../found.ts";
import type { Call } from "../operation.ts";

/** The API of the caller that a mapping or rule names, its stage being there. 400 where a URI's API would be 404. */
export async function stagedApi(reader: Reader, call: Call, apiId: string, stage: string): Promise<ApiDocument> {
  const api = (await lookUp<ApiDocument>(reader, keys.api(apiId)))?.value;
  if (api === undefined || api.Account !== call.account || api.Region !== call.region) {
    throw apiMappingFaults.api(apiId);
  }
  if ((await lookUp(reader, keys.stage(apiId, stage))) === undefined) throw apiMappingFaults.stage();
  return api;
}
