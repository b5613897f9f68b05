import type { ApiDocument, StageDocument } from "../../model/documents.ts";
import type { RouteSettings } from "../../model/generated/apigatewayv2.ts";
import type { StageAccessLog } from "../../observe/access-log/stage-access-log.ts";
import type { RequestMetrics } from "../../observe/metrics/request-metrics.ts";
import type { GatewayServices } from "../services.ts";
import type { DeployedRoute } from "../snapshot.ts";
import type { TokenBucket } from "./throttle.ts";
import { routeThrottle } from "./throttle.ts";

/** What applies to a request once its route is known. */
export interface RouteRegime {
  readonly throttle: TokenBucket | undefined;
  /** Undefined: detailed metrics are off for the route. */
  readonly metrics: RequestMetrics | undefined;
}

/** Throttling, metrics and access log of a stage. They take effect without a deployment. */
export class StageSettings {
  readonly accountThrottle: TokenBucket | undefined;
  readonly accessLog: StageAccessLog | undefined;
  readonly metrics: RequestMetrics | undefined;
  readonly #api: ApiDocument;
  readonly #stage: StageDocument;
  readonly #services: GatewayServices;
  readonly #regimes = new Map<DeployedRoute, RouteRegime>();

  constructor(api: ApiDocument, stage: StageDocument, services: GatewayServices) {
    const { throttles, metrics, accessLogs } = services;
    this.#api = api;
    this.#stage = stage;
    this.#services = services;
    this.accountThrottle = throttles?.account(api.Account, api.Region);
    this.metrics = metrics?.stage({ apiId: api.ApiId, stage: stage.StageName });
    const { DestinationArn, Format } = stage.AccessLogSettings ?? {};
    if (DestinationArn !== undefined && Format !== undefined) {
      this.accessLog = accessLogs?.open(DestinationArn, Format);
    }
    this.#warnOfLifted();
  }

  /** Worked out at a route's first request. */
  regime(route: DeployedRoute): RouteRegime {
    const known = this.#regimes.get(route);
    if (known) return known;
    const regime = this.#regimeOf(route);
    this.#regimes.set(route, regime);
    return regime;
  }

  #regimeOf({ document: { RouteKey } }: DeployedRoute): RouteRegime {
    const { throttles, metrics } = this.#services;
    const { ApiId: apiId, Region } = this.#api;
    const { StageName: stage, DefaultRouteSettings } = this.#stage;
    const own = settingsOf(this.#stage, RouteKey);
    const limit = throttles && routeThrottle(own, DefaultRouteSettings, throttles.accountLimit(Region));
    const detailed = own?.DetailedMetricsEnabled ?? DefaultRouteSettings?.DetailedMetricsEnabled ?? false;
    return {
      throttle: limit && throttles?.route(apiId, stage, RouteKey, limit),
      metrics: detailed ? metrics?.route({ apiId, stage, route: RouteKey }) : undefined,
    };
  }

  /** Limits above the real service's work here because this installation lifts the account's. */
  #warnOfLifted(): void {
    const { throttles, log } = this.#services;
    const { DefaultRouteSettings, RouteSettings: byRoute } = this.#stage;
    const excess = throttles?.excessOf([DefaultRouteSettings, ...Object.values(byRoute ?? {})], this.#api.Region);
    if (excess === undefined) return;
    log?.warn("a stage relies on a limit that this installation lifts: on AWS it would be throttled earlier", {
      apiId: this.#api.ApiId,
      stage: this.#stage.StageName,
      ...excess,
    });
  }
}

function settingsOf({ RouteSettings: byRoute }: StageDocument, routeKey: string): RouteSettings | undefined {
  return byRoute !== undefined && Object.hasOwn(byRoute, routeKey) ? byRoute[routeKey] : undefined;
}
