/** APIs. Source: API Gateway V2 API Reference, Apis, Apis ApiId and Apis ApiId Cors. */
import type { Reader, Transaction } from "../../ledger/ledger.ts";
import type { ApiDocument, IntegrationDocument } from "../../model/documents.ts";
import type { Api } from "../../model/generated/apigatewayv2.ts";
import { collections, keys } from "../../model/keys.ts";
import { adjustCount } from "../counts.ts";
import { apiFaults, serviceFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, type Output, read, timestamp, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, patchText, patchValue } from "../patch.ts";
import { checkTags } from "../tags.ts";
import { apiKeySelectionOf, routeSelectionOf } from "./api-expressions.ts";
import { patchCors } from "./cors.ts";
import { checkQuickCreateReferences, quickCreate, requireNoQuickCreate, updateQuickCreated } from "./quick-create.ts";

/** What clients see of an API: where it is reached depends on how the gateway was started. */
export function apiOutput(document: ApiDocument, call: Call): Api {
  const { Account: _account, Region, QuickCreate: _quickCreate, ...api } = document;
  return { ...api, ApiEndpoint: call.settings.endpointOf(document.ApiId, document.ProtocolType, Region) };
}

/** Makes an API and, with `Target`, what serves it at once. */
export async function createApi(
  input: Input<"CreateApi">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"CreateApi">> {
  const settings = newSettings(input, call);
  if (input.Target) requireQuickCreatable(input);
  else requireNoQuickCreate(input);
  const count = await adjustCount(transaction, collections.apis(call), 1);
  if (count > call.settings.quotas.apisPerRegion) throw serviceFaults.accountQuota("APIs");
  const apiId = await freshId(transaction, "api", keys.api);
  const document: ApiDocument = {
    ApiId: apiId,
    Account: call.account,
    Region: call.region,
    CreatedDate: timestamp(call),
    ...settings,
  };
  await transaction.put(keys.api(apiId), document, { expected: 0, collection: collections.apis(call) });
  if (input.Target) {
    const QuickCreate = await quickCreate(apiId, { ...input, Target: input.Target }, call, transaction);
    await transaction.put(keys.api(apiId), { ...document, QuickCreate } satisfies ApiDocument);
  }
  return apiOutput(document, call);
}

function requireQuickCreatable({ ProtocolType }: Input<"CreateApi">): void {
  if (ProtocolType !== "HTTP") throw apiFaults.quickCreateWebSocket();
}

function newSettings(input: Input<"CreateApi">, call: Call) {
  const protocol = input.ProtocolType;
  requireSchemaValidation(protocol, input.DisableSchemaValidation);
  return compact({
    Name: input.Name,
    ProtocolType: protocol,
    Description: patchText(undefined, input.Description),
    Version: patchText(undefined, input.Version),
    RouteSelectionExpression: routeSelectionOf(protocol, input.RouteSelectionExpression),
    ApiKeySelectionExpression: apiKeySelectionOf(protocol, input.ApiKeySelectionExpression),
    CorsConfiguration: patchCors(undefined, input.CorsConfiguration, protocol),
    DisableExecuteApiEndpoint: input.DisableExecuteApiEndpoint ?? false,
    DisableSchemaValidation: protocol === "WEBSOCKET" ? input.DisableSchemaValidation : undefined,
    IpAddressType: input.IpAddressType ?? "ipv4",
    Tags: checkTags(input.Tags, call.settings.quotas),
  });
}

/** HTTP APIs validate nothing that could be disabled; `false` is tolerated and not kept (our choice). */
function requireSchemaValidation(protocol: ApiDocument["ProtocolType"], disabled: boolean | undefined): void {
  if (protocol === "HTTP" && disabled) throw apiFaults.webSocketOnly("DisableSchemaValidation");
}

async function getApi({ ApiId }: Input<"GetApi">, call: Call, reader: Reader): Promise<Output<"GetApi">> {
  return apiOutput((await found.api(reader, call, ApiId)).value, call);
}

async function getApis(input: Input<"GetApis">, call: Call, reader: Reader): Promise<Output<"GetApis">> {
  const { items, nextToken } = await page<ApiDocument>(reader, collections.apis(call), input);
  return compact({ Items: items.map((item) => apiOutput(item.value, call)), NextToken: nextToken });
}

/** Changes what is sent and keeps the rest. */
export async function updateApi(
  input: Input<"UpdateApi">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"UpdateApi">> {
  const { key, value: current } = await found.api(transaction, call, input.ApiId);
  const changed: ApiDocument = compact({ ...current, ...changedSettings(input, current) });
  await transaction.put(key, changed);
  await updateQuickCreated(changed, input, call, transaction);
  return apiOutput(changed, call);
}

function changedSettings(input: Input<"UpdateApi">, current: ApiDocument) {
  const protocol = current.ProtocolType;
  if (input.Name === "") throw apiFaults.name();
  requireSchemaValidation(protocol, input.DisableSchemaValidation);
  return {
    Name: patchValue(current.Name, input.Name),
    Description: patchText(current.Description, input.Description),
    Version: patchText(current.Version, input.Version),
    RouteSelectionExpression: routeSelectionOf(
      protocol,
      input.RouteSelectionExpression ?? current.RouteSelectionExpression,
    ),
    ApiKeySelectionExpression: apiKeySelectionOf(
      protocol,
      input.ApiKeySelectionExpression ?? current.ApiKeySelectionExpression,
    ),
    CorsConfiguration: patchCors(current.CorsConfiguration, input.CorsConfiguration, protocol),
    DisableExecuteApiEndpoint: patchValue(current.DisableExecuteApiEndpoint, input.DisableExecuteApiEndpoint),
    DisableSchemaValidation:
      protocol === "WEBSOCKET"
        ? patchValue(current.DisableSchemaValidation, input.DisableSchemaValidation)
        : current.DisableSchemaValidation,
    IpAddressType: patchValue(current.IpAddressType, input.IpAddressType),
  };
}

/** Takes everything of the API along; refused while a domain name is mapped to it. */
async function deleteApi(
  { ApiId }: Input<"DeleteApi">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteApi">> {
  const mappings = await transaction.list({ collection: collections.apiUses(ApiId), limit: 1 });
  if (mappings.length > 0) throw apiFaults.mapped(ApiId);
  const integrations = await transaction.list<IntegrationDocument>({ collection: collections.integrations(ApiId) });
  for (const { value } of integrations) {
    // Outside the API's own keys: a link that nothing uses any more must be deletable.
    if (value.ConnectionId) await transaction.delete(keys.vpcLinkUse(value.ConnectionId, ApiId, value.IntegrationId));
  }
  for (const { key } of await transaction.list({ prefix: keys.apiContents(ApiId) })) await transaction.delete(key);
  await transaction.delete(keys.api(ApiId));
  await adjustCount(transaction, collections.apis(call), -1);
  return {};
}

async function deleteCorsConfiguration(
  { ApiId }: Input<"DeleteCorsConfiguration">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"DeleteCorsConfiguration">> {
  const { key, value } = await found.api(transaction, call, ApiId);
  const { CorsConfiguration, ...rest } = value;
  if (CorsConfiguration !== undefined) await transaction.put(key, rest);
  return {};
}

export const apiOperations = {
  CreateApi: write<"CreateApi">(createApi, { prepare: checkQuickCreateReferences }),
  GetApi: read<"GetApi">(getApi),
  GetApis: read<"GetApis">(getApis),
  UpdateApi: write<"UpdateApi">(updateApi, { prepare: checkQuickCreateReferences }),
  DeleteApi: write<"DeleteApi">(deleteApi),
  DeleteCorsConfiguration: write<"DeleteCorsConfiguration">(deleteCorsConfiguration),
} satisfies OperationTable;
