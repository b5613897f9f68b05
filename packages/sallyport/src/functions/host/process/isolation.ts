/** What stands between a function's process and the rest of the machine. docs/functions.md says what does not. */
import { accessSync, constants, openSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { FunctionUser } from "../host-options.ts";

/** The real service's: AWS Lambda Developer Guide, "Lambda quotas". */
const MAX_OPEN_FILES = 1_024;
const MAX_PROCESSES = 1_024;
/** What an idle interpreter has of them. */
const OWN_THREADS = 32;

const SETPRIV = "/usr/bin/setpriv";
const PRLIMIT = "/usr/bin/prlimit";

/**
 * Programs that set the process up and then become the command: it ends with the gateway however that ends, gains no
 * privileges from set-user-id programs, and has the limits of the real service. Where a program is missing its part is left
 * out.
 */
export function wrappers(user: FunctionUser, maxProcesses: number): readonly string[] {
  if (process.platform !== "linux") return [];
  const other = user !== "own";
  const privileges = isExecutable(SETPRIV)
    ? [SETPRIV, "--pdeathsig", "KILL", ...(other ? ["--no-new-privs"] : []), "--"]
    : [];
  // The kernel counts by user: a limit on our own would count the developer's desktop, and one on another user must leave
  // room for all functions.
  const processes = other ? [`--nproc=${MAX_PROCESSES + OWN_THREADS * maxProcesses}`] : [];
  const limits = isExecutable(PRLIMIT) ? [PRLIMIT, "--core=0", `--nofile=${MAX_OPEN_FILES}`, ...processes, "--"] : [];
  return [...privileges, ...limits];
}

const CLOSE_ON_EXEC = 0o2000000;
const STANDARD_FDS = 3;

/**
 * Descriptors that the gateway itself got from whoever started it, and that its children would get from it; its own are
 * closed by the system. A process gets the empty device in their place.
 */
export function inheritedDescriptors(): readonly number[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc/self/fdinfo").flatMap((name) => {
    const fd = Number(name);
    return fd >= STANDARD_FDS && isInherited(fd) ? [fd] : [];
  });
}

function isInherited(fd: number): boolean {
  try {
    const flags = /^flags:\s+(\d+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, "latin1"))?.[1] ?? "0";
    return (Number.parseInt(flags, 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    // The descriptor of the listing itself, closed by now.
    return false;
  }
}

let emptyDevice: number | undefined;

/** `first`, and the empty device in place of descriptors that no function is to have. */
export function closedStdio(
  first: readonly ("ignore" | "pipe")[],
  inherited: readonly number[],
): ("ignore" | "pipe" | number)[] {
  const stdio: ("ignore" | "pipe" | number)[] = [...first];
  for (const fd of inherited) {
    if (fd < first.length && first[fd] === "pipe") continue;
    while (stdio.length < fd) stdio.push("ignore");
    emptyDevice ??= openSync("/dev/null", "r+");
    stdio[fd] = emptyDevice;
  }
  return stdio;
}

/** Whether a program is here that we may run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

const READ = 4;
const ENTER = 1;
const OWNER_SHIFT = 6;
const GROUP_SHIFT = 3;

/** The first part of a path that the user can not go through, or the path itself when it can not be read. */
export function unreachablePart(path: string, user: FunctionUser): string | undefined {
  if (user === "own") return undefined;
  const whole = resolve(path);
  for (let folder = dirname(whole); ; folder = dirname(folder)) {
    if (!may(folder, user, ENTER)) return folder;
    if (folder === dirname(folder)) break;
  }
  return may(whole, user, statSync(whole).isDirectory() ? READ | ENTER : READ) ? undefined : whole;
}

function may(path: string, user: { readonly uid: number; readonly gid: number }, wanted: number): boolean {
  const { uid, gid, mode } = statSync(path);
  const shift = uid === user.uid ? OWNER_SHIFT : gid === user.gid ? GROUP_SHIFT : 0;
  return ((mode >> shift) & wanted) === wanted;
}
