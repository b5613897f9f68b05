import type { Failure } from "./failures.ts";

export interface ReportFacts {
  readonly requestId: string;
  readonly durationMs: number;
  readonly memoryMb: number;
  readonly peakBytes: number;
  /** Of the process's first invocation. */
  readonly initMs: number | undefined;
  readonly failure: Failure | undefined;
}

const MEGABYTE = 1_048_576;

/** AWS Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions": the REPORT line. */
export function reportLine({ requestId, durationMs, memoryMb, peakBytes, initMs, failure }: ReportFacts): string {
  const fields = [
    `REPORT RequestId: ${requestId}`,
    `Duration: ${durationMs.toFixed(2)} ms`,
    `Billed Duration: ${Math.ceil(durationMs + (initMs ?? 0))} ms`,
    `Memory Size: ${memoryMb} MB`,
    `Max Memory Used: ${Math.ceil(peakBytes / MEGABYTE)} MB`,
    ...(initMs === undefined ? [] : [`Init Duration: ${initMs.toFixed(2)} ms`]),
    ...(failure === undefined ? [] : [`Status: ${failure.status}`]),
    ...(failure?.status === "error" ? [`Error Type: ${failure.errorType}`] : []),
  ];
  return `${fields.join("\t")}\t`;
}
