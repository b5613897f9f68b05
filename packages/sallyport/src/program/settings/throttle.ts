/** Token buckets. API Gateway Developer Guide, "Throttle requests to your HTTP APIs for better throughput". */
import type { ThrottleLimit } from "../../model/limits.ts";
import { ACCOUNT_THROTTLE, SMALL_REGION_ACCOUNT_THROTTLE, SMALL_THROTTLE_REGIONS } from "../../model/limits.ts";
import type { RouteSettings } from "../../model/generated/apigatewayv2.ts";

/** Buckets of routes kept in mind at once. Our choice. */
const MAX_ROUTE_BUCKETS = 100_000;

/** Takes a token for each request; `rate` of them a second come back, up to `burst`. It begins full. */
export class TokenBucket {
  #limit: ThrottleLimit;
  #tokens: number;
  #filledMs: number;

  constructor(limit: ThrottleLimit, nowMs: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#filledMs = nowMs;
  }

  get limit(): ThrottleLimit {
    return this.#limit;
  }

  /** Whether a request may pass now. `nowMs`: of a clock that never goes back. A rate of 0 blocks, full or not (unverified). */
  has(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens >= 1 && this.#limit.rate > 0;
  }

  /** Takes a token; only after `has` said that there is one. */
  spend(): void {
    this.#tokens -= 1;
  }

  take(nowMs: number): boolean {
    const passes = this.has(nowMs);
    if (passes) this.spend();
    return passes;
  }

  /** New settings: what was used stays used, so that changing them is no way around them. */
  adjust(limit: ThrottleLimit, nowMs: number): void {
    this.#fill(nowMs);
    this.#tokens = Math.max(0, Math.min(limit.burst, this.#tokens + limit.burst - this.#limit.burst));
    this.#limit = limit;
  }

  #fill(nowMs: number): void {
    const { rate, burst } = this.#limit;
    if (nowMs <= this.#filledMs) return;
    this.#tokens = Math.min(burst, this.#tokens + ((nowMs - this.#filledMs) * rate) / 1000);
    this.#filledMs = nowMs;
  }
}

/** Account quotas of this installation that differ from the real service's: an extension. */
export interface AccountThrottle {
  readonly rate?: number | undefined;
  readonly burst?: number | undefined;
}

function accountQuota(region: string): ThrottleLimit {
  return SMALL_THROTTLE_REGIONS.has(region) ? SMALL_REGION_ACCOUNT_THROTTLE : ACCOUNT_THROTTLE;
}

/** All buckets of a gateway. They outlive programs: a deployment does not refill them. */
export class Throttles {
  readonly #nowMs: () => number;
  readonly #lifted: AccountThrottle;
  readonly #accounts = new Map<string, TokenBucket>();
  readonly #routes = new Map<string, TokenBucket>();

  constructor(nowMs: () => number, lifted: AccountThrottle = {}) {
    this.#nowMs = nowMs;
    this.#lifted = lifted;
  }

  /** The bucket that all requests to an account's APIs in a region share. */
  account(account: string, region: string): TokenBucket {
    const key = `${account}:${region}`;
    let bucket = this.#accounts.get(key);
    if (!bucket) this.#accounts.set(key, (bucket = new TokenBucket(this.accountLimit(region), this.#nowMs())));
    return bucket;
  }

  /**
   * Settings that let more through than an account may use on the real service, which works here alone; undefined when
   * there are none, or when this installation lifts nothing either.
   */
  excessOf(
    settings: readonly (RouteSettings | undefined)[],
    region: string,
  ): { readonly rate: number; readonly burst: number } | undefined {
    const ours = this.accountLimit(region);
    const theirs = accountQuota(region);
    const rate = Math.min(ours.rate, Math.max(0, ...settings.map((set) => set?.ThrottlingRateLimit ?? 0)));
    const burst = Math.min(ours.burst, Math.max(0, ...settings.map((set) => set?.ThrottlingBurstLimit ?? 0)));
    return rate > theirs.rate || burst > theirs.burst ? { rate, burst } : undefined;
  }

  accountLimit(region: string): ThrottleLimit {
    const { rate, burst } = accountQuota(region);
    return { rate: this.#lifted.rate ?? rate, burst: this.#lifted.burst ?? burst };
  }

  /** The bucket of a route on a stage, with these settings from now on. */
  route(apiId: string, stageName: string, routeKey: string, limit: ThrottleLimit): TokenBucket {
    const key = `${apiId}/${stageName}/${routeKey}`;
    const known = this.#routes.get(key);
    if (known) {
      const { rate, burst } = known.limit;
      if (rate !== limit.rate || burst !== limit.burst) known.adjust(limit, this.#nowMs());
      return known;
    }
    if (this.#routes.size >= MAX_ROUTE_BUCKETS) this.#forgetOldest();
    const bucket = new TokenBucket(limit, this.#nowMs());
    this.#routes.set(key, bucket);
    return bucket;
  }

  /** Programs that run keep theirs; a later program of that stage would begin with a full one. */
  #forgetOldest(): void {
    const [oldest] = this.#routes.keys();
    if (oldest !== undefined) this.#routes.delete(oldest);
  }
}

/**
 * What a stage sets for a route; undefined when it sets nothing. A route's own member replaces the stage's; a member that
 * neither sets is the account's, which none can exceed. By member is our choice: who limits a route's rate alone keeps
 * the stage's burst.
 */
export function routeThrottle(
  route: RouteSettings | undefined,
  stage: RouteSettings | undefined,
  account: ThrottleLimit,
): ThrottleLimit | undefined {
  const rate = route?.ThrottlingRateLimit ?? stage?.ThrottlingRateLimit;
  const burst = route?.ThrottlingBurstLimit ?? stage?.ThrottlingBurstLimit;
  if (rate === undefined && burst === undefined) return undefined;
  return { rate: Math.min(rate ?? account.rate, account.rate), burst: Math.min(burst ?? account.burst, account.burst) };
}
