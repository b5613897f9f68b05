/** Quotas of the data plane that no request may exceed. API Gateway Developer Guide, Quotas for HTTP APIs. */

/** Request line and header values together. */
export const MAX_REQUEST_HEAD_BYTES = 10_240;

/** Request and response payload. The guide says 10 MB; binary megabytes are our choice. */
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Shortest, longest and default `TimeoutInMillis` of an HTTP API's integration. */
export const HTTP_INTEGRATION_TIMEOUT_MS = { min: 50, max: 30_000, default: 30_000 } as const;

/** Requests per second, and at once, that a token bucket lets through. */
export interface ThrottleLimit {
  readonly rate: number;
  readonly burst: number;
}

/** What an account may use of a region. API Gateway Developer Guide, Amazon API Gateway quotas, account-level quotas. */
export const ACCOUNT_THROTTLE: ThrottleLimit = { rate: 10_000, burst: 5_000 };

/** The same in Africa (Cape Town) and Europe (Milan), which have less. */
export const SMALL_REGION_ACCOUNT_THROTTLE: ThrottleLimit = { rate: 2_500, burst: 1_250 };
export const SMALL_THROTTLE_REGIONS: ReadonlySet<string> = new Set(["af-south-1", "eu-south-1"]);

/** One access log entry. API Gateway Developer Guide, Quotas for HTTP APIs. */
export const MAX_LOG_ENTRY_BYTES = 1024 * 1024;

/** ARN of a request that an authorizer decides about; a longer one is a 414 (Developer Guide, Important notes). */
export const MAX_REQUEST_ARN_BYTES = 1_600;
