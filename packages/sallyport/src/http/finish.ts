import type { TraceSummary } from "../observe/trace.ts";
import type { HttpRequest } from "./http-request.ts";

/** What is left to do when a request's answer is complete: metrics, the line of its access log, the end of its trace. */
export function finish(request: HttpRequest): void {
  const { outcome, program, route, exchange, trace } = request;
  outcome.ended(request.bodyBytesReceived, exchange.bodyBytesSent);
  // Without a stage there is neither (Developer Guide, Configuring logging for an HTTP API).
  if (program) {
    const { settings } = program;
    settings.metrics?.record(outcome);
    if (route) settings.regime(route).metrics?.record(outcome);
    settings.accessLog?.write(request);
  }
  trace?.end(summaryOf(request));
}

function summaryOf(request: HttpRequest): TraceSummary {
  const { exchange, outcome, api } = request;
  return {
    timeMs: request.timeMs,
    method: exchange.method,
    host: request.domainName || exchange.authority,
    target: exchange.target,
    clientAddress: exchange.clientAddress,
    headers: exchange.headers,
    accountId: api?.api.Account,
    region: api?.api.Region,
    apiId: api?.api.ApiId,
    stage: request.stageName || undefined,
    routeKey: request.routeKey || undefined,
    status: outcome.status,
    latencyMs: outcome.responseLatencyMs,
    integrationLatencyMs: outcome.integrationLatencyMs,
    aborted: exchange.aborted,
  };
}
