import { readFileSync } from "node:fs";

const ESTABLISHED = "01";

/**
 * Whether a debugger is connected to the inspector on this port of loopback. Only Linux tells; elsewhere a function with a
 * debug port has no time limit (our choice: it is being debugged).
 */
export function isAttached(port: number | undefined): boolean {
  if (port === undefined) return false;
  if (process.platform !== "linux") return true;
  const local = `0100007F:${port.toString(16).toUpperCase().padStart(4, "0")}`;
  return readFileSync("/proc/self/net/tcp", "latin1")
    .split("\n")
    .some((line) => {
      const [, from, , state] = line.trim().split(/\s+/);
      return from === local && state === ESTABLISHED;
    });
}
