/** Access log settings of a stage. Source: API Gateway Developer Guide, "Configuring logging for an HTTP API". */
import { parseArn } from "../../../model/arn.ts";
import type { ApiDocument } from "../../../model/documents.ts";
import type { AccessLogSettings } from "../../../model/generated/apigatewayv2.ts";
import { stageFaults } from "../../faults.ts";
import { unsupportedLogVariables } from "./log-variables.ts";

/** "Quotas for configuring and running an HTTP API": access log template, 3 KB. */
const MAX_FORMAT_BYTES = 3 * 1024;
const REQUEST_ID = /\$context\.(?:requestId|extendedRequestId)(?![A-Za-z0-9_])/;

/** Merged by member; `{}` changes nothing. Both members are needed once there is one. */
export function patchAccessLogs(
  current: AccessLogSettings | undefined,
  sent: AccessLogSettings | undefined,
  protocol: ApiDocument["ProtocolType"],
): AccessLogSettings | undefined {
  if (sent?.DestinationArn === undefined && sent?.Format === undefined) return current;
  const destination = sent.DestinationArn ?? current?.DestinationArn;
  const format = sent.Format ?? current?.Format;
  if (!destination || !format) throw stageFaults.logIncomplete();
  requireFormat(format, protocol);
  return { DestinationArn: destinationOf(destination, protocol), Format: format };
}

/** The log group that settings name, as ARN without `:*`; undefined when they name none. */
export function logGroupOf(settings: AccessLogSettings | undefined): string | undefined {
  const arn = parseArn(settings?.DestinationArn ?? "");
  if (!arn || arn.service !== "logs" || !LOG_GROUP.test(arn.resource)) return undefined;
  return settings?.DestinationArn?.replace(/:\*$/, "");
}

const LOG_GROUP = /^log-group:[\w./#-]{1,512}(?::\*)?$/;
const DELIVERY_STREAM = /^deliverystream\/[\w.-]{1,64}$/;

/** A log group's ARN comes with or without `:*` and is read back without it (U). Firehose: WebSocket only. */
function destinationOf(text: string, protocol: ApiDocument["ProtocolType"]): string {
  const logGroup = logGroupOf({ DestinationArn: text });
  if (logGroup !== undefined) return logGroup;
  const arn = parseArn(text);
  const stream = arn?.service === "firehose" && DELIVERY_STREAM.test(arn.resource);
  if (protocol !== "WEBSOCKET" || !stream) throw stageFaults.logDestination(text);
  return text;
}

function requireFormat(format: string, protocol: ApiDocument["ProtocolType"]): void {
  // A line break at the end is no second line.
  if (/[\r\n]/.test(format.replace(/\r?\n$/, "")) || Buffer.byteLength(format) > MAX_FORMAT_BYTES) {
    throw stageFaults.logFormatLines();
  }
  const unsupported = unsupportedLogVariables(format, protocol);
  if (unsupported.length > 0) throw stageFaults.logVariables(unsupported);
  if (!REQUEST_ID.test(format)) throw stageFaults.logFormat();
}
