/** What the system tells of a running process, and where it may run. Linux only. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";

/** Of the clock in /proc, on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;

/** The proxy runs on one core; the load and the back end share another where there is one. */
export const PROXY_CORE = 0;
export const LOAD_CORE = cpus().length > 1 ? 1 : 0;

/** Binds all threads of a process to a core. */
export function pin(pid: number, core: number): void {
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)], { stdio: "ignore" });
}

/** User and system time of all threads so far. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  // The name in brackets may hold anything; the times are members 14 and 15.
  const members = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(members[11]) + Number(members[12])) / TICKS_PER_SECOND;
}

export function residentMb(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}
