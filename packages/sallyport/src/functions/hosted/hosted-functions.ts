import { randomUUID } from "node:crypto";
import { parseArn } from "../../model/arn.ts";
import { reasonLine } from "../../model/reason-text.ts";
import type { FunctionHost } from "../function-host.ts";
import type { FunctionInvoker, Invocation, InvocationOutcome } from "../invoker.ts";
import type { FunctionRuntime } from "./function-runtime.ts";
import type { Resolution, ResolvedFunction } from "./function-resolver.ts";
import { hostOutcome } from "./host-outcome.ts";
import { API_GATEWAY } from "./resource-policy.ts";

/** Calls the functions of this machine for the data plane; others are left to the remote Lambda, where there is one. */
export class HostedFunctions implements FunctionInvoker {
  readonly #runtime: FunctionRuntime;
  readonly #remote: FunctionInvoker | undefined;

  constructor(runtime: FunctionRuntime, remote: FunctionInvoker | undefined) {
    this.#runtime = runtime;
    this.#remote = remote;
  }

  invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const known = this.#runtime.resolver.peek(invocation.functionArn);
    return known ? this.#call(known, invocation) : this.#resolveAndCall(invocation);
  }

  async #resolveAndCall(invocation: Invocation): Promise<InvocationOutcome> {
    let resolution: Resolution;
    try {
      resolution = await this.#runtime.resolver.resolve(invocation.functionArn);
    } catch (error) {
      return unreachable("the function can not be read", error);
    }
    return this.#call(resolution, invocation);
  }

  #call(resolution: Resolution, invocation: Invocation): Promise<InvocationOutcome> {
    if (resolution.kind === "missing") return this.#elsewhere(resolution.what, invocation);
    const refusal = refusalOf(resolution, invocation);
    if (refusal !== undefined) return Promise.resolve({ kind: "refused", why: "permission", detail: refusal });
    const host = this.#runtime.runningHost;
    return host ? this.#run(host, resolution, invocation) : this.#startAndRun(resolution, invocation);
  }

  #elsewhere(what: "function" | "qualifier", invocation: Invocation): Promise<InvocationOutcome> {
    if (what === "function" && this.#remote) return this.#remote.invoke(invocation);
    const { functionArn } = invocation;
    const rest = what === "function" ? " here, and no remote Lambda is configured (--lambda-endpoint)" : "";
    return Promise.resolve({ kind: "refused", why: "missing", detail: `Function not found: ${functionArn}${rest}` });
  }

  async #startAndRun(resolution: ResolvedFunction, invocation: Invocation): Promise<InvocationOutcome> {
    let host: FunctionHost;
    try {
      host = await this.#runtime.host();
    } catch (error) {
      return unreachable("functions can not be started", error);
    }
    return this.#run(host, resolution, invocation);
  }

  #run(host: FunctionHost, resolution: ResolvedFunction, invocation: Invocation): Promise<InvocationOutcome> {
    return run(host, resolution, invocation, this.#runtime.traceId());
  }
}

/**
 * Why the API may not call the function. With a role, the role's permissions count and not the function's policy; roles
 * have none here, so one of the function's account is trusted and any other is not (our choice).
 */
function refusalOf({ policy, arn, account }: ResolvedFunction, invocation: Invocation): string | undefined {
  const { credentialsArn, sourceArn } = invocation;
  if (credentialsArn !== undefined) {
    const role = parseArn(credentialsArn);
    if (role?.account === account) return undefined;
    return `the role ${credentialsArn} is not one of the function's account ${account}`;
  }
  const context = {
    "AWS:SourceArn": sourceArn,
    "AWS:SourceAccount": parseArn(sourceArn)?.account ?? "",
  };
  if (policy.allows(API_GATEWAY, "lambda:InvokeFunction", arn, context)) return undefined;
  return (
    `no statement of the resource policy of ${arn} allows apigateway.amazonaws.com to perform lambda:InvokeFunction ` +
    `for ${sourceArn}: add one with AddPermission`
  );
}

async function run(
  host: FunctionHost,
  resolution: ResolvedFunction,
  invocation: Invocation,
  traceId: string,
): Promise<InvocationOutcome> {
  const { payload, timeoutMs, signal } = invocation;
  if (signal?.aborted) return ABORTED;
  const requestId = randomUUID();
  const { promise, resolve } = Promise.withResolvers<InvocationOutcome>();
  const timer = setTimeout(() => {
    resolve({ kind: "timeout", detail: `the function did not answer within ${timeoutMs} ms` });
  }, timeoutMs);
  const onAbort = (): void => resolve(ABORTED);
  signal?.addEventListener("abort", onAbort);
  host
    .invoke(resolution.choose(), {
      payload: Buffer.from(payload),
      requestId,
      tailLog: false,
      invokedArn: invocation.functionArn,
      traceId,
      signal,
    })
    .then(
      (outcome) => resolve(hostOutcome(outcome, requestId)),
      (error: unknown) => resolve(unreachable("the function host failed", error)),
    );
  const outcome = await promise;
  clearTimeout(timer);
  signal?.removeEventListener("abort", onAbort);
  return outcome;
}

const ABORTED: InvocationOutcome = { kind: "aborted", detail: "the caller gave up" };

function unreachable(what: string, error: unknown): InvocationOutcome {
  const cause = error instanceof Error ? error : new Error(String(error));
  return { kind: "unreachable", detail: reasonLine(`${what}: ${cause.message}`), cause };
}
