/**
 * At one level of the paths of one method, all variables must have the same name: `GET /v/{a}` and `GET /v/{b}/x` are
 * a conflict (observed; that other methods do not take part is our choice). Every route leaves a document for each of
 * its variables, and those of one level are a listing, so a check reads one document whatever the number of routes.
 */
import type { Reader, Transaction } from "../../../ledger/ledger.ts";
import { collections, keys } from "../../../model/keys.ts";
import { parseHttpRouteKey } from "../../../model/route-key.ts";
import { routeFaults } from "../../faults.ts";

interface LevelUse {
  readonly Variable: string;
  readonly RouteKey: string;
}

interface Level {
  /** Method and the shape of the path down to the variable: `GET /v/{}`; a greedy variable is `{+}`. */
  readonly level: string;
  readonly variable: string;
}

/** Throws when a variable of the key has another name at its level than that of another route. */
export async function checkRouteLevels(
  reader: Reader,
  apiId: string,
  routeKey: string,
  ownRouteId?: string,
): Promise<void> {
  for (const { level, variable } of levelsOf(routeKey)) {
    const other = await otherUse(reader, apiId, level, ownRouteId);
    if (other && other.Variable !== variable) throw routeFaults.level(routeKey, other.RouteKey);
  }
}

/** Notes the variables of a route. */
export async function addRouteLevels(
  transaction: Transaction,
  apiId: string,
  routeId: string,
  routeKey: string,
): Promise<void> {
  for (const { level, variable } of levelsOf(routeKey)) {
    const use: LevelUse = { Variable: variable, RouteKey: routeKey };
    await transaction.put(keys.routeLevel(apiId, level, routeId), use);
  }
}

/** Forgets the variables of a route. */
export async function removeRouteLevels(
  transaction: Transaction,
  apiId: string,
  routeId: string,
  routeKey: string,
): Promise<void> {
  for (const { level } of levelsOf(routeKey)) await transaction.delete(keys.routeLevel(apiId, level, routeId));
}

/** Two documents are enough: one of them may be the route's own, and all of a level name the same variable. */
async function otherUse(
  reader: Reader,
  apiId: string,
  level: string,
  ownRouteId: string | undefined,
): Promise<LevelUse | undefined> {
  const uses = await reader.list<LevelUse>({ collection: collections.routeLevel(apiId, level), limit: 2 });
  const own = ownRouteId === undefined ? undefined : keys.routeLevel(apiId, level, ownRouteId);
  return uses.find((use) => use.key !== own)?.value;
}

/** A variable and a greedy variable may stand side by side: the one is tried before the other. */
function levelsOf(routeKey: string): readonly Level[] {
  const parsed = parseHttpRouteKey(routeKey);
  if (parsed.kind !== "path") return [];
  const levels: Level[] = [];
  let shape = `${parsed.method} `;
  for (const segment of parsed.segments) {
    if (segment.kind === "literal") shape += `/${segment.text}`;
    else {
      shape += segment.kind === "greedy" ? "/{+}" : "/{}";
      levels.push({ level: shape, variable: segment.name });
    }
  }
  return levels;
}
