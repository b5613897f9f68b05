import type { HttpRequest } from "../http-request.ts";
import type { TokenBucket } from "../../program/settings/throttle.ts";
import type { Step, Verdict } from "./step.ts";

const STEP = "throttle";

/**
 * A token of the account's bucket and one of the route's (Developer Guide, Throttle requests to your HTTP APIs). Who is
 * refused by one of them takes nothing from the other (our choice): a throttled route does not eat up the account.
 */
export function throttle(nowMs: () => number): Step {
  return (request) => {
    const { settings } = request.program!;
    const own = settings.regime(request.route!).throttle;
    const account = settings.accountThrottle;
    if (!account && !own) return undefined;
    const now = nowMs();
    if (account && !account.has(now)) return accountFault(request, account);
    if (own && !own.take(now)) return routeFault(request, own);
    account?.spend();
    request.trace?.report({
      step: STEP,
      message: own ? `within ${limitText(own.limit)}` : "within the account's limits",
    });
    return undefined;
  };
}

/** A preflight that the gateway answers counts for the account alone: no route took it (our choice). */
export function throttlePreflight(request: HttpRequest, nowMs: number): Verdict {
  const account = request.program!.settings.accountThrottle;
  return !account || account.take(nowMs) ? undefined : accountFault(request, account);
}

function accountFault({ accountId, region }: HttpRequest, { limit }: TokenBucket): Verdict {
  const rule = `account ${accountId} in ${region} is over ${limitText(limit)}`;
  return { status: 429, step: STEP, rule, remedy: "send less, or raise limits.accountRateLimit and accountBurstLimit" };
}

function routeFault({ stageName, routeKey }: HttpRequest, { limit }: TokenBucket): Verdict {
  const rule = `route ${JSON.stringify(routeKey)} of stage ${stageName} is over ${limitText(limit)}`;
  return { status: 429, step: STEP, rule, remedy: "send less, or raise the throttling of the stage or its route" };
}

function limitText({ rate, burst }: TokenBucket["limit"]): string {
  return `${rate} requests a second with a burst of ${burst}`;
}
