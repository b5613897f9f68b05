import { readFileSync } from "node:fs";

/** The kernel's table of this machine's IPv4 connections; empty where there is none. Linux, `proc_net_tcp`. */
export function connectionTable(): string {
  try {
    return readFileSync("/proc/self/net/tcp", "latin1");
  } catch {
    // Without /proc nobody can be vouched for, and nobody is seen.
    return "";
  }
}

/** A port of 127.0.0.1 as the table has it. */
export function loopbackPlace(port: number): string {
  return `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
}
