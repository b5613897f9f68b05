import { availableParallelism } from "node:os";
import type { Log } from "../../observe/log.ts";
import type { FunctionDefinition } from "../function-host.ts";

/** A line that a function wrote, or that the platform wrote about it. */
export interface FunctionLogLine {
  readonly functionArn: string;
  readonly functionName: string;
  readonly version: string;
  /** `/aws/lambda/{name}` */
  readonly logGroup: string;
  /** `{yyyy}/{mm}/{dd}/[{version}]{32 hexadecimal digits}`: one a process. */
  readonly logStream: string;
  /** Undefined before the first invocation and between two. */
  readonly requestId: string | undefined;
  /** `platform`: START, END, REPORT and what ended a process. */
  readonly source: "stdout" | "stderr" | "platform";
  readonly timeMs: number;
  /** Without line break. */
  readonly text: string;
}

/** Where the lines of all functions go. It is called on the way of an invocation: it must not block or throw. */
export interface FunctionLogSink {
  write(line: FunctionLogLine): void;
}

/** Who functions run as. `own`: as the gateway itself. */
export type FunctionUser = "own" | { readonly uid: number; readonly gid: number };

export interface FunctionHostOptions {
  readonly log: Log;
  /** Undefined: the lines are only kept for `LogType=Tail`. */
  readonly sink?: FunctionLogSink;
  /** Where processes get their private folders; made when missing. Default: a new folder under the system's own. */
  readonly folder?: string;
  /** Default: 65534, which is `nobody`, when the gateway is root; else `own`. */
  readonly user?: FunctionUser;
  /** Processes of all functions together. Default: 8 for each core, at least 16. */
  readonly maxProcesses?: number;
  /** An idle process ends after this. Default: 5 minutes. */
  readonly idleMs?: number;
  /** How long an invocation waits for a process when there may be no more of them; then it is throttled. Default: 10 s. */
  readonly queueMs?: number;
  /** Invocations that wait, of all functions together. More are throttled. Default: 1,000. */
  readonly maxQueued?: number;
  /** More environment variables of a function: endpoint and credentials of the AWS APIs that it is to call. */
  readonly environment?: (definition: FunctionDefinition) => Readonly<Record<string, string>>;
  /** A port for the debugger of a Node.js function: it runs in one process, started with `--inspect`. */
  readonly debugPort?: (definition: FunctionDefinition) => number | undefined;
}

/** Options with the defaults in place. */
export type HostSettings = Required<Omit<FunctionHostOptions, "sink" | "folder">> & Pick<FunctionHostOptions, "sink">;

const NOBODY = { uid: 65_534, gid: 65_534 };
const IDLE_MS = 300_000;
const QUEUE_MS = 10_000;
const MAX_QUEUED = 1_000;
const PROCESSES_PER_CORE = 8;
const MIN_PROCESSES = 16;

export function settingsOf(options: FunctionHostOptions): HostSettings {
  return {
    log: options.log,
    sink: options.sink,
    user: options.user ?? (process.getuid?.() === 0 ? NOBODY : "own"),
    maxProcesses: options.maxProcesses ?? Math.max(MIN_PROCESSES, PROCESSES_PER_CORE * availableParallelism()),
    idleMs: options.idleMs ?? IDLE_MS,
    queueMs: options.queueMs ?? QUEUE_MS,
    maxQueued: options.maxQueued ?? MAX_QUEUED,
    environment: options.environment ?? (() => ({})),
    debugPort: options.debugPort ?? (() => undefined),
  };
}
