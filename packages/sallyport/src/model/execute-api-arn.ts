/** ARNs that policies of an API's callers and of its functions speak of. API Gateway ARN reference, "HTTP API". */
import { partitionOf } from "./arn.ts";
import { decodePercent } from "./percent-encoding.ts";
import type { RequestContext } from "./request-context.ts";

type ApiPlace = Pick<RequestContext, "region" | "accountId" | "apiId">;

function apiArn({ region, accountId, apiId }: ApiPlace): string {
  return `arn:${partitionOf(region)}:execute-api:${region}:${accountId}:${apiId}`;
}

/**
 * `…:{api}/{stage}/{METHOD}/{path}`: the request itself, its real method and path, not the route's key. The path is
 * decoded, as it is in events: a policy that denies `…/GET/admin` must not miss `/%61dmin`, the same route (our choice).
 */
export function requestArn(request: ApiPlace & Pick<RequestContext, "stageName" | "method" | "routePath">): string {
  const { stageName, method, routePath } = request;
  return `${apiArn(request)}/${stageName}/${method}/${decodePercent(routePath.slice(1))}`;
}

/**
 * What a function's policy is asked about when a route calls it: the path of the route's key, variables unresolved, and
 * `{api}/{stage}/$default` for the default route (Developer Guide, Troubleshooting HTTP API Lambda integrations). That
 * the method is the request's, also behind `ANY`, is our choice.
 */
export function integrationSourceArn(request: RequestContext): string {
  const { stageName, method, routeKey } = request;
  const blank = routeKey.indexOf(" ");
  const route = blank < 0 ? routeKey : `${method}${routeKey.slice(blank + 1)}`;
  return `${apiArn(request)}/${stageName}/${route}`;
}

/** What a function's policy is asked about when it is called as authorizer: `…:{api}/authorizers/{authorizerId}`. */
export function authorizerSourceArn(place: ApiPlace, authorizerId: string): string {
  return `${apiArn(place)}/authorizers/${authorizerId}`;
}
