import type { ApiDocument, AuthorizerDocument, IntegrationDocument, RouteDocument } from "../model/documents.ts";
import type { HttpRouteKey } from "../model/route-key.ts";
import { parseHttpRouteKey } from "../model/route-key.ts";
import { PersistentMap } from "./persistent-map.ts";
import { RouteTable } from "./route-table.ts";

/** A route as deployed. */
export interface DeployedRoute {
  readonly document: RouteDocument;
  readonly key: HttpRouteKey;
}

/** A definition below an API as of some revision; `value` undefined: it does not exist there. */
export interface Definition {
  /** `apis/{apiId}/{family}/{id}`. */
  readonly key: string;
  readonly value: unknown;
}

interface Contents {
  readonly routes: PersistentMap<DeployedRoute>;
  readonly table: RouteTable<DeployedRoute>;
  readonly integrations: PersistentMap<IntegrationDocument>;
  readonly authorizers: PersistentMap<AuthorizerDocument>;
}

const NOTHING: Contents = {
  routes: PersistentMap.empty(),
  table: RouteTable.empty(),
  integrations: PersistentMap.empty(),
  authorizers: PersistentMap.empty(),
};

/**
 * An API as of one revision of the ledger: what a deployment froze. Immutable; the snapshot of another revision shares
 * whatever did not change.
 */
export class Snapshot {
  readonly revision: number;
  readonly api: ApiDocument;
  readonly #contents: Contents;

  private constructor(revision: number, api: ApiDocument, contents: Contents) {
    this.revision = revision;
    this.api = api;
    this.#contents = contents;
  }

  /** All of an API, from all of its definitions. */
  static of(revision: number, api: ApiDocument, definitions: Iterable<Definition>): Snapshot {
    return new Snapshot(revision, api, applied(NOTHING, definitions));
  }

  /** This snapshot moved to another revision, earlier or later, given what differs there. */
  movedTo(revision: number, api: ApiDocument, definitions: Iterable<Definition>): Snapshot {
    return new Snapshot(revision, api, applied(this.#contents, definitions));
  }

  get routeCount(): number {
    return this.#contents.routes.size;
  }

  /** See RouteTable.match. */
  match(method: string, path: string, from: number): DeployedRoute | undefined {
    return this.#contents.table.match(method, path, from);
  }

  /** See RouteTable.candidates. */
  candidates(method: string, path: string, from: number, limit: number): readonly DeployedRoute[] {
    return this.#contents.table.candidates(method, path, from, limit);
  }

  integration(integrationId: string): IntegrationDocument | undefined {
    return this.#contents.integrations.get(integrationId);
  }

  authorizer(authorizerId: string): AuthorizerDocument | undefined {
    return this.#contents.authorizers.get(authorizerId);
  }
}

/** Family and id of `apis/{apiId}/{family}/{id}`; undefined for what lies deeper, such as route responses. */
function placeOf(key: string): { readonly family: string; readonly id: string } | undefined {
  const [, , family, id, deeper] = key.split("/");
  return family === undefined || id === undefined || deeper !== undefined ? undefined : { family, id };
}

function applied(contents: Contents, definitions: Iterable<Definition>): Contents {
  let { routes, table, integrations, authorizers } = contents;
  const added: DeployedRoute[] = [];
  for (const { key, value } of definitions) {
    const place = placeOf(key);
    if (place?.family === "integrations") {
      integrations = changed(integrations, place.id, value as IntegrationDocument | undefined);
    } else if (place?.family === "authorizers") {
      authorizers = changed(authorizers, place.id, value as AuthorizerDocument | undefined);
    } else if (place?.family === "routes") {
      const old = routes.get(place.id);
      if (old) table = table.without(old.key, old);
      const route = value === undefined ? undefined : deployed(value as RouteDocument);
      routes = route ? routes.with(place.id, route) : routes.without(place.id);
      if (route) added.push(route);
    }
  }
  // Last, because a key may have moved from one route to another, in either order.
  for (const route of added) table = table.with(route.key, route);
  return { routes, table, integrations, authorizers };
}

function changed<V>(map: PersistentMap<V>, id: string, value: V | undefined): PersistentMap<V> {
  return value === undefined ? map.without(id) : map.with(id, value);
}

function deployed(document: RouteDocument): DeployedRoute {
  const key = parseHttpRouteKey(document.RouteKey);
  if (key.kind === "fault") throw new Error(`route ${document.RouteId} has no valid key: ${document.RouteKey}`);
  return { document, key };
}
