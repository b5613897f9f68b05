import { decodeUnreserved } from "../model/percent-encoding.ts";
import type { HttpRouteKey, RouteSegment } from "../model/route-key.ts";
import { PersistentMap } from "./persistent-map.ts";

/** A place in the tree of paths. Variables of one level share a child whatever they are called. */
interface PathNode<T> {
  readonly literals: PersistentMap<PathNode<T>>;
  readonly variable: PathNode<T> | undefined;
  /** Routes whose path ends here, by method. */
  readonly here: ReadonlyMap<string, T>;
  /** Routes whose greedy variable begins here, by method. */
  readonly greedy: ReadonlyMap<string, T>;
}

const NO_ROUTES: ReadonlyMap<string, never> = new Map<string, never>();

function emptyNode<T>(): PathNode<T> {
  return { literals: PersistentMap.empty(), variable: undefined, here: NO_ROUTES, greedy: NO_ROUTES };
}

/**
 * The routes of an API as an immutable tree. A change costs the length of the route's path and shares the rest.
 *
 * Order of precedence, made total from what "Create routes for HTTP APIs" states: from the left, a literal beats a
 * variable and a variable beats a greedy one; on the same path a named method beats `ANY`; then `$default`. Method and
 * path match together: a path that exists for another method only is as good as absent, so the search backtracks. Each
 * place of the tree is reached one way only, hence looked at once at most, however long the request's path is.
 */
export class RouteTable<T> {
  readonly #root: PathNode<T>;
  readonly #default: T | undefined;

  private constructor(root: PathNode<T>, defaultRoute: T | undefined) {
    this.#root = root;
    this.#default = defaultRoute;
  }

  static empty<T>(): RouteTable<T> {
    return new RouteTable<T>(emptyNode(), undefined);
  }

  with(key: HttpRouteKey, route: T): RouteTable<T> {
    if (key.kind === "default") return new RouteTable(this.#root, route);
    const place = (routes: ReadonlyMap<string, T>) => new Map(routes).set(key.method, route);
    return new RouteTable(changed(this.#root, key.segments, 0, place), this.#default);
  }

  /** Without the route, if it is the one that stands under this key. */
  without(key: HttpRouteKey, route: T): RouteTable<T> {
    if (key.kind === "default") return this.#default === route ? new RouteTable(this.#root, undefined) : this;
    const remove = (routes: ReadonlyMap<string, T>) => {
      if (routes.get(key.method) !== route) return routes;
      const rest = new Map(routes);
      rest.delete(key.method);
      return rest;
    };
    return new RouteTable(changed(this.#root, key.segments, 0, remove), this.#default);
  }

  /**
   * The route of a request. `path` is the raw path, and `from` where in it the part begins that routes see: at a slash,
   * or at its end for the root.
   */
  match(method: string, path: string, from = 0): T | undefined {
    const root = path.length - from <= 1;
    const found = root ? routeOf(this.#root.here, method) : find(this.#root, method, path, from);
    return found ?? this.#default;
  }

  /** All routes that would take a request, in the order of precedence: what `match` finds is the first. For traces. */
  candidates(method: string, path: string, from: number, limit: number): readonly T[] {
    const found: T[] = [];
    if (path.length - from <= 1) pushRoutes(this.#root.here, method, found, limit);
    else collect(this.#root, method, path, from, found, limit);
    if (this.#default !== undefined && found.length < limit) found.push(this.#default);
    return found;
  }
}

/** Every route of `method` below `node` that takes the path, best first, into `found`, up to `limit`. */
function collect<T>(node: PathNode<T>, method: string, path: string, at: number, found: T[], limit: number): void {
  if (at >= path.length) {
    pushRoutes(node.here, method, found, limit);
    return;
  }
  const start = at + 1;
  const slash = path.indexOf("/", start);
  const end = slash < 0 ? path.length : slash;
  if (end > start && found.length < limit) {
    const literal = node.literals.get(decodeUnreserved(path.substring(start, end)));
    if (literal) collect(literal, method, path, end, found, limit);
    if (node.variable && found.length < limit) collect(node.variable, method, path, end, found, limit);
  }
  if (hasText(path, start)) pushRoutes(node.greedy, method, found, limit);
}

function pushRoutes<T>(routes: ReadonlyMap<string, T>, method: string, found: T[], limit: number): void {
  for (const route of [routes.get(method), method === "ANY" ? undefined : routes.get("ANY")]) {
    if (route !== undefined && found.length < limit) found.push(route);
  }
}

function routeOf<T>(routes: ReadonlyMap<string, T>, method: string): T | undefined {
  return routes.get(method) ?? routes.get("ANY");
}

/** The best route below `node` for what follows the slash at `at`; nothing follows when `at` is the end. */
function find<T>(node: PathNode<T>, method: string, path: string, at: number): T | undefined {
  if (at >= path.length) return routeOf(node.here, method);
  const start = at + 1;
  const slash = path.indexOf("/", start);
  const end = slash < 0 ? path.length : slash;
  if (end > start) {
    const literal = node.literals.get(decodeUnreserved(path.substring(start, end)));
    const found =
      (literal && find(literal, method, path, end)) ?? (node.variable && find(node.variable, method, path, end));
    if (found !== undefined) return found;
  }
  const greedy = routeOf(node.greedy, method);
  return greedy !== undefined && hasText(path, start) ? greedy : undefined;
}

/** Whether anything but slashes follows: a greedy variable needs a segment that is not empty (unverified). */
function hasText(path: string, start: number): boolean {
  let at = start;
  while (at < path.length && path.charCodeAt(at) === 0x2f) at++;
  return at < path.length;
}

type Edit<T> = (routes: ReadonlyMap<string, T>) => ReadonlyMap<string, T>;

/** A copy of the nodes along the path, with the routes at its end edited and empty branches gone. */
function changed<T>(node: PathNode<T>, segments: readonly RouteSegment[], at: number, edit: Edit<T>): PathNode<T> {
  const segment = segments[at];
  if (!segment) return { ...node, here: edit(node.here) };
  if (segment.kind === "greedy") return { ...node, greedy: edit(node.greedy) };
  if (segment.kind === "variable") {
    const below = changed(node.variable ?? emptyNode<T>(), segments, at + 1, edit);
    return { ...node, variable: isEmpty(below) ? undefined : below };
  }
  const child = changed(node.literals.get(segment.text) ?? emptyNode<T>(), segments, at + 1, edit);
  const literals = isEmpty(child) ? node.literals.without(segment.text) : node.literals.with(segment.text, child);
  return { ...node, literals };
}

function isEmpty<T>(node: PathNode<T>): boolean {
  return node.here.size === 0 && node.greedy.size === 0 && node.literals.size === 0 && node.variable === undefined;
}
