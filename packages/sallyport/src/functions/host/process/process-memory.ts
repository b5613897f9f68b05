import { readFileSync } from "node:fs";
import { processTree } from "./process-tree.ts";

const KILOBYTE = 1_024;
const PRIVATE = /^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm;

/**
 * Bytes that a process and its descendants hold for themselves: the interpreter's program text, which all processes of a
 * runtime share, is left out (our choice). Undefined where the platform does not tell: only Linux does.
 */
export function privateMemory(pid: number): number | undefined {
  const parts = processTree(pid).map(ownMemory);
  return parts[0] === undefined ? undefined : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

function ownMemory(pid: number): number | undefined {
  let status: string;
  try {
    status = readFileSync(`/proc/${pid}/status`, "latin1");
  } catch {
    // Ended meanwhile, or another platform.
    return undefined;
  }
  const kilobytes = [...status.matchAll(PRIVATE)].reduce((sum, match) => sum + Number(match[1]), 0);
  return kilobytes * KILOBYTE;
}
