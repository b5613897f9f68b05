import type { HostInvocation, HostOutcome } from "../../function-host.ts";
import { exited, type Failure, failurePayload, timedOut } from "../process/failures.ts";
import type { InitFailure } from "../process/function-process.ts";

/** What the caller hears when the process for its invocation never became ready. */
export function initOutcome(failure: InitFailure, { requestId, tailLog }: HostInvocation): HostOutcome {
  if (failure.kind === "reported") {
    return { kind: "function-error", ...failure.error, log: tailLog ? failure.log : undefined };
  }
  const words = failureOf(failure, requestId);
  const log = tailLog ? `${failure.log}${words.lines.join("\n")}\n` : undefined;
  return { kind: "function-error", functionError: "Unhandled", payload: failurePayload(words), log };
}

function failureOf(failure: Exclude<InitFailure, { kind: "reported" }>, requestId: string): Failure {
  switch (failure.kind) {
    case "ended":
      return exited(requestId, failure.end);
    case "timeout":
      return timedOut(requestId, Date.now(), failure.timeoutMs);
    case "not-started": {
      const errorMessage = `RequestId: ${requestId} Error: ${failure.detail}`;
      return { errorType: "Runtime.InvalidEntrypoint", errorMessage, lines: [errorMessage], status: "error" };
    }
  }
}
