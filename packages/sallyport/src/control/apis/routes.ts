/** Routes. API Gateway V2 API Reference, "Route"; API Gateway Developer Guide, "Working with routes for HTTP APIs". */
import type { Transaction } from "../../ledger/ledger.ts";
import type { RouteDocument } from "../../model/documents.ts";
import type { Route } from "../../model/generated/apigatewayv2.ts";
import { collections, keys } from "../../model/keys.ts";
import { unknown } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact, mergeEntries, mergeTexts, nonEmpty, patchText, patchValue } from "../patch.ts";
import { type ManagedOptions, requireUnmanaged } from "./managed.ts";
import { countGone, countNew } from "./resource-count.ts";
import { addRouteKey, removeRouteKey, requireFreeRouteKey } from "./route/route-keys.ts";
import { checkRouteReferences, moveRouteReferences } from "./route/route-references.ts";
import { checkRoute } from "./route/route-rules.ts";

/** The members of a route that clients give it. */
type RouteMembers = Omit<Route, "RouteId" | "ApiGatewayManaged">;

export interface CreateRouteOptions extends ManagedOptions {
  /** Routes made by an import read back empty scopes and parameters, others do not (unverified). Default: false. */
  readonly imported?: boolean;
}

/** Makes a route. Nothing is written when it throws. */
export async function createRoute(
  input: Input<"CreateRoute">,
  call: Call,
  transaction: Transaction,
  options: CreateRouteOptions = {},
): Promise<RouteDocument> {
  const { ApiId: apiId } = input;
  const api = (await found.api(transaction, call, apiId)).value;
  const members = membersOf({ RouteKey: "", ApiKeyRequired: false, AuthorizationType: "NONE" }, input);
  checkRoute(api.ProtocolType, members, call.settings.quotas);
  await requireFreeRouteKey(transaction, api, members.RouteKey);
  await checkRouteReferences(transaction, apiId, members);
  await countNew(transaction, apiId, "routes", call.settings.quotas.routesPerApi);

  const id = await freshId(transaction, "route", (candidate) => keys.route(apiId, candidate));
  const route: RouteDocument = compact({
    ...members,
    ...(options.imported && api.ProtocolType === "HTTP"
      ? { AuthorizationScopes: members.AuthorizationScopes ?? [], RequestParameters: {} }
      : {}),
    RouteId: id,
    ApiGatewayManaged: options.managed ? true : undefined,
  });
  await transaction.put(keys.route(apiId, id), route, { expected: 0 });
  await addRouteKey(transaction, api, route);
  await moveRouteReferences(transaction, apiId, undefined, route);
  return route;
}

/** Changes a route; its id stays, whatever its key becomes. Nothing is written when it throws. */
export async function updateRoute(
  input: Input<"UpdateRoute">,
  call: Call,
  transaction: Transaction,
  options: ManagedOptions = {},
): Promise<RouteDocument> {
  const { ApiId: apiId, RouteId: id } = input;
  const api = (await found.api(transaction, call, apiId)).value;
  const current = (await found.route(transaction, apiId, id)).value;
  const next: RouteDocument = compact({
    ...membersOf(current, input),
    RouteId: id,
    ApiGatewayManaged: current.ApiGatewayManaged,
  });
  const renamed = next.RouteKey !== current.RouteKey;
  if (renamed) requireUnmanaged(current, options, "renamed");
  checkRoute(api.ProtocolType, next, call.settings.quotas);
  if (renamed) await requireFreeRouteKey(transaction, api, next.RouteKey, id);
  await checkRouteReferences(transaction, apiId, next);

  if (renamed) {
    await removeRouteKey(transaction, apiId, current);
    await addRouteKey(transaction, api, next);
  }
  await transaction.put(keys.route(apiId, id), next);
  await moveRouteReferences(transaction, apiId, current, next);
  return next;
}

/** Removes a route with its route responses. Settings that a stage has for its key stay (observed). */
export async function deleteRoute(
  input: Input<"DeleteRoute">,
  transaction: Transaction,
  options: ManagedOptions = {},
): Promise<void> {
  const { ApiId: apiId, RouteId: id } = input;
  const route = (await found.route(transaction, apiId, id)).value;
  requireUnmanaged(route, options, "deleted");
  for (const child of await transaction.list({ prefix: `${keys.route(apiId, id)}/` })) {
    await transaction.delete(child.key);
  }
  await moveRouteReferences(transaction, apiId, route, undefined);
  await removeRouteKey(transaction, apiId, route);
  await transaction.delete(keys.route(apiId, id));
  await countGone(transaction, apiId, "routes");
}

/** What was there, changed by what was sent. On creation what was there are the defaults. */
function membersOf(current: RouteMembers, input: Partial<RouteMembers>): RouteMembers {
  return {
    RouteKey: patchValue(current.RouteKey, input.RouteKey),
    Target: patchText(current.Target, input.Target),
    ApiKeyRequired: patchValue(current.ApiKeyRequired, input.ApiKeyRequired),
    AuthorizationType: patchValue(current.AuthorizationType, input.AuthorizationType),
    AuthorizerId: patchText(current.AuthorizerId, input.AuthorizerId),
    AuthorizationScopes: nonEmpty(patchValue(current.AuthorizationScopes, input.AuthorizationScopes)),
    OperationName: patchText(current.OperationName, input.OperationName),
    ModelSelectionExpression: patchText(current.ModelSelectionExpression, input.ModelSelectionExpression),
    RequestModels: nonEmpty(mergeTexts(current.RequestModels, input.RequestModels)),
    RequestParameters: nonEmpty(mergeEntries(current.RequestParameters, input.RequestParameters)),
    RouteResponseSelectionExpression: patchText(
      current.RouteResponseSelectionExpression,
      input.RouteResponseSelectionExpression,
    ),
  };
}

export const routeOperations = {
  CreateRoute: write<"CreateRoute">((input, call, transaction) => createRoute(input, call, transaction)),
  GetRoute: read<"GetRoute">(
    async ({ ApiId, RouteId }, _, reader) => (await found.route(reader, ApiId, RouteId)).value,
  ),
  GetRoutes: read<"GetRoutes">(async (input, _, reader) => {
    const { items, nextToken } = await page<RouteDocument>(reader, collections.routes(input.ApiId), input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateRoute: write<"UpdateRoute">((input, call, transaction) => updateRoute(input, call, transaction)),
  DeleteRoute: write<"DeleteRoute">(async (input, _, transaction) => {
    await deleteRoute(input, transaction);
    return {};
  }),
  DeleteRouteRequestParameter: write<"DeleteRouteRequestParameter">(async (input, _, transaction) => {
    const { ApiId: apiId, RouteId: id, RequestParameterKey: parameter } = input;
    const route = (await found.route(transaction, apiId, id)).value;
    const { [parameter]: removed, ...rest } = route.RequestParameters ?? {};
    if (!removed) throw unknown.requestParameter(parameter);
    await transaction.put(keys.route(apiId, id), compact({ ...route, RequestParameters: nonEmpty(rest) }));
    return {};
  }),
} satisfies OperationTable;
