import type { FunctionInvoker } from "../functions/invoker.ts";
import type { PrincipalStore } from "../protocol/principal.ts";
import type { Upstream } from "../upstream/upstream.ts";

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
  /** Who may sign requests of APIs with IAM authorization; undefined: nobody is configured. */
  readonly principals?: PrincipalStore;
}
