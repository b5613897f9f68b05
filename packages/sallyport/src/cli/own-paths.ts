/** The gateway's own pages on the admin listener. */
import type { OwnPath } from "../edge/admin.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Log } from "../observe/log.ts";
import { prometheusText } from "../observe/metrics/prometheus.ts";
import type { AwsResponse } from "../protocol/service.ts";
import type { Edge } from "./edge.ts";
import { version } from "./version.ts";

export function ownPaths(ledger: Ledger, edge: Edge, log: Log): ReadonlyMap<string, OwnPath> {
  return new Map<string, OwnPath>([
    ["/_sallyport/health", () => health(ledger, log)],
    ["/_sallyport/metrics", () => metrics(ledger, edge)],
  ]);
}

/** 200 while definitions can be read and written; 503 otherwise. */
async function health(ledger: Ledger, log: Log): Promise<AwsResponse> {
  try {
    return json(200, {
      status: "ok",
      version,
      revision: await ledger.revision(),
      uptimeSeconds: Math.floor(process.uptime()),
    });
  } catch (error) {
    // The page is for machines that only ask whether, and needs no signature: why is in the log.
    log.warn("the ledger does not answer", { error });
    return json(503, { status: "unavailable", version, reason: "the ledger does not answer" });
  }
}

function json(status: number, body: object): AwsResponse {
  return { status, headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

/** Prometheus text exposition format 0.0.4. */
async function metrics(ledger: Ledger, edge: Edge): Promise<AwsResponse> {
  const rows: readonly [string, string, string, number][] = [
    ["sallyport_info", "gauge", `{version="${version}"}`, 1],
    ["sallyport_ledger_revision", "gauge", "", await ledger.revision()],
    ["sallyport_requests_total", "counter", "", edge.requests()],
    ["sallyport_access_log_dropped_lines_total", "counter", "", edge.observation.accessLogs.dropped],
    ["sallyport_traces_kept", "gauge", "", edge.observation.traces.count],
    ["process_resident_memory_bytes", "gauge", "", process.memoryUsage.rss()],
    ["process_start_time_seconds", "gauge", "", Math.floor(Date.now() / 1000 - process.uptime())],
  ];
  const { metrics: requests } = edge.observation;
  const own = rows.map(([name, type, labels, value]) => `# TYPE ${name} ${type}\n${name}${labels} ${value}\n`).join("");
  const body = own + prometheusText(requests);
  return { status: 200, headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" }, body };
}
