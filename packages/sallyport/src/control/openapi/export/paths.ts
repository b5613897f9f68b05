/** Routes as paths and operations. */
import type { RouteDocument } from "../../../model/documents.ts";
import { ANY_METHOD } from "../plan/routes.ts";
import { INTEGRATION } from "../plan/integrations.ts";
import type { ExportedIntegrations } from "./integrations.ts";
import type { ExportedSecurity } from "./security.ts";

const DEFAULT_ROUTE = "$default";

/** By path, then by method: the same API exports the same text whatever the order it was made in. */
export function exportOrder(routes: readonly RouteDocument[]): readonly RouteDocument[] {
  const sortKey = (route: RouteDocument): string => placeOf(route).join(" ");
  return routes.toSorted((one, other) => (sortKey(one) < sortKey(other) ? -1 : 1));
}

export function exportedPaths(
  routes: readonly RouteDocument[],
  integrations: ExportedIntegrations,
  security: ExportedSecurity,
): Readonly<Record<string, object>> {
  const paths = new Map<string, Record<string, object>>();
  for (const route of routes) {
    const [path, method] = placeOf(route);
    const item = paths.get(path) ?? {};
    item[method] = {
      responses: { default: { description: `Default response for ${route.RouteKey}` } },
      operationId: route.OperationName,
      ...security.of(route),
      isDefaultRoute: route.RouteKey === DEFAULT_ROUTE ? true : undefined,
      [INTEGRATION]: integrations.of(route),
    };
    paths.set(path, item);
  }
  for (const [path, item] of paths) {
    const parameters = pathParameters(path);
    if (parameters.length > 0) item["parameters"] = parameters;
  }
  return Object.fromEntries(paths);
}

/** Path and member of the path item. */
function placeOf({ RouteKey: key }: RouteDocument): readonly [path: string, method: string] {
  if (key === DEFAULT_ROUTE) return [`/${DEFAULT_ROUTE}`, ANY_METHOD];
  const [method = "", path = ""] = key.split(" ");
  return [path, method === "ANY" ? ANY_METHOD : method.toLowerCase()];
}

/** Observed, the `+` of a greedy variable included. */
function pathParameters(path: string): readonly object[] {
  return [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    description: `Generated path parameter for ${name}`,
    required: true,
    schema: { type: "string" },
  }));
}
