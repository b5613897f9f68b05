import type { HostOutcome } from "../function-host.ts";
import type { InvocationOutcome } from "../invoker.ts";

/** What a function's end on this machine is for who called it. */
export function hostOutcome(outcome: HostOutcome, requestId: string): InvocationOutcome {
  const facts = { serviceStatus: 200, requestId };
  switch (outcome.kind) {
    case "result":
      return { kind: "result", payload: outcome.payload, ...facts };
    case "function-error":
      return { kind: "function-error", ...thrown(outcome.payload), ...facts };
    case "throttled":
      return { kind: "throttled", detail: outcome.detail };
    case "unsupported":
      return {
        kind: "function-error",
        message: outcome.detail,
        errorType: "InvalidRuntimeException",
        ...facts,
        serviceStatus: 502,
      };
  }
}

/** The error that a function's runtime reports; the text itself when it is no such JSON. */
function thrown(payload: Uint8Array): { readonly message: string; readonly errorType: string | undefined } {
  const text = Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  const { errorMessage, errorType } = (value ?? {}) as {
    readonly errorMessage?: unknown;
    readonly errorType?: unknown;
  };
  return {
    message: typeof errorMessage === "string" ? errorMessage : text.slice(0, 1_000),
    errorType: typeof errorType === "string" ? errorType : undefined,
  };
}
