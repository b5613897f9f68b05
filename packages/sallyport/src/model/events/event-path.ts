import type { RequestContext } from "../request-context.ts";

/**
 * The path that format 2.0 shows, still encoded: as sent on a default endpoint, so with a named stage in front. On a
 * custom domain the mapping key is gone and a named stage stands in front all the same (observed).
 */
export function stagedPath({ path, routePath, stageName }: RequestContext): string {
  const prefix = `/${stageName}`;
  if (path.startsWith(prefix) && (path.slice(prefix.length) || "/") === routePath) return path;
  return stageName === "$default" ? routePath : prefix + routePath;
}

/** The first label of a host. */
export function domainPrefix(domainName: string): string {
  const dot = domainName.indexOf(".");
  return dot < 0 ? domainName : domainName.slice(0, dot);
}

/** The path of a route's key: `/pets/{id}`, or `$default`. */
export function resourcePath(routeKey: string): string {
  return routeKey.slice(routeKey.indexOf(" ") + 1);
}
