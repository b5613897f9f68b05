/** Integration responses of WebSocket APIs. API Gateway V2 API Reference, "IntegrationResponse". */
import { parseMessageResponseMapping } from "../../expressions/message-mapping.ts";
import { isIntegrationResponseVariable, isSelectionExpression } from "../../expressions/selection-expression.ts";
import type { Reader } from "../../ledger/ledger.ts";
import type { ApiDocument, IntegrationResponseDocument } from "../../model/documents.ts";
import type { IntegrationResponse } from "../../model/generated/apigatewayv2.ts";
import { collections, keys } from "../../model/keys.ts";
import { integrationFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, nonEmpty, patchText, patchValue } from "../patch.ts";
import { requireMapping } from "./integration/parameter-mappings.ts";

type IntegrationResponseMembers = Omit<IntegrationResponse, "IntegrationResponseId">;

/** What was there, changed by what was sent. Maps are replaced (unverified). */
function membersOf(
  current: IntegrationResponseMembers,
  input: Partial<IntegrationResponseMembers>,
): IntegrationResponseMembers {
  return {
    IntegrationResponseKey: patchValue(current.IntegrationResponseKey, input.IntegrationResponseKey),
    ContentHandlingStrategy: patchValue(current.ContentHandlingStrategy, input.ContentHandlingStrategy),
    ResponseParameters: nonEmpty(patchValue(current.ResponseParameters, input.ResponseParameters)),
    ResponseTemplates: nonEmpty(patchValue(current.ResponseTemplates, input.ResponseTemplates)),
    TemplateSelectionExpression: patchText(current.TemplateSelectionExpression, input.TemplateSelectionExpression),
  };
}

function check(api: ApiDocument, members: IntegrationResponseMembers): void {
  if (api.ProtocolType !== "WEBSOCKET") throw integrationFaults.responsesHttp();
  const { IntegrationResponseKey: key, TemplateSelectionExpression: expression } = members;
  if (key !== "$default" && !/^\/.+\/$/s.test(key)) throw integrationFaults.responseKey(key);
  if (expression !== undefined && !isSelectionExpression(expression, isIntegrationResponseVariable)) {
    throw integrationFaults.selectionExpression("templateSelectionExpression", expression);
  }
  for (const [name, value] of Object.entries(members.ResponseParameters ?? {})) {
    requireMapping(parseMessageResponseMapping(name, value), integrationFaults.responseMapping, name, value);
  }
}

/** An integration has a handful of responses, so they are looked through. */
async function requireFreeKey(reader: Reader, collection: string, key: string): Promise<void> {
  const responses = await reader.list<IntegrationResponseDocument>({ collection });
  if (responses.some((response) => response.value.IntegrationResponseKey === key)) {
    throw integrationFaults.responseExists(key);
  }
}

export const integrationResponseOperations = {
  CreateIntegrationResponse: write<"CreateIntegrationResponse">(async (input, call, transaction) => {
    const { ApiId: apiId, IntegrationId: integrationId } = input;
    const members = membersOf({ IntegrationResponseKey: "" }, input);
    check((await found.api(transaction, call, apiId)).value, members);
    const collection = collections.integrationResponses(apiId, integrationId);
    await requireFreeKey(transaction, collection, members.IntegrationResponseKey);
    const keyOf = (id: string): string => keys.integrationResponse(apiId, integrationId, id);
    const id = await freshId(transaction, "integrationResponse", keyOf);
    const response: IntegrationResponseDocument = compact({ ...members, IntegrationResponseId: id });
    await transaction.put(keyOf(id), response, { expected: 0 });
    return response;
  }),
  GetIntegrationResponse: read<"GetIntegrationResponse">(async (input, _, reader) => {
    const { ApiId, IntegrationId, IntegrationResponseId } = input;
    return (await found.integrationResponse(reader, ApiId, IntegrationId, IntegrationResponseId)).value;
  }),
  GetIntegrationResponses: read<"GetIntegrationResponses">(async (input, _, reader) => {
    const collection = collections.integrationResponses(input.ApiId, input.IntegrationId);
    const { items, nextToken } = await page<IntegrationResponseDocument>(reader, collection, input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateIntegrationResponse: write<"UpdateIntegrationResponse">(async (input, call, transaction) => {
    const { ApiId: apiId, IntegrationId: integrationId, IntegrationResponseId: id } = input;
    const current = (await found.integrationResponse(transaction, apiId, integrationId, id)).value;
    const members = membersOf(current, input);
    check((await found.api(transaction, call, apiId)).value, members);
    if (members.IntegrationResponseKey !== current.IntegrationResponseKey) {
      const collection = collections.integrationResponses(apiId, integrationId);
      await requireFreeKey(transaction, collection, members.IntegrationResponseKey);
    }
    const response: IntegrationResponseDocument = compact({ ...members, IntegrationResponseId: id });
    await transaction.put(keys.integrationResponse(apiId, integrationId, id), response);
    return response;
  }),
  DeleteIntegrationResponse: write<"DeleteIntegrationResponse">(async (input, _, transaction) => {
    await transaction.delete(keys.integrationResponse(input.ApiId, input.IntegrationId, input.IntegrationResponseId));
    return {};
  }),
} satisfies OperationTable;
