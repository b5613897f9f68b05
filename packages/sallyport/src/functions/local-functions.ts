import { parseFunctionArn } from "./function-arn.ts";
import type { FunctionInvoker, Invocation, InvocationOutcome } from "./invoker.ts";
import { MAX_RESULT_BYTES } from "./lambda-limits.ts";

/** What a function is told about its invocation. */
export interface FunctionContext {
  readonly functionArn: string;
  readonly requestId: string;
}

/** A function in this process. Its result becomes JSON; `RawResult` says which JSON, or text that is none. */
export type FunctionHandler = (event: unknown, context: FunctionContext) => unknown;

/** A result given to the byte. */
export class RawResult {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export interface LocalFunction {
  readonly handler: FunctionHandler;
  /** The function's own limit. Default: 3 seconds, as Lambda's. */
  readonly timeoutMs?: number;
  /** More invocations at a time are throttled. Default: no limit. */
  readonly concurrency?: number;
}

/** Lambda's default. AWS Lambda Developer Guide, "Configure Lambda function timeout". */
const DEFAULT_TIMEOUT_MS = 3_000;

type Ended =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly error: unknown }
  | { readonly kind: "function-timeout" | "timeout" | "aborted" };

/** Functions in this process, by name. For tests and embedding: nothing of a configuration leads here. */
export class LocalFunctions implements FunctionInvoker {
  readonly #functions = new Map<string, LocalFunction>();
  readonly #running = new Map<string, number>();
  #invocations = 0;

  /** Registers a function, or replaces it. */
  set(name: string, definition: LocalFunction | FunctionHandler): this {
    this.#functions.set(name, typeof definition === "function" ? { handler: definition } : definition);
    return this;
  }

  async invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const target = parseFunctionArn(invocation.functionArn);
    const found = target && this.#functions.get(target.name);
    if (!target || !found) {
      return { kind: "refused", why: "missing", detail: `function ${invocation.functionArn} is not found` };
    }
    const running = this.#running.get(target.name) ?? 0;
    if (running >= (found.concurrency ?? Number.POSITIVE_INFINITY)) {
      return { kind: "throttled", detail: `${target.name} is running ${running} times` };
    }
    this.#running.set(target.name, running + 1);
    const requestId = `local-${(this.#invocations += 1)}`;
    const work = run(found.handler, JSON.parse(invocation.payload), { functionArn: invocation.functionArn, requestId });
    // It counts as running until it ends, whether anybody still waits or not.
    void work.then(() => this.#running.set(target.name, (this.#running.get(target.name) ?? 1) - 1));
    return outcomeOf(await first(work, found, invocation), found, invocation, requestId);
  }
}

/** Never rejects. */
async function run(handler: FunctionHandler, event: unknown, context: FunctionContext): Promise<Ended> {
  try {
    return { kind: "returned", value: await handler(event, context) };
  } catch (error) {
    return { kind: "threw", error };
  }
}

async function first(work: Promise<Ended>, { timeoutMs }: LocalFunction, invocation: Invocation): Promise<Ended> {
  const { promise, resolve } = Promise.withResolvers<Ended>();
  const own = setTimeout(resolve, timeoutMs ?? DEFAULT_TIMEOUT_MS, { kind: "function-timeout" });
  const theirs = setTimeout(resolve, invocation.timeoutMs, { kind: "timeout" });
  const onAbort = () => resolve({ kind: "aborted" });
  invocation.signal?.addEventListener("abort", onAbort);
  if (invocation.signal?.aborted) onAbort();
  const ended = await Promise.race([work, promise]);
  clearTimeout(own);
  clearTimeout(theirs);
  invocation.signal?.removeEventListener("abort", onAbort);
  return ended;
}

function outcomeOf(
  ended: Ended,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: LocalFunction,
  invocation: Invocation,
  requestId: string,
): InvocationOutcome {
  const facts = { serviceStatus: 200, requestId };
  switch (ended.kind) {
    case "returned":
      return { ...facts, ...resultOf(ended.value) };
    case "threw": {
      const { error } = ended;
      const [message, errorType] = error instanceof Error ? [error.message, error.name] : [String(error), undefined];
      return { kind: "function-error", message, errorType, ...facts };
    }
    case "function-timeout": {
      const message = `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`;
      return { kind: "function-error", message, errorType: "Sandbox.Timedout", ...facts };
    }
    case "timeout":
      return { kind: "timeout", detail: `the function did not answer within ${invocation.timeoutMs} ms` };
    case "aborted":
      return { kind: "aborted", detail: "the caller gave up" };
  }
}

function resultOf(value: unknown) {
  const payload = Buffer.from(value instanceof RawResult ? value.text : (JSON.stringify(value) ?? "null"));
  if (payload.byteLength <= MAX_RESULT_BYTES) return { kind: "result", payload } as const;
  const message = `Response payload size exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes).`;
  return { kind: "function-error", message, errorType: "Function.ResponseSizeTooLarge" } as const;
}
