import { RequestMetrics } from "./request-metrics.ts";

/** Series kept apart; what comes later shares one, so that a page of metrics stays a page. Our choices. */
const MAX_STAGES = 1_000;
const MAX_ROUTES = 2_000;
const OTHER = "_other";

/** Whose metrics they are. */
export interface StageLabels {
  readonly apiId: string;
  readonly stage: string;
}

export interface RouteLabels extends StageLabels {
  readonly route: string;
}

export interface Series<L> {
  readonly labels: L;
  readonly metrics: RequestMetrics;
}

export interface MetricsBounds {
  /** Default: 1,000. */
  readonly stages?: number;
  /** Default: 2,000. */
  readonly routes?: number;
}

/** All metrics of a gateway. They outlive programs: a deployment does not set them back. */
export class Metrics {
  readonly #stages: SeriesTable<StageLabels>;
  readonly #routes: SeriesTable<RouteLabels>;

  constructor({ stages = MAX_STAGES, routes = MAX_ROUTES }: MetricsBounds = {}) {
    this.#stages = new SeriesTable(stages, { apiId: OTHER, stage: OTHER });
    this.#routes = new SeriesTable(routes, { apiId: OTHER, stage: OTHER, route: OTHER });
  }

  stage(labels: StageLabels): RequestMetrics {
    return this.#stages.of(`${labels.apiId}/${labels.stage}`, labels);
  }

  route(labels: RouteLabels): RequestMetrics {
    return this.#routes.of(`${labels.apiId}/${labels.stage}/${labels.route}`, labels);
  }

  /** An API is gone: its series make room. */
  forget(apiId: string): void {
    this.#stages.forget(apiId);
    this.#routes.forget(apiId);
  }

  stages(): Iterable<Series<StageLabels>> {
    return this.#stages.series();
  }

  routes(): Iterable<Series<RouteLabels>> {
    return this.#routes.series();
  }
}

class SeriesTable<L extends StageLabels> {
  readonly #maximum: number;
  readonly #series = new Map<string, Series<L>>();
  readonly #other: Series<L>;

  constructor(maximum: number, other: L) {
    this.#maximum = maximum;
    this.#other = { labels: other, metrics: new RequestMetrics() };
  }

  of(key: string, labels: L): RequestMetrics {
    const known = this.#series.get(key);
    if (known) return known.metrics;
    if (this.#series.size >= this.#maximum) return this.#other.metrics;
    const added = { labels, metrics: new RequestMetrics() };
    this.#series.set(key, added);
    return added.metrics;
  }

  forget(apiId: string): void {
    for (const [key, { labels }] of this.#series) {
      if (labels.apiId === apiId) this.#series.delete(key);
    }
  }

  *series(): Iterable<Series<L>> {
    yield* this.#series.values();
    if (this.#other.metrics.count > 0) yield this.#other;
  }
}
