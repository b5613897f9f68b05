/** Errors as the real Node.js runtime tells them (observed). */

/** An error of the runtime itself: its name is the error type. */
export class RuntimeError extends Error {
  constructor(name, message, stack) {
    super(message);
    this.name = `Runtime.${name}`;
    if (stack !== undefined) this.stack = stack;
  }
}

/** `{errorType, errorMessage, trace}` of whatever was thrown. */
export function describe(thrown) {
  if (!isError(thrown)) return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const stack = typeof thrown.stack === "string" ? thrown.stack : "";
  return { errorType: text(thrown.name, "Error"), errorMessage: text(thrown.message, ""), trace: traceOf(stack) };
}

/** What a log line of the error holds: its own members as well, as JSON. */
export function logged(thrown) {
  if (!isError(thrown)) return JSON.stringify(describe(thrown));
  const { errorType, errorMessage, trace } = describe(thrown);
  const own = Object.fromEntries(Object.entries(thrown).filter(([name]) => name !== "name" && name !== "message"));
  try {
    return JSON.stringify({ errorType, errorMessage, ...own, stack: trace });
  } catch {
    // Its members can not be JSON; the error itself can.
    return JSON.stringify({ errorType, errorMessage, stack: trace });
  }
}

/** Also an error of another realm. */
function isError(thrown) {
  return thrown instanceof Error || Object.prototype.toString.call(thrown) === "[object Error]";
}

function text(value, otherwise) {
  return typeof value === "string" ? value : otherwise;
}

/** Without the frames of this runtime, and of Node.js that called it: they say nothing of the function. */
function traceOf(stack) {
  if (stack === "") return [];
  const lines = stack.split("\n");
  const ours = lines.findIndex((line) => line.includes(import.meta.dirname));
  return ours < 0 ? lines : lines.slice(0, ours);
}
