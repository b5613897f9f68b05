import type { Trace } from "../../observe/trace.ts";
import type { HttpRequest } from "../http-request.ts";
import type { Verdict } from "./step.ts";

/** Routes that a trace tells of. */
const MAX_TOLD = 10;

/** The best route for method and path, if there is one. */
export function selectRoute(request: HttpRequest): Verdict {
  request.route = request.program!.snapshot.match(request.method, request.path, request.routeAt);
  if (request.trace) tell(request, request.trace);
  return undefined;
}

/** The route, and those that would have taken the request without it. */
function tell(request: HttpRequest, trace: Trace): void {
  const { snapshot } = request.program!;
  const candidates = snapshot.candidates(request.method, request.path, request.routeAt, MAX_TOLD);
  const lost = candidates.filter((route) => route !== request.route).map((route) => route.document.RouteKey);
  const message = request.route?.document.RouteKey ?? "none";
  trace.report({ step: "select route", message, facts: { path: request.routePath, lost } });
}

/** A path that exists for another method only is not found either: never 405. */
export function requireRoute(request: HttpRequest): Verdict {
  if (request.route) return undefined;
  const rule = `no route of stage ${request.stageName} matches ${request.method} ${request.routePath}`;
  return { status: 404, step: "select route", rule, remedy: "add such a route or $default, and deploy" };
}
