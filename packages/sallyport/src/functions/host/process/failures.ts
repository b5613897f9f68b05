/** What the platform says when a function's process did not answer. Texts are the real service's (observed). */
import { MAX_RESULT_BYTES } from "../../lambda-limits.ts";

export interface Failure {
  readonly errorType: string;
  readonly errorMessage: string;
  /** What the log says of it, a line each. */
  readonly lines: readonly string[];
  /** Ends the REPORT line. */
  readonly status: "error" | "timeout";
}

/** How a process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** The host ended it because it held more memory than it may. */
  readonly outOfMemory: boolean;
}

/** As the Go runtime of the real platform spells them. */
const SIGNAL_TEXTS: Readonly<Partial<Record<NodeJS.Signals, string>>> = {
  SIGABRT: "aborted",
  SIGALRM: "alarm clock",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGHUP: "hangup",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
  SIGUSR1: "user defined signal 1",
  SIGUSR2: "user defined signal 2",
};

/** The process ended in the middle of an invocation. */
export function exited(requestId: string, { code, signal, outOfMemory }: ProcessEnd): Failure {
  const errorMessage = `RequestId: ${requestId} Error: ${endText(code, signal)}`;
  const errorType = outOfMemory ? "Runtime.OutOfMemory" : "Runtime.ExitError";
  return { errorType, errorMessage, lines: [errorMessage, errorType], status: "error" };
}

function endText(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal !== null) return `Runtime exited with error: signal: ${SIGNAL_TEXTS[signal] ?? signal}`;
  if (code === 0) return "Runtime exited without providing a reason";
  return `Runtime exited with error: exit status ${code}`;
}

export function timedOut(requestId: string, nowMs: number, timeoutMs: number): Failure {
  const seconds = (timeoutMs / 1000).toFixed(2);
  const line = `${new Date(nowMs).toISOString()} ${requestId} Task timed out after ${seconds} seconds`;
  return { errorType: "Sandbox.Timedout", errorMessage: line, lines: [line, ""], status: "timeout" };
}

export function responseTooLarge(): Failure {
  const errorMessage = `Response payload size exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes).`;
  return { errorType: "Function.ResponseSizeTooLarge", errorMessage, lines: [errorMessage], status: "error" };
}

/** The event is over the limit. Who offers the Lambda API refuses it before; here it is the last guard. */
export function eventTooLarge(bytes: number, maximumBytes: number): Failure {
  const errorMessage = `${bytes} byte payload is too large for the RequestResponse invocation type (limit ${maximumBytes} bytes)`;
  return { errorType: "RequestEntityTooLarge", errorMessage, lines: [errorMessage], status: "error" };
}

export function failurePayload({ errorType, errorMessage }: Failure): Uint8Array {
  return Buffer.from(JSON.stringify({ errorType, errorMessage }));
}
