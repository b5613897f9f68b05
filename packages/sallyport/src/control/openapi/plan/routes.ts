/** The paths of a document as routes. */
import { type Findings, unsupported } from "./findings.ts";
import type { PlannedIntegrations } from "./integrations.ts";
import { planAuthorization } from "./security.ts";
import { isMap, MalformedNodeError, member, membersOf, type NodeMap, textOf } from "../node.ts";
import type { PlannedAuthorizer, PlannedRoute } from "./planned.ts";
import { checkSchemas, resolve } from "./references.ts";

export const ANY_METHOD = "x-amazon-apigateway-any-method";
const DEFAULT_ROUTE = "$default";
const MAXIMUM_OPERATION_NAME = 64;

/** Method of a route by name in a path item. TRACE is OpenAPI's; routes refuse it. */
const METHODS: Readonly<Record<string, string>> = {
  get: "GET",
  put: "PUT",
  post: "POST",
  delete: "DELETE",
  options: "OPTIONS",
  head: "HEAD",
  patch: "PATCH",
  trace: "TRACE",
  [ANY_METHOD]: "ANY",
};

/** Members of an operation that HTTP APIs ignore. */
const IGNORED = ["requestBody", "callbacks", "x-amazon-apigateway-request-validator"];

export interface RouteContext {
  readonly root: NodeMap;
  /** Goes before every path: see base-path.ts. */
  readonly prefix: string;
  readonly authorizers: ReadonlyMap<string, PlannedAuthorizer>;
  readonly integrations: PlannedIntegrations;
  readonly findings: Findings;
}

interface OperationPlace {
  readonly path: string;
  readonly method: string;
  /** As the real service's findings name it: `paths.'/pets'(get)`. */
  readonly where: string;
}

export function planRoutes(context: RouteContext): readonly PlannedRoute[] {
  const { root, findings } = context;
  const seen = new WeakSet<object>();
  const routes: PlannedRoute[] = [];
  const paths = member(root, "paths");
  if (paths === undefined) throw new MalformedNodeError("paths is missing");
  for (const [path, node] of membersOf(paths, "paths")) {
    if (path.startsWith("x-")) continue;
    if (!path.startsWith("/")) findings.warn(`Parse issue: attribute paths. Resource ${path} should start with /`);
    for (const [method, operation] of operationsOf(context, path, node)) {
      const place = { path: path.startsWith("/") ? path : `/${path}`, method, where: `paths.'${path}'(${method})` };
      checkSchemas(root, operation, place.where, findings, seen);
      const route = planRoute(context, place, operation);
      if (route) routes.push(route);
    }
  }
  return routes;
}

function operationsOf({ root, findings }: RouteContext, path: string, node: unknown): readonly [string, NodeMap][] {
  const item = resolve(root, node);
  if (!isMap(item)) {
    findings.warn(`Parse issue: attribute paths.'${path}' is not of type \`object\``);
    return [];
  }
  return Object.entries(item).flatMap(([method, operation]): [string, NodeMap][] => {
    if (!Object.hasOwn(METHODS, method)) return [];
    if (isMap(operation)) return [[method, operation]];
    findings.warn(`Parse issue: attribute paths.'${path}'(${method}) is not of type \`object\``);
    return [];
  });
}

function planRoute(context: RouteContext, place: OperationPlace, operation: NodeMap): PlannedRoute | undefined {
  const { root, integrations, authorizers, findings } = context;
  const key = routeKeyOf(context.prefix, place, operation);
  for (const name of IGNORED) {
    if (member(operation, name) !== undefined) findings.info(unsupported(`${place.where}.${name}`));
  }
  const integration = integrations.of(operation, place.where, place.path);
  const authorization = planAuthorization({ root, authorizers, findings, key, where: place.where }, operation);
  if (authorization === undefined) return undefined;
  const { authorizer, ...members } = authorization;
  return {
    integration,
    authorizer,
    input: { RouteKey: key, OperationName: operationNameOf(operation, place, findings), ...members },
  };
}

/** `isDefaultRoute` decides wherever it stands; SAM of old wrote the path as `$default`, without the slash. */
function routeKeyOf(prefix: string, { path, method }: OperationPlace, operation: NodeMap): string {
  if (method === ANY_METHOD && (path === `/${DEFAULT_ROUTE}` || member(operation, "isDefaultRoute") === true)) {
    return DEFAULT_ROUTE;
  }
  return `${METHODS[method]} ${prefix !== "" && path === "/" ? prefix : prefix + path}`;
}

/** OpenAPI does not limit `operationId`, a route's name has 64 characters: dropped, not cut. Our choice. */
function operationNameOf(operation: NodeMap, { where }: OperationPlace, findings: Findings): string | undefined {
  const name = textOf(member(operation, "operationId"), `${where}.operationId`);
  if (name === undefined || name === "") return undefined;
  if (name.length <= MAXIMUM_OPERATION_NAME) return name;
  findings.info(`Attribute ${where}.operationId is longer than ${MAXIMUM_OPERATION_NAME} characters, ignoring.`);
  return undefined;
}
