/** Throttling, metrics and execution logs of a stage and of its routes. Source: API Gateway V2 API Reference, Stage. */
import type { Reader } from "../../../ledger/ledger.ts";
import type { ApiDocument } from "../../../model/documents.ts";
import type { RouteSettings } from "../../../model/generated/apigatewayv2.ts";
import { keys } from "../../../model/keys.ts";
import { stageFaults } from "../../faults.ts";
import { lookUp } from "../../found.ts";
import { compact } from "../../patch.ts";

type Protocol = ApiDocument["ProtocolType"];
type SettingsByRoute = Readonly<Record<string, RouteSettings>>;

/** What a stage that sets nothing reads back. Observed. */
export function defaultSettings(protocol: Protocol): RouteSettings {
  const metrics = { DetailedMetricsEnabled: false };
  return protocol === "WEBSOCKET" ? { ...metrics, DataTraceEnabled: false, LoggingLevel: "OFF" } : metrics;
}

/** Merged by member: nothing takes a member back to "unset". */
export function patchSettings(
  current: RouteSettings | undefined,
  sent: RouteSettings | undefined,
  protocol: Protocol,
): RouteSettings {
  return { ...current, ...(sent && settingsOf(sent, protocol)) };
}

/** Merged by route key and by member. */
export function patchRouteSettings(
  current: SettingsByRoute | undefined,
  sent: SettingsByRoute | undefined,
  protocol: Protocol,
): SettingsByRoute {
  const merged = new Map(Object.entries(current ?? {}));
  for (const [routeKey, settings] of Object.entries(sent ?? {})) {
    merged.set(routeKey, patchSettings(merged.get(routeKey), settings, protocol));
  }
  return Object.fromEntries(merged);
}

/** Whether any of the settings turns execution logs on. */
export function wantsExecutionLogs(settings: readonly RouteSettings[]): boolean {
  return settings.some(({ LoggingLevel = "OFF" }) => LoggingLevel !== "OFF");
}

/** Every route key that settings are kept for must be one of the API's. */
export async function requireRouteKeys(reader: Reader, apiId: string, settings: SettingsByRoute): Promise<void> {
  for (const routeKey of Object.keys(settings)) {
    if ((await lookUp(reader, keys.routeKey(apiId, routeKey))) === undefined) throw stageFaults.routeSettings(routeKey);
  }
}

function settingsOf(sent: RouteSettings, protocol: Protocol): RouteSettings {
  requireNotNegative("ThrottlingBurstLimit", sent.ThrottlingBurstLimit);
  requireNotNegative("ThrottlingRateLimit", sent.ThrottlingRateLimit);
  const common = compact({
    DetailedMetricsEnabled: sent.DetailedMetricsEnabled,
    ThrottlingBurstLimit: sent.ThrottlingBurstLimit,
    ThrottlingRateLimit: sent.ThrottlingRateLimit,
  });
  if (protocol === "WEBSOCKET") {
    return { ...common, ...compact({ DataTraceEnabled: sent.DataTraceEnabled, LoggingLevel: sent.LoggingLevel }) };
  }
  // CloudFormation's `OFF` and `false` are tolerated and not kept (U).
  if (wantsExecutionLogs([sent]) || sent.DataTraceEnabled) throw stageFaults.executionLogs();
  return common;
}

function requireNotNegative(member: string, value: number | undefined): void {
  if (value !== undefined && !(value >= 0)) throw stageFaults.throttling(member);
}
