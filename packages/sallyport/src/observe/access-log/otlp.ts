import type { LogLine } from "./line-queue.ts";

/** `SEVERITY_NUMBER_INFO`. */
const INFO = 9;

/** Lines as a request of OTLP/HTTP in JSON: OpenTelemetry Protocol Specification, logs signal. */
export function otlpLogs(source: string, lines: readonly LogLine[]): string {
  const attributes = [attribute("service.name", "sallyport"), attribute("aws.log.group.names", source)];
  const logRecords = lines.map(({ timeMs, text }) => ({
    timeUnixNano: `${timeMs}000000`,
    severityNumber: INFO,
    severityText: "INFO",
    body: { stringValue: text },
  }));
  const scopeLogs = [{ scope: { name: "sallyport.access-log" }, logRecords }];
  return JSON.stringify({ resourceLogs: [{ resource: { attributes }, scopeLogs }] });
}

const attribute = (key: string, value: string): object => ({ key, value: { stringValue: value } });
