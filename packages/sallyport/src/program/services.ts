import type { AuthorizationCache } from "../authorizers/lambda/authorization-cache.ts";
import type { Issuers } from "../authorizers/jwt/issuers.ts";
import type { FunctionInvoker } from "../functions/invoker.ts";
import type { ServiceAccess } from "../integrations/aws/service-integration.ts";
import type { AccessLogs } from "../observe/access-log/access-logs.ts";
import type { Log } from "../observe/log.ts";
import type { Metrics } from "../observe/metrics/metrics.ts";
import type { PrincipalStore } from "../protocol/principal.ts";
import type { Upstream } from "../upstream/upstream.ts";
import type { Throttles } from "./settings/throttle.ts";

/** What compiled routes need of the world. One object for a gateway. */
export interface GatewayServices {
  /** The way out to back ends. */
  readonly upstream: Upstream;
  /** Values for `X-Amzn-Trace-Id`. */
  readonly traceRoot: () => string;
  /** Address to tell in `Forwarded` as ours. Default: the one that the client called. */
  readonly egressAddress?: string;
  /** Calls Lambda functions; undefined: there are none here and no remote Lambda is configured. */
  readonly functions?: FunctionInvoker;
  /** Calls AWS services for integrations with a subtype; undefined: they stay closed. */
  readonly aws?: ServiceAccess;
  /** What Lambda authorizers said. It outlives programs. */
  readonly authorizations: AuthorizationCache;
  /** Keys that tokens are signed with. */
  readonly issuers: Issuers;
  /** Who may sign requests of APIs with IAM authorization; undefined: nobody is configured. */
  readonly principals?: PrincipalStore;
  /** Token buckets; undefined: nothing is throttled. */
  readonly throttles?: Throttles;
  readonly metrics?: Metrics;
  /** Where access logs go; undefined: none are kept. */
  readonly accessLogs?: AccessLogs;
  readonly log?: Log;
  /** Longest body of a request or an answer of an HTTP integration. Default: the real service's quota. */
  readonly payloadBytes?: number;
}
