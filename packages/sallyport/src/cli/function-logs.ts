import type { FunctionLogLine, FunctionLogSink } from "../functions/host/host-options.ts";
import { parseArn, partitionOf } from "../model/arn.ts";
import type { AccessLogs } from "../observe/access-log/access-logs.ts";

/**
 * What functions write goes where access logs go, each function to its own log group: `logs/aws/lambda/NAME.log` unless
 * configured otherwise. A function that writes faster than its place takes it loses lines, never time.
 */
export function functionLogs(logs: AccessLogs): FunctionLogSink {
  return {
    write: (line) => logs.lines(destinationOf(line)).push({ timeMs: line.timeMs, text: textOf(line) }),
  };
}

function destinationOf({ functionArn, logGroup }: FunctionLogLine): string {
  const { region = "", account = "" } = parseArn(functionArn) ?? {};
  return `arn:${partitionOf(region)}:logs:${region}:${account}:log-group:${logGroup}`;
}

/** Node's console already puts time and request id before a line; a person reading the file wants them before every line. */
function textOf({ timeMs, version, source, text }: FunctionLogLine): string {
  const from = source === "stderr" ? "stderr " : "";
  return `${new Date(timeMs).toISOString()} [${version}] ${from}${text}`;
}
