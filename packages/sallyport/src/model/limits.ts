/** Quotas of the data plane that no request may exceed. API Gateway Developer Guide, Quotas for HTTP APIs. */

/** Request line and header values together. */
export const MAX_REQUEST_HEAD_BYTES = 10_240;

/** Request and response payload. The guide says 10 MB; binary megabytes are our choice. */
export const MAX_PAYLOAD_BYTES = 10 * 1024 * 1024;

/** Shortest, longest and default `TimeoutInMillis` of an HTTP API's integration. */
export const HTTP_INTEGRATION_TIMEOUT_MS = { min: 50, max: 30_000, default: 30_000 } as const;
