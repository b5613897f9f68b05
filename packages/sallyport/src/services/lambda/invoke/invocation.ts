import type { FunctionDefinition, HostInvocation, HostOutcome } from "../../../functions/function-host.ts";
import type { ResolvedFunction } from "../../../functions/hosted/function-resolver.ts";
import { MAX_EVENT_BYTES } from "../../../functions/lambda-limits.ts";
import type { InvocationRequest } from "../../../model/generated/lambda.ts";
import { faults, invalidContent } from "../faults.ts";
import { arnOf, foreignFunction, namedFunction } from "../function-name.ts";
import type { Call } from "../operation.ts";

/** What of a call says how a function is invoked. */
export type InvocationInput = Pick<
  InvocationRequest,
  "FunctionName" | "Qualifier" | "LogType" | "ClientContext" | "TenantId" | "DurableExecutionName"
>;

/** The function that a call names, if the caller may invoke it. */
export async function invokedFunction(input: InvocationInput, call: Call): Promise<ResolvedFunction> {
  if (input.TenantId !== undefined) throw faults.notHonoured("TenantId", "tenants are not told apart here");
  if (input.DurableExecutionName !== undefined) {
    throw faults.notHonoured("DurableExecutionName", "durable functions do not run here");
  }
  const named = namedFunction(call, input.FunctionName, input.Qualifier, { foreign: true });
  const arn = arnOf(named);
  const resolution = await call.world.runtime.resolver.resolve(arn);
  const { principal } = call.caller;
  const owned = named.account === call.account;
  if (resolution.kind === "missing") throw owned ? faults.function(arn) : foreignFunction(call, arn);
  if (owned) return resolution;
  const who = { kind: "principal", account: call.account, arn: principal.arn } as const;
  const context = { "aws:PrincipalArn": principal.arn, "aws:PrincipalAccount": call.account };
  if (resolution.policy.allows(who, "lambda:InvokeFunction", resolution.arn, context)) return resolution;
  throw foreignFunction(call, arn);
}

/** No payload is an empty object (unverified). */
const EMPTY = Buffer.from("{}");

/** The event of a call, which must be JSON. */
export function payloadOf(given: Uint8Array | string | undefined): Uint8Array {
  if (given === undefined || given.length === 0) return EMPTY;
  const bytes = typeof given === "string" ? Buffer.from(given) : given;
  if (bytes.byteLength > MAX_EVENT_BYTES) throw faults.tooLarge(MAX_EVENT_BYTES);
  try {
    JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw faults.payload(cause instanceof Error ? cause.message : String(cause), cause);
  }
  return bytes;
}

/** What the host is told of a call. */
export function hostInvocation(
  input: InvocationInput,
  payload: Uint8Array,
  { requestId, world }: Pick<Call, "requestId" | "world">,
  { arn }: ResolvedFunction,
): HostInvocation {
  const clientContext = clientContextOf(input.ClientContext);
  return {
    payload,
    requestId,
    tailLog: input.LogType === "Tail",
    invokedArn: arn,
    traceId: world.runtime.traceId(),
    ...(clientContext === undefined ? {} : { clientContext }),
  };
}

/** Comes as base64 of JSON. The text is our choice. */
function clientContextOf(encoded: string | undefined): string | undefined {
  if (encoded === undefined || encoded === "") return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  try {
    JSON.parse(text);
  } catch (cause) {
    throw invalidContent("Client context must be a valid Base64-encoded JSON object.", cause);
  }
  return text;
}

/** Throws for what is the service's error, not the function's. */
export function requireRun(
  outcome: HostOutcome,
  { reservedConcurrency }: FunctionDefinition,
): Extract<HostOutcome, { readonly kind: "result" | "function-error" }> {
  if (outcome.kind === "unsupported") throw faults.runtime(outcome.detail);
  if (outcome.kind !== "throttled") return outcome;
  throw faults.throttled(
    reservedConcurrency === undefined
      ? "ConcurrentInvocationLimitExceeded"
      : "ReservedFunctionConcurrentInvocationLimitExceeded",
  );
}

/** `X-Amz-Log-Result`. */
export function logResult(log: string | undefined): string | undefined {
  return log === undefined ? undefined : Buffer.from(log).toString("base64");
}
