/** Which route key is taken: documents of their own, so that neither uniqueness nor conflicts need a search. */
import type { Reader, Transaction } from "../../../ledger/ledger.ts";
import type { ApiDocument, RouteDocument } from "../../../model/documents.ts";
import { keys } from "../../../model/keys.ts";
import { routeFaults } from "../../faults.ts";
import { isStorableKey } from "../../found.ts";
import { addRouteLevels, checkRouteLevels, removeRouteLevels } from "./route-conflicts.ts";

/** Throws when another route has the key, or one that conflicts with it. */
export async function requireFreeRouteKey(
  reader: Reader,
  api: ApiDocument,
  routeKey: string,
  ownRouteId?: string,
): Promise<void> {
  // The longest key that a document about the route will have. Where the real service draws the line is not known.
  if (!isStorableKey(keys.routeLevel(api.ApiId, routeKey, "routeid"))) throw routeFaults.length();
  if (await reader.get(keys.routeKey(api.ApiId, routeKey))) throw routeFaults.exists(routeKey);
  if (hasLevels(api)) await checkRouteLevels(reader, api.ApiId, routeKey, ownRouteId);
}

/** Takes the key of a route. */
export async function addRouteKey(transaction: Transaction, api: ApiDocument, route: RouteDocument): Promise<void> {
  const { RouteId, RouteKey } = route;
  await transaction.put(keys.routeKey(api.ApiId, RouteKey), { RouteId }, { expected: 0 });
  if (hasLevels(api)) await addRouteLevels(transaction, api.ApiId, RouteId, RouteKey);
}

/** Frees the key of a route. */
export async function removeRouteKey(transaction: Transaction, apiId: string, route: RouteDocument): Promise<void> {
  await removeRouteLevels(transaction, apiId, route.RouteId, route.RouteKey);
  await transaction.delete(keys.routeKey(apiId, route.RouteKey));
}

/** Route keys of WebSocket APIs are plain texts, even those that look like paths. */
function hasLevels(api: ApiDocument): boolean {
  return api.ProtocolType === "HTTP";
}
