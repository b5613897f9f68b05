/** Metrics as Prometheus reads them: text exposition format 0.0.4. */
import { LATENCY_BOUNDS_SECONDS, type LatencyHistogram } from "./histogram.ts";
import type { Metrics, Series } from "./metrics.ts";
import type { RequestMetrics } from "./request-metrics.ts";

type Labels = Readonly<Record<string, string>>;

interface Counter {
  readonly name: string;
  readonly help: string;
  readonly value: (metrics: RequestMetrics) => number;
}

interface Histogram {
  readonly name: string;
  readonly help: string;
  readonly value: (metrics: RequestMetrics) => LatencyHistogram;
}

const COUNTERS: readonly Counter[] = [
  { name: "requests_total", help: "Requests (Count).", value: (metrics) => metrics.count },
  { name: "client_errors_total", help: "Answers with a status of 400 to 499 (4xx).", value: (m) => m.clientErrors },
  { name: "server_errors_total", help: "Answers with a status of 500 and above (5xx).", value: (m) => m.serverErrors },
  {
    name: "data_processed_bytes_total",
    help: "Bytes of request and response bodies (DataProcessed).",
    value: (metrics) => metrics.dataProcessedBytes,
  },
];

const HISTOGRAMS: readonly Histogram[] = [
  {
    name: "latency_seconds",
    help: "From the request's head to the end of its answer (Latency).",
    value: (metrics) => metrics.latency,
  },
  {
    name: "integration_latency_seconds",
    help: "From the call of the integration to the head of its answer (IntegrationLatency).",
    value: (metrics) => metrics.integrationLatency,
  },
];

/** Series of stages (`sallyport_stage_…`) and, where detailed metrics are on, of routes (`sallyport_route_…`). */
export function prometheusText(metrics: Metrics): string {
  return familiesOf("stage", [...metrics.stages()]) + familiesOf("route", [...metrics.routes()]);
}

function familiesOf(scope: "stage" | "route", series: readonly Series<object>[]): string {
  if (series.length === 0) return "";
  const labelled = series.map(({ labels, metrics }) => ({ labels: labelsText(labels as Labels), metrics }));
  let text = "";
  for (const { name, help, value } of COUNTERS) {
    text += headOf(`sallyport_${scope}_${name}`, help, "counter");
    for (const { labels, metrics } of labelled) text += `sallyport_${scope}_${name}{${labels}} ${value(metrics)}\n`;
  }
  for (const { name, help, value } of HISTOGRAMS) {
    text += headOf(`sallyport_${scope}_${name}`, help, "histogram");
    for (const { labels, metrics } of labelled) {
      text += histogramText(`sallyport_${scope}_${name}`, labels, value(metrics));
    }
  }
  return text;
}

function headOf(name: string, help: string, type: string): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function histogramText(name: string, labels: string, { counts, sumSeconds }: LatencyHistogram): string {
  let total = 0;
  let text = "";
  counts.forEach((count, at) => {
    total += count;
    text += `${name}_bucket{${labels},le="${LATENCY_BOUNDS_SECONDS[at] ?? "+Inf"}"} ${total}\n`;
  });
  return `${text}${name}_sum{${labels}} ${sumSeconds}\n${name}_count{${labels}} ${total}\n`;
}

/** A label set without its braces. */
function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name === "apiId" ? "api" : name}="${escaped(value)}"`)
    .join(",");
}

const escaped = (value: string): string =>
  value.replace(/[\\"\n]/g, (character) => (character === "\n" ? "\\n" : `\\${character}`));
