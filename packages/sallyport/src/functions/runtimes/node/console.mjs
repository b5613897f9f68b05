/** Lines of `console` as the real runtime writes them: time, request id, level, text, between tabs (observed). */
import { writeSync } from "node:fs";
import { formatWithOptions } from "node:util";

const STDOUT = 1;
const LEVELS = { trace: "TRACE", debug: "DEBUG", log: "INFO", info: "INFO", warn: "WARN", error: "ERROR" };

let requestId;

export function logAs(id) {
  requestId = id;
}

export function patchConsole() {
  for (const [name, level] of Object.entries(LEVELS)) {
    console[name] = (...values) => writeLine(level, formatWithOptions({}, ...values));
  }
}

/** Written before it returns: what is logged before a crash is in the log. */
export function writeLine(level, text) {
  writeAll(Buffer.from(`${new Date().toISOString()}\t${requestId ?? "undefined"}\t${level}\t${text}\n`));
}

function writeAll(bytes) {
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(STDOUT, bytes, at);
    } catch (error) {
      // The pipe is full, and something set it not to block.
      if (error.code !== "EAGAIN") throw error;
    }
  }
}
