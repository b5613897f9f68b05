import type { FaultStatus, GatewayFault } from "./gateway-fault.ts";

/** Where an error came up, as far as its class depends on it. */
const IN_AUTHORIZER = "authorize";
const IN_INTEGRATION = "call integration";

const BY_STATUS: Readonly<Partial<Record<FaultStatus, string>>> = {
  401: "UNAUTHORIZED",
  403: "ACCESS_DENIED",
  413: "REQUEST_TOO_LARGE",
  429: "THROTTLED",
};

/**
 * `$context.error.responseType` of an error of the gateway's own. The names are those of REST APIs; which of them HTTP
 * APIs use is unverified.
 */
export function faultType({ status, step, timeout }: GatewayFault): string {
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status < 500) return "DEFAULT_4XX";
  if (step === IN_AUTHORIZER) return "AUTHORIZER_FAILURE";
  if (step !== IN_INTEGRATION) return "DEFAULT_5XX";
  return timeout ? "INTEGRATION_TIMEOUT" : "INTEGRATION_FAILURE";
}
