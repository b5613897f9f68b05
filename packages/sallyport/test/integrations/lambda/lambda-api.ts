import type { TestContext } from "node:test";
import type { GatewayOptions } from "../../../src/edge/gateway.ts";
import type { FunctionInvoker, Invocation, InvocationOutcome } from "../../../src/functions/invoker.ts";
import { type FunctionHandler, LocalFunctions } from "../../../src/functions/local-functions.ts";
import type { SeedApi } from "../../http/api-seed.ts";
import { openGateway } from "../../http/gateway-harness.ts";

export const FUNCTION_ARN = "arn:aws:lambda:us-east-1:111122223333:function:fn";

export const lambdaProxy = (members: object = {}): object => ({
  IntegrationType: "AWS_PROXY",
  IntegrationUri: FUNCTION_ARN,
  IntegrationMethod: "POST",
  ConnectionType: "INTERNET",
  PayloadFormatVersion: "2.0",
  TimeoutInMillis: 5_000,
  ...members,
});

/** An invoker that keeps what it was asked. */
export function recording(invoker: FunctionInvoker): FunctionInvoker & { readonly invocations: Invocation[] } {
  const invocations: Invocation[] = [];
  return {
    invocations,
    invoke: (invocation) => {
      invocations.push(invocation);
      return invoker.invoke(invocation);
    },
  };
}

/** An invoker with one answer. */
export const answering = (outcome: InvocationOutcome): FunctionInvoker => ({ invoke: async () => outcome });

/** A gateway whose only function is `handler`; `seed` may change the routes, `integration` the integration. */
export async function openFunction(
  context: TestContext,
  handler: FunctionHandler | FunctionInvoker,
  seed: Partial<SeedApi> & { readonly integration?: object } = {},
  options: Partial<GatewayOptions> = {},
) {
  const invoker = typeof handler === "function" ? new LocalFunctions().set("fn", handler) : handler;
  const functions = recording(invoker);
  const { integration, ...rest } = seed;
  const api: SeedApi = { routes: { $default: "fn" }, integrations: { fn: lambdaProxy(integration) }, ...rest };
  const harness = await openGateway(context, api, { functions, ...options });
  return { ...harness, invocations: functions.invocations };
}
