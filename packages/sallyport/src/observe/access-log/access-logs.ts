import { resolve } from "node:path";
import { parseArn } from "../../model/arn.ts";
import type { Log } from "../log.ts";
import { FileWriter } from "./file-writer.ts";
import { LogFormat } from "./format.ts";
import { HttpWriter } from "./http-writer.ts";
import type { LineBudget, LineWriter } from "./line-queue.ts";
import { LineQueue } from "./line-queue.ts";
import { logPath } from "./log-path.ts";
import { StageAccessLog } from "./stage-access-log.ts";
import { StreamWriter } from "./stream-writer.ts";
import type { LogTarget } from "../../model/observation/log-target.ts";

/** Characters that may wait over all destinations. Our choice. */
const MAX_WAITING = 64 * 1024 * 1024;
/** The target of every destination that is not named. */
const ANY = "*";

export interface AccessLogsOptions {
  /** Its folder `logs` takes the lines of destinations that are not configured. */
  readonly dataFolder: string;
  readonly log: Log;
  /** By ARN of the destination, by name of its log group, or `*` for all others. */
  readonly targets?: ReadonlyMap<string, LogTarget>;
  /** How long lines are gathered before they are written. Default: 100 ms. */
  readonly gatherMs?: number;
}

/** The access logs of a gateway: one queue for each place that lines go to. */
export class AccessLogs {
  readonly #options: AccessLogsOptions;
  readonly #budget: LineBudget = { waiting: 0, maximum: MAX_WAITING };
  readonly #queues = new Map<string, LineQueue>();

  constructor(options: AccessLogsOptions) {
    this.#options = options;
  }

  /** The log of a stage with these settings. Stages with the same destination share its queue. */
  open(destinationArn: string, format: string): StageAccessLog {
    return new StageAccessLog(new LogFormat(format), this.lines(destinationArn));
  }

  /** Lines that are lost, over all destinations. */
  get dropped(): number {
    let dropped = 0;
    for (const queue of this.#queues.values()) dropped += queue.dropped;
    return dropped;
  }

  async flush(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.flush()));
  }

  /** Writes what is waiting, but no longer than `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close(deadlineMs)));
  }

  /** Takes lines for a destination, whatever they are about. */
  lines(destinationArn: string): LineQueue {
    const source = logGroupOf(destinationArn);
    const target = this.#target(destinationArn, source);
    // By the place itself: two log groups may be sent to one file, whose lines must not mix.
    const key = placeOf(target, source);
    let queue = this.#queues.get(key);
    if (!queue) {
      const { log, gatherMs } = this.#options;
      queue = new LineQueue({ writer: writerOf(target, source), budget: this.#budget, log, gatherMs });
      this.#queues.set(key, queue);
    }
    return queue;
  }

  #target(destinationArn: string, source: string): LogTarget {
    const { targets, dataFolder } = this.#options;
    const configured = targets?.get(destinationArn) ?? targets?.get(source) ?? targets?.get(ANY);
    return configured ?? { kind: "file", path: logPath(dataFolder, source) };
  }
}

function placeOf(target: LogTarget, source: string): string {
  switch (target.kind) {
    case "stdout":
      return "stdout";
    case "file":
      return `file ${resolve(target.path)}`;
    case "http":
      // A batch tells its log group, so they are not mixed.
      return `${target.encoding} ${target.url.href} ${source}`;
  }
}

function writerOf(target: LogTarget, source: string): LineWriter {
  switch (target.kind) {
    case "stdout":
      return new StreamWriter("stdout", process.stdout);
    case "file":
      return new FileWriter(resolve(target.path));
    case "http":
      return new HttpWriter({ url: target.url, encoding: target.encoding, source });
  }
}

/** `NAME` of `arn:…:log-group:NAME`; of other destinations, what their ARN names. */
function logGroupOf(destinationArn: string): string {
  const resource = parseArn(destinationArn)?.resource ?? destinationArn;
  return resource.replace(/^log-group:/, "").replace(/:\*$/, "");
}
