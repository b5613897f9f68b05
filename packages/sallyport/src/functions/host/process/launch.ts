/** Starts the program of a function's process, with its channel and its folder. */
import { type ChildProcess, spawn } from "node:child_process";
import { chownSync, mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { Duplex, Readable } from "node:stream";
import type { FunctionDefinition } from "../../function-host.ts";
import { isFromProcess } from "../channel/caller-check.ts";
import type { ChannelListener, RuntimeChannel } from "../channel/channel.ts";
import { openFramedChannel } from "../channel/framed-channel.ts";
import { openRuntimeApi } from "../channel/runtime-api.ts";
import type { FunctionUser } from "../host-options.ts";
import { processEnvironment } from "./environment.ts";
import type { FunctionLog } from "./function-log.ts";
import { closedStdio, inheritedDescriptors, wrappers } from "./isolation.ts";

/** A version of a function with everything in place to start processes of it. */
export interface PreparedFunction {
  readonly definition: FunctionDefinition;
  readonly codeFolder: string;
  readonly layerFolder: string | undefined;
  readonly runtimeFolder: string;
  readonly kind: "framed" | "http";
  readonly program: string | undefined;
  readonly command: readonly string[];
  readonly debugPort: number | undefined;
  readonly environment: Readonly<Record<string, string>>;
}

export interface LaunchFacts {
  readonly prepared: PreparedFunction;
  /** Where private folders are made. */
  readonly folder: string;
  readonly user: FunctionUser;
  readonly maxProcesses: number;
  readonly log: FunctionLog;
}

export interface Launched {
  readonly child: ChildProcess;
  readonly channel: RuntimeChannel;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** Descriptor of the private channel. */
const CHANNEL_FD = 3;
let folders = 0;

export async function launch(facts: LaunchFacts, listener: ChannelListener): Promise<Launched> {
  if (facts.prepared.kind === "framed") {
    const child = started(facts, undefined);
    const channel = openFramedChannel(child.stdio[CHANNEL_FD] as Duplex, listener);
    return { child, channel, ...outputs(child) };
  }
  let pid: number | undefined;
  const isOwn = (socket: Parameters<typeof isFromProcess>[0]): boolean =>
    pid !== undefined && isFromProcess(socket, pid);
  const api = await openRuntimeApi({ listener, isOwn });
  try {
    const child = started(facts, api.address);
    pid = child.pid;
    return { child, channel: api, ...outputs(child) };
  } catch (error) {
    api.close();
    throw error;
  }
}

function started(facts: LaunchFacts, runtimeApi: string | undefined): ChildProcess {
  const { prepared, user, log, maxProcesses } = facts;
  const temporaryFolder = privateFolder(facts.folder, user);
  const { logGroup, logStream } = log;
  const [program, ...parameters] = [...wrappers(user, maxProcesses), ...prepared.command] as [string, ...string[]];
  const child = spawn(program, parameters, {
    cwd: prepared.codeFolder,
    env: processEnvironment({
      ...prepared,
      logGroup,
      logStream,
      temporaryFolder,
      runtimeApi,
      more: prepared.environment,
    }),
    stdio: closedStdio(["ignore", "pipe", "pipe", prepared.kind === "framed" ? "pipe" : "ignore"], inherited()),
    // A process group of its own: it is ended with everything that it started.
    detached: true,
    ...(user === "own" ? {} : user),
  });
  child.once("close", () => void removed(temporaryFolder));
  child.once("error", () => void removed(temporaryFolder));
  return child;
}

/** What the gateway itself was started with does not change. */
let known: readonly number[] | undefined;

function inherited(): readonly number[] {
  known ??= inheritedDescriptors();
  return known;
}

function outputs(child: ChildProcess) {
  return { stdout: child.stdout as Readable, stderr: child.stderr as Readable };
}

function privateFolder(parent: string, user: FunctionUser): string {
  const folder = join(parent, `tmp-${(folders += 1)}`);
  mkdirSync(folder, { mode: 0o700 });
  if (user !== "own") chownSync(folder, user.uid, user.gid);
  return folder;
}

/** What can not be removed now goes with the host's folder. */
async function removed(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true }).catch(() => undefined);
}
