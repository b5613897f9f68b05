import { connectionTable, loopbackPlace } from "./loopback-connections.ts";

const ESTABLISHED = "01";

/**
 * Whether a debugger is connected to the inspector on this port of loopback. Only Linux tells; elsewhere a function with a
 * debug port has no time limit (our choice: it is being debugged).
 */
export function isAttached(port: number | undefined): boolean {
  if (port === undefined) return false;
  if (process.platform !== "linux") return true;
  const local = loopbackPlace(port);
  return connectionTable()
    .split("\n")
    .some((line) => {
      const [, from, , state] = line.trim().split(/\s+/);
      return from === local && state === ESTABLISHED;
    });
}
