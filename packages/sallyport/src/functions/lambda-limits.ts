/** Quotas of Lambda. AWS Lambda Developer Guide, "Lambda quotas": 6 MB each for a synchronous request and its response. */

/** An event, as JSON: what Lambda really compares with (observed in its error text). */
export const MAX_EVENT_BYTES = 6_291_456;

/** A function's result, as JSON (observed in Lambda's error text, which has 100 bytes more). */
export const MAX_RESULT_BYTES = 6_291_556;
