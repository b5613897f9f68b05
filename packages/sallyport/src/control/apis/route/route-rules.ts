/** Rules between the members of one route. API Gateway V2 API Reference, "Route"; texts as observed. */
import { parseDeclaredParameter } from "../../../expressions/message-mapping.ts";
import { isRequestBodyVariable, isSelectionExpression } from "../../../expressions/selection-expression.ts";
import type { ApiDocument } from "../../../model/documents.ts";
import type { Route } from "../../../model/generated/apigatewayv2.ts";
import { parseHttpRouteKey } from "../../../model/route-key.ts";
import { routeFaults } from "../../faults.ts";
import type { Quotas } from "../../quotas.ts";

const RESERVED_KEYS: ReadonlySet<string> = new Set(["$connect", "$disconnect", "$default"]);

/** The id in `integrations/{id}`, or undefined when the target has another form. */
export function integrationIdOf(target: string): string | undefined {
  return /^integrations\/([^/\s]+)$/.exec(target)?.[1];
}

/** Throws for the first rule that the route breaks, other documents left aside. */
export function checkRoute(protocol: ApiDocument["ProtocolType"], route: Route, quotas: Quotas): void {
  if (protocol === "HTTP") checkHttpRoute(route, quotas);
  else checkWebSocketRoute(route);
  if (route.Target !== undefined && integrationIdOf(route.Target) === undefined) throw routeFaults.target();
}

function checkHttpRoute(route: Route, quotas: Quotas): void {
  checkHttpRouteKey(route.RouteKey);
  if (route.ApiKeyRequired) throw routeFaults.apiKeyHttp();
  const scopes = route.AuthorizationScopes ?? [];
  if (scopes.length > 0 && route.AuthorizationType !== "JWT") throw routeFaults.scopes();
  if (scopes.length > quotas.scopesPerRoute) throw routeFaults.scopeCount(quotas.scopesPerRoute);
  const refused = (
    ["ModelSelectionExpression", "RequestModels", "RequestParameters", "RouteResponseSelectionExpression"] as const
  ).find((member) => !isEmpty(route[member]));
  if (refused) throw routeFaults.httpMember(refused);
}

function checkHttpRouteKey(routeKey: string): void {
  const parsed = parseHttpRouteKey(routeKey);
  if (parsed.kind === "fault") throw routeFaults[parsed.fault]();
  if (parsed.kind === "default") return;
  const names = new Set<string>();
  for (const segment of parsed.segments) {
    if (segment.kind === "literal") continue;
    if (names.has(segment.name)) throw routeFaults.repeatedVariable(segment.name);
    names.add(segment.name);
  }
}

function checkWebSocketRoute(route: Route): void {
  const { RouteKey: key, AuthorizationType: type = "NONE" } = route;
  if (key === "" || (key.startsWith("$") && !RESERVED_KEYS.has(key))) throw routeFaults.webSocketKey(key);
  if (!isEmpty(route.AuthorizationScopes)) throw routeFaults.scopes();
  if (type === "JWT") throw routeFaults.authorizationType(type);
  if (type !== "NONE" && key !== "$connect") throw routeFaults.connectOnly();
  checkRequestParameters(route);
  checkExpressions(route);
}

function checkRequestParameters({ RouteKey, RequestParameters = {} }: Route): void {
  const names = Object.keys(RequestParameters);
  if (names.length > 0 && RouteKey !== "$connect") throw routeFaults.parametersConnectOnly();
  const unknown = names.find((name) => parseDeclaredParameter(name) === undefined);
  if (unknown !== undefined) throw routeFaults.parameterKey(unknown);
}

function checkExpressions(route: Route): void {
  const { ModelSelectionExpression: model, RouteResponseSelectionExpression: response } = route;
  if (model !== undefined && !isSelectionExpression(model, isRequestBodyVariable)) {
    throw routeFaults.selectionExpression("modelSelectionExpression", model);
  }
  if (response !== undefined && response !== "$default") {
    throw routeFaults.selectionExpression("routeResponseSelectionExpression", response);
  }
}

function isEmpty(value: string | object | undefined): boolean {
  return value === undefined || (typeof value === "string" ? value === "" : Object.keys(value).length === 0);
}
