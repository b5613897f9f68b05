import type { ResponseFacts } from "../../model/observation/response-facts.ts";
import { LatencyHistogram } from "./histogram.ts";

/** What counts of one request. */
export type RequestFigures = Pick<
  ResponseFacts,
  "status" | "responseLatencyMs" | "integrationLatencyMs" | "dataProcessed"
>;

/**
 * The metrics of a stage or of a route under CloudWatch's names (API Gateway Developer Guide, Working with metrics for
 * HTTP APIs).
 */
export class RequestMetrics {
  count = 0;
  clientErrors = 0;
  serverErrors = 0;
  dataProcessedBytes = 0;
  readonly latency = new LatencyHistogram();
  readonly integrationLatency = new LatencyHistogram();

  record({ status, responseLatencyMs, integrationLatencyMs, dataProcessed }: RequestFigures): void {
    this.count += 1;
    if (status >= 500) this.serverErrors += 1;
    else if (status >= 400) this.clientErrors += 1;
    this.dataProcessedBytes += dataProcessed;
    this.latency.observe(responseLatencyMs);
    if (integrationLatencyMs !== undefined) this.integrationLatency.observe(integrationLatencyMs);
  }
}
