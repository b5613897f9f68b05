import { isLoopback } from "../config/loopback.ts";
import type { Config } from "../config/settings.ts";
import { AccessLogs } from "../observe/access-log/access-logs.ts";
import type { Log } from "../observe/log.ts";
import { Metrics } from "../observe/metrics/metrics.ts";
import { TraceStore } from "../observe/traces/trace-store.ts";

/** What is kept about requests. */
export interface Observation {
  readonly accessLogs: AccessLogs;
  readonly metrics: Metrics;
  readonly traces: TraceStore;
  /** Part of the requests whose story is kept; 0: nobody asks for one. */
  readonly sample: number;
  close(deadlineMs: number): Promise<void>;
}

/** A sink that does not answer must not hold up the end for longer. Our choice. */
const MAX_FLUSH_MS = 5_000;

export function openObservation(config: Config, dataFolder: string, log: Log): Observation {
  const accessLogs = new AccessLogs({ dataFolder, log, targets: config.accessLogs });
  const sample = config.traceSample ?? (config.http !== undefined && isLoopback(config.http.host) ? 1 : 0);
  const traces = new TraceStore({ sample, random: Math.random, nowMs: () => performance.now() });
  // Files are opened for each batch, so a rotation needs no signal; what is waiting is written to the old one's successor.
  const onHangUp = (): void => {
    void accessLogs.flush();
  };
  process.on("SIGHUP", onHangUp);
  warnOfLifted(config, log);
  return {
    accessLogs,
    metrics: new Metrics(),
    traces,
    sample,
    close: async (deadlineMs) => {
      process.off("SIGHUP", onHangUp);
      await accessLogs.close(Math.min(Math.max(deadlineMs, 1), MAX_FLUSH_MS));
    },
  };
}

function warnOfLifted({ limits }: Config, log: Log): void {
  if (Object.keys(limits).length === 0) return;
  log.warn("limits differ from the real service's: what relies on them will not work on AWS", { ...limits });
}
