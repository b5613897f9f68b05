import { createHash } from "node:crypto";
import { join } from "node:path";

/** File systems take 255 bytes; `.log` and a hash must fit in. */
const MAX_SEGMENT = 180;

/**
 * The file of a log group: `logs/NAME.log` in the data folder. Slashes of the name make folders (`/aws/api` is
 * `logs/aws/api.log`); no name leads out of the folder.
 */
export function logPath(dataFolder: string, logGroup: string): string {
  const segments = logGroup
    .split("/")
    .filter((text) => text !== "")
    .map(safeSegment);
  const last = segments.pop() ?? "_";
  return join(dataFolder, "logs", ...segments, `${last}.log`);
}

function safeSegment(text: string): string {
  const safe = text.replace(/[^\w.#-]/g, "_").replace(/^\.+$/, (dots) => "_".repeat(dots.length));
  if (safe.length <= MAX_SEGMENT) return safe;
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 16);
  return `${safe.slice(0, MAX_SEGMENT)}-${hash}`;
}
