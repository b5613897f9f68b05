/** What only a configuration file can give: settings that are more than one text. */
import { parseLogTarget, type LogTarget } from "../model/observation/log-target.ts";

/** Quotas of the data plane that an installation may lift. All of them are extensions: AWS has its own. */
export interface LimitSettings {
  readonly accountRateLimit?: number;
  readonly accountBurstLimit?: number;
  /** Longest request and response body of an HTTP integration. */
  readonly payloadBytes?: number;
  /** Request line and header values together. */
  readonly headBytes?: number;
}

/** Longest that each may be. A head over 64 KB does not get past the HTTP parser. */
const LIMITS: Readonly<Record<keyof LimitSettings, number>> = {
  accountRateLimit: 10_000_000,
  accountBurstLimit: 10_000_000,
  payloadBytes: 1024 * 1024 * 1024,
  headBytes: 60_000,
};

/** Throws an Error whose message names the member and states the rule. */
export function parseLimits(value: unknown): LimitSettings {
  for (const [name, limit] of Object.entries(mapping(value, "limits", "accountRateLimit: 50000"))) {
    if (!Object.hasOwn(LIMITS, name)) {
      throw new Error(`"limits.${name}" is no limit. Limits are ${Object.keys(LIMITS).join(", ")}`);
    }
    const maximum = LIMITS[name as keyof LimitSettings];
    if (!Number.isSafeInteger(limit) || (limit as number) < 1 || (limit as number) > maximum) {
      throw new Error(`"limits.${name}" is ${JSON.stringify(limit)}: must be a whole number from 1 to ${maximum}`);
    }
  }
  return value as LimitSettings;
}

/** Destinations of access logs: ARN, name of a log group or `*` -> where the lines go. Throws as parseLimits does. */
export function parseAccessLogs(value: unknown): ReadonlyMap<string, LogTarget> {
  const targets = new Map<string, LogTarget>();
  for (const [name, target] of Object.entries(mapping(value, "accessLogs", '"*": stdout'))) {
    try {
      targets.set(name, parseLogTarget(typeof target === "string" ? target : ""));
    } catch (error) {
      // The value is not repeated: a URL may hold a password.
      throw new Error(`"accessLogs.${name}" ${(error as Error).message}`, { cause: error });
    }
  }
  return targets;
}

function mapping(value: unknown, name: string, example: string): object {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new Error(`"${name}" must hold values by name, for example "${name}: { ${example} }"`);
}
