/** `$context` variables that only a complete answer gives. API Gateway Developer Guide, "Customizing HTTP API access logs". */
import { contextReader, type ContextReader } from "../../expressions/context-variables.ts";
import type { FinishedRequest, ResponseFacts } from "../../model/observation/response-facts.ts";

/** Reads a variable of a log line; undefined: `-`. */
export type LogReader = ContextReader<FinishedRequest>;

const text =
  (read: (facts: ResponseFacts) => string | undefined): LogReader =>
  ({ outcome }) =>
    read(outcome);

const number =
  (read: (facts: ResponseFacts) => number | undefined): LogReader =>
  ({ outcome }) => {
    const value = read(outcome);
    return value === undefined ? undefined : String(Math.round(value));
  };

const integrationError = text((facts) => facts.integrationError);
const integrationLatency = number((facts) => facts.integrationLatencyMs);
/**
 * The page calls `integrationStatus` both the status of the Lambda service and equal to `integration.status`. The service's
 * it is for functions; back ends without such a service have one status only (our choice).
 */
const serviceStatus = number((facts) => facts.serviceStatus ?? facts.integrationStatus);

const RESPONSE: ReadonlyMap<string, LogReader> = new Map<string, LogReader>([
  // Nothing was sent: no status.
  ["status", number((facts) => facts.status || undefined)],
  ["responseLength", number((facts) => facts.responseLength)],
  ["responseLatency", number((facts) => facts.responseLatencyMs)],
  ["dataProcessed", number((facts) => facts.dataProcessed)],
  ["integrationLatency", integrationLatency],
  ["integration.latency", integrationLatency],
  ["integrationStatus", serviceStatus],
  ["integration.integrationStatus", serviceStatus],
  ["integration.status", number((facts) => facts.integrationStatus)],
  ["integrationErrorMessage", integrationError],
  ["integration.error", integrationError],
  ["awsEndpointRequestId", text((facts) => facts.endpointRequestId)],
  ["awsEndpointRequestId2", text((facts) => facts.endpointRequestId2)],
  ["integration.requestId", text((facts) => facts.endpointRequestId)],
  ["authorizer.error", text((facts) => facts.authorizerError)],
  ["error.message", text((facts) => facts.errorMessage)],
  ["error.responseType", text((facts) => facts.errorType)],
]);

/** The reader of a variable, its name given without `$context.`; undefined: there is no such variable. */
export function logReader(name: string): LogReader | undefined {
  return RESPONSE.get(name) ?? contextReader(name);
}

/** Variables that need the headers of the integration's answer. */
export const ENDPOINT_ID_VARIABLES: ReadonlySet<string> = new Set([
  "awsEndpointRequestId",
  "awsEndpointRequestId2",
  "integration.requestId",
]);
