/** What a route refers to, and the index documents that tell from the other side. */
import type { Reader, Transaction } from "../../../ledger/ledger.ts";
import type { AuthorizerDocument, RouteDocument } from "../../../model/documents.ts";
import type { Route } from "../../../model/generated/apigatewayv2.ts";
import { collections, keys } from "../../../model/keys.ts";
import { routeFaults } from "../../faults.ts";
import { found } from "../../found.ts";
import { integrationIdOf } from "./route-rules.ts";

/** So many routes are named in a refusal at most (our choice): thousands may use one integration. */
const NAMED_ROUTES = 100;

/** Throws when the target, the authorizer or a model of the route is not there, or is of the wrong type. */
export async function checkRouteReferences(reader: Reader, apiId: string, route: Route): Promise<void> {
  if (route.Target !== undefined) await found.integration(reader, apiId, integrationIdOf(route.Target) ?? "");
  await checkAuthorizer(reader, apiId, route);
  await checkModelNames(reader, apiId, Object.values(route.RequestModels ?? {}));
}

/** Throws when one of the names is none of the API's models. */
export async function checkModelNames(reader: Reader, apiId: string, names: readonly string[]): Promise<void> {
  for (const name of new Set(names)) {
    if (!(await reader.get(keys.modelName(apiId, name)))) throw routeFaults.unknownModel(name);
  }
}

async function checkAuthorizer(reader: Reader, apiId: string, route: Route): Promise<void> {
  const { AuthorizationType: type, AuthorizerId: id } = route;
  if (type !== "JWT" && type !== "CUSTOM") return;
  const authorizer = id ? await reader.get<AuthorizerDocument>(keys.authorizer(apiId, id)) : undefined;
  const expected = type === "JWT" ? "JWT" : "REQUEST";
  if (authorizer?.value.AuthorizerType !== expected) throw routeFaults.authorizer(type);
}

/** Brings the index documents from what the route was to what it is. Undefined: it was not, or is no more. */
export async function moveRouteReferences(
  transaction: Transaction,
  apiId: string,
  before: RouteDocument | undefined,
  after: RouteDocument | undefined,
): Promise<void> {
  const old = before ? indexKeysOf(apiId, before) : [];
  const current = after ? indexKeysOf(apiId, after) : [];
  for (const key of old) if (!current.includes(key)) await transaction.delete(key);
  for (const key of current) if (!old.includes(key)) await transaction.put(key, {});
}

/** An authorizer left behind when the authorization type no longer uses one is not in use (unverified). */
function indexKeysOf(apiId: string, route: RouteDocument): readonly string[] {
  const { RouteId, Target, AuthorizationType: type, AuthorizerId: authorizerId } = route;
  const integrationId = Target === undefined ? undefined : integrationIdOf(Target);
  return [
    ...(integrationId === undefined ? [] : [keys.integrationUse(apiId, integrationId, RouteId)]),
    ...(authorizerId && (type === "JWT" || type === "CUSTOM")
      ? [keys.authorizerUse(apiId, authorizerId, RouteId)]
      : []),
  ];
}

/** Ids of the routes that target an integration, oldest first. */
export function routesOfIntegration(reader: Reader, apiId: string, integrationId: string): Promise<readonly string[]> {
  return routeIds(reader, collections.integrationUses(apiId, integrationId));
}

/** Keys of the routes that use an authorizer, oldest first. */
export async function routesOfAuthorizer(
  reader: Reader,
  apiId: string,
  authorizerId: string,
): Promise<readonly string[]> {
  const routeKeys: string[] = [];
  for (const id of await routeIds(reader, collections.authorizerUses(apiId, authorizerId))) {
    routeKeys.push((await found.route(reader, apiId, id)).value.RouteKey);
  }
  return routeKeys;
}

async function routeIds(reader: Reader, collection: string): Promise<readonly string[]> {
  const uses = await reader.list({ collection, limit: NAMED_ROUTES });
  return uses.map((use) => use.key.slice(use.key.lastIndexOf("/") + 1));
}
