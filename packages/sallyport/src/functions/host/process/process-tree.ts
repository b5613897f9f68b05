import { readFileSync } from "node:fs";

const MAX_MEMBERS = 1_000;

/** A process and its descendants, as the kernel tells on Linux; elsewhere only itself. */
export function processTree(pid: number): readonly number[] {
  const members = [pid];
  for (let next = 0; next < members.length && members.length < MAX_MEMBERS; next += 1) {
    members.push(...childrenOf(members[next] as number));
  }
  return members;
}

/** Children of the first thread, which starts them in the runtimes that there are. */
function childrenOf(pid: number): readonly number[] {
  let text: string;
  try {
    text = readFileSync(`/proc/${pid}/task/${pid}/children`, "latin1");
  } catch {
    // It has ended, or there is no such file on this platform: nobody to count.
    return [];
  }
  return text.split(" ").flatMap((child) => (child.trim() === "" ? [] : [Number(child)]));
}
