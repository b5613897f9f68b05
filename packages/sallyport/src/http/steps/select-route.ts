import type { HttpRequest } from "../http-request.ts";
import type { Verdict } from "./step.ts";

/** The best route for method and path, if there is one. */
export function selectRoute(request: HttpRequest): Verdict {
  request.route = request.program!.snapshot.match(request.method, request.path, request.routeAt);
  request.trace?.report({ step: "select route", message: request.route?.document.RouteKey ?? "none" });
  return undefined;
}

/** A path that exists for another method only is not found either: never 405. */
export function requireRoute(request: HttpRequest): Verdict {
  if (request.route) return undefined;
  const rule = `no route of stage ${request.stageName} matches ${request.method} ${request.routePath}`;
  return { status: 404, step: "select route", rule, remedy: "add such a route or $default, and deploy" };
}
