/** Route responses of WebSocket APIs. API Gateway V2 API Reference, "RouteResponse". */
import type { Reader } from "../../ledger/ledger.ts";
import type { ApiDocument, RouteResponseDocument } from "../../model/documents.ts";
import type { RouteResponse } from "../../model/generated/apigatewayv2.ts";
import { collections, keys } from "../../model/keys.ts";
import { routeFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, nonEmpty, patchText, patchValue } from "../patch.ts";
import { checkModelNames } from "./route/route-references.ts";

type RouteResponseMembers = Omit<RouteResponse, "RouteResponseId">;

/** What was there, changed by what was sent. Maps are replaced (unverified). */
function membersOf(current: RouteResponseMembers, input: Partial<RouteResponseMembers>): RouteResponseMembers {
  return {
    RouteResponseKey: patchValue(current.RouteResponseKey, input.RouteResponseKey),
    ModelSelectionExpression: patchText(current.ModelSelectionExpression, input.ModelSelectionExpression),
    ResponseModels: nonEmpty(patchValue(current.ResponseModels, input.ResponseModels)),
    ResponseParameters: nonEmpty(patchValue(current.ResponseParameters, input.ResponseParameters)),
  };
}

async function check(reader: Reader, api: ApiDocument, members: RouteResponseMembers): Promise<void> {
  if (api.ProtocolType !== "WEBSOCKET") throw routeFaults.responsesHttp();
  if (members.RouteResponseKey !== "$default") throw routeFaults.responseKey();
  await checkModelNames(reader, api.ApiId, Object.values(members.ResponseModels ?? {}));
}

export const routeResponseOperations = {
  CreateRouteResponse: write<"CreateRouteResponse">(async (input, call, transaction) => {
    const { ApiId: apiId, RouteId: routeId } = input;
    const api = (await found.api(transaction, call, apiId)).value;
    const members = membersOf({ RouteResponseKey: "" }, input);
    await check(transaction, api, members);
    const collection = collections.routeResponses(apiId, routeId);
    if ((await transaction.list({ collection, limit: 1 })).length > 0) throw routeFaults.responseExists();
    const keyOf = (id: string): string => keys.routeResponse(apiId, routeId, id);
    const id = await freshId(transaction, "routeResponse", keyOf);
    const response: RouteResponseDocument = compact({ ...members, RouteResponseId: id });
    await transaction.put(keyOf(id), response, { expected: 0 });
    return response;
  }),
  GetRouteResponse: read<"GetRouteResponse">(async ({ ApiId, RouteId, RouteResponseId }, _, reader) => {
    return (await found.routeResponse(reader, ApiId, RouteId, RouteResponseId)).value;
  }),
  GetRouteResponses: read<"GetRouteResponses">(async (input, _, reader) => {
    const collection = collections.routeResponses(input.ApiId, input.RouteId);
    const { items, nextToken } = await page<RouteResponseDocument>(reader, collection, input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateRouteResponse: write<"UpdateRouteResponse">(async (input, call, transaction) => {
    const { ApiId: apiId, RouteId: routeId, RouteResponseId: id } = input;
    const api = (await found.api(transaction, call, apiId)).value;
    const current = (await found.routeResponse(transaction, apiId, routeId, id)).value;
    const members = membersOf(current, input);
    await check(transaction, api, members);
    const response: RouteResponseDocument = compact({ ...members, RouteResponseId: id });
    await transaction.put(keys.routeResponse(apiId, routeId, id), response);
    return response;
  }),
  DeleteRouteResponse: write<"DeleteRouteResponse">(async ({ ApiId, RouteId, RouteResponseId }, _, transaction) => {
    await transaction.delete(keys.routeResponse(ApiId, RouteId, RouteResponseId));
    return {};
  }),
} satisfies OperationTable;
