import type { ResolvedFunction } from "../../../functions/hosted/function-resolver.ts";
import { faults } from "../faults.ts";
import type { Call, Input, Operation, OperationTable } from "../operation.ts";
import { hostInvocation, invokedFunction, logResult, payloadOf, requireRun } from "./invocation.ts";

/** AWS Lambda Developer Guide, "Lambda quotas": an event of an asynchronous invocation. */
const MAX_ASYNCHRONOUS_BYTES = 1_048_576;

const invoke: Operation<"Invoke"> = async (input, call) => {
  const target = await invokedFunction(input, call);
  if (input.InvocationType === "DryRun") return { StatusCode: 204 };
  const payload = payloadOf(input.Payload);
  if (input.InvocationType === "Event") return enqueue(input, payload, call, target);
  const definition = target.choose();
  const host = await call.world.runtime.host();
  const outcome = await host.invoke(definition, hostInvocation(input, payload, call, target));
  const ended = requireRun(outcome, definition);
  return {
    StatusCode: 200,
    Payload: ended.payload,
    ExecutedVersion: definition.version,
    LogResult: logResult(ended.log),
    ...(ended.kind === "function-error" ? { FunctionError: ended.functionError } : {}),
  };
};

function enqueue(input: Input<"Invoke">, payload: Uint8Array, call: Call, target: ResolvedFunction) {
  if (payload.byteLength > MAX_ASYNCHRONOUS_BYTES) {
    throw faults.eventTooLarge(payload.byteLength, MAX_ASYNCHRONOUS_BYTES);
  }
  const { runtime, events } = call.world;
  const invocation = { ...hostInvocation(input, payload, call, target), tailLog: false };
  const accepted = events.accept({
    functionArn: target.arn,
    requestId: call.requestId,
    bytes: payload.byteLength,
    run: async () => {
      const current = await runtime.resolver.resolve(target.arn);
      if (current.kind === "missing") return undefined;
      return (await runtime.host()).invoke(current.choose(), invocation);
    },
  });
  if (!accepted) throw faults.throttled("CallerRateLimitExceeded");
  return { StatusCode: 202 };
}

export const invokeOperations: OperationTable = { Invoke: invoke };
