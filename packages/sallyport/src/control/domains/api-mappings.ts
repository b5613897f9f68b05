import type { Transaction } from "../../ledger/ledger.ts";
import type { ApiDocument, ApiMappingDocument, DomainNameDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { apiMappingFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { checkMappingKey, isMultiLevel } from "./api-mapping-keys.ts";
import { adjustCount } from "../counts.ts";
import { isRegional } from "./domain-name-configurations.ts";
import { stagedApi } from "./staged-api.ts";

export const apiMappingOperations = {
  CreateApiMapping: write(create),
  GetApiMapping: read(
    async (input, call, reader) => (await found.apiMapping(reader, call, input.DomainName, input.ApiMappingId)).value,
  ),
  GetApiMappings: read(async (input, call, reader) => {
    const collection = collections.apiMappings(call.region, input.DomainName);
    const { items, nextToken } = await page<ApiMappingDocument>(reader, collection, input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateApiMapping: write(update),
  DeleteApiMapping: write(async (input, call, transaction) => {
    const { value: mapping } = await found.apiMapping(transaction, call, input.DomainName, input.ApiMappingId);
    await removeIndex(transaction, call, input.DomainName, mapping);
    await transaction.delete(keys.apiMapping(call.region, input.DomainName, mapping.ApiMappingId));
    return {};
  }),
} satisfies OperationTable;

async function create(
  input: Input<"CreateApiMapping">,
  call: Call,
  transaction: Transaction,
): Promise<ApiMappingDocument> {
  const { value: domain } = await found.domainName(transaction, call, input.DomainName);
  const mappingKey = input.ApiMappingKey ?? "";
  checkMappingKey(mappingKey);
  if (domain.RoutingMode === "ROUTING_RULE_ONLY") throw apiMappingFaults.routingRuleOnly();
  const keyOf = (id: string): string => keys.apiMapping(call.region, domain.DomainName, id);
  const mapping: ApiMappingDocument = {
    ApiId: input.ApiId,
    ApiMappingId: await freshId(transaction, "apiMapping", keyOf),
    ApiMappingKey: mappingKey,
    Stage: input.Stage,
  };
  return store(transaction, call, domain, mapping);
}

/** Live at once: mappings are no part of a deployment. */
async function update(
  input: Input<"UpdateApiMapping">,
  call: Call,
  transaction: Transaction,
): Promise<ApiMappingDocument> {
  const { value: domain } = await found.domainName(transaction, call, input.DomainName);
  const { value: current } = await found.apiMapping(transaction, call, domain.DomainName, input.ApiMappingId);
  if (input.ApiMappingKey !== undefined) checkMappingKey(input.ApiMappingKey);
  const mapping: ApiMappingDocument = {
    ApiId: input.ApiId,
    ApiMappingId: current.ApiMappingId,
    ApiMappingKey: input.ApiMappingKey ?? current.ApiMappingKey,
    Stage: input.Stage ?? current.Stage,
  };
  await removeIndex(transaction, call, domain.DomainName, current);
  return store(transaction, call, domain, mapping);
}

/** Writes a mapping whose own former index documents are gone, once it agrees with everything around it. */
async function store(
  transaction: Transaction,
  call: Call,
  domain: DomainNameDocument,
  mapping: ApiMappingDocument,
): Promise<ApiMappingDocument> {
  const name = domain.DomainName;
  const taken = await transaction.get(keys.apiMappingKey(call.region, name, mapping.ApiMappingKey));
  if (taken !== undefined) throw apiMappingFaults.exists();
  const api = await stagedApi(transaction, call, mapping.ApiId, mapping.Stage);
  if (isMultiLevel(mapping.ApiMappingKey)) checkMultiLevel(domain, api);
  await checkProtocols(transaction, call, name, mapping, api);
  await addIndex(transaction, call, name, mapping);
  await transaction.put(keys.apiMapping(call.region, name, mapping.ApiMappingId), mapping);
  return mapping;
}

/** The guide's characters for WebSocket keys have no `/`: that it is refused is our reading of it. */
function checkMultiLevel(domain: DomainNameDocument, api: ApiDocument): void {
  if (api.ProtocolType === "WEBSOCKET") throw apiMappingFaults.multiLevelWebSocket();
  if (!isRegional(domain.DomainNameConfigurations)) throw apiMappingFaults.multiLevelEdge();
}

/** All mappings of a domain name are on one side, so any other one tells which. */
async function checkProtocols(
  transaction: Transaction,
  call: Call,
  name: string,
  mapping: ApiMappingDocument,
  api: ApiDocument,
): Promise<void> {
  const collection = collections.apiMappings(call.region, name);
  const mappings = await transaction.list<ApiMappingDocument>({ collection, limit: 2 });
  const other = mappings.find(({ value }) => value.ApiMappingId !== mapping.ApiMappingId)?.value;
  if (other === undefined) return;
  const protocol = (await transaction.get<ApiDocument>(keys.api(other.ApiId)))?.value.ProtocolType;
  if ((protocol === "WEBSOCKET") !== (api.ProtocolType === "WEBSOCKET")) throw apiMappingFaults.mixed();
}

async function addIndex(
  transaction: Transaction,
  call: Call,
  name: string,
  { ApiId, ApiMappingId, ApiMappingKey, Stage }: ApiMappingDocument,
): Promise<void> {
  await transaction.put(keys.apiMappingKey(call.region, name, ApiMappingKey), { ApiMappingId });
  const use = { DomainName: name, Region: call.region, ApiMappingId, Stage };
  await transaction.put(keys.apiUse(ApiId, name, ApiMappingId), use);
  if (!isMultiLevel(ApiMappingKey)) return;
  const count = await adjustCount(transaction, collections.multiLevelKeys(call.region, name), 1);
  if (count > call.settings.quotas.multiLevelMappingsPerDomain) throw apiMappingFaults.quota();
}

async function removeIndex(
  transaction: Transaction,
  call: Call,
  name: string,
  { ApiId, ApiMappingId, ApiMappingKey }: ApiMappingDocument,
): Promise<void> {
  await transaction.delete(keys.apiMappingKey(call.region, name, ApiMappingKey));
  await transaction.delete(keys.apiUse(ApiId, name, ApiMappingId));
  if (isMultiLevel(ApiMappingKey)) {
    await adjustCount(transaction, collections.multiLevelKeys(call.region, name), -1);
  }
}
