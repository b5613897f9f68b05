/** A function host that runs functions of the test, by name. */
import type {
  FunctionDefinition,
  FunctionHost,
  HostInvocation,
  HostOutcome,
} from "../../../src/functions/function-host.ts";

export type FakeFunction = (
  event: unknown,
  definition: FunctionDefinition,
  invocation: HostInvocation,
) => HostOutcome | Promise<HostOutcome>;

export class FakeHost implements FunctionHost {
  readonly calls: { readonly definition: FunctionDefinition; readonly invocation: HostInvocation }[] = [];
  readonly retired: string[] = [];
  readonly functions = new Map<string, FakeFunction>();
  closed = false;

  async invoke(definition: FunctionDefinition, invocation: HostInvocation): Promise<HostOutcome> {
    this.calls.push({ definition, invocation });
    const event = JSON.parse(Buffer.from(invocation.payload).toString("utf8")) as unknown;
    const run =
      this.functions.get(definition.name) ?? ((given) => result({ event: given, version: definition.version }));
    return run(event, definition, invocation);
  }

  retire(functionArn: string): void {
    this.retired.push(functionArn);
  }

  async close(): Promise<void> {
    this.closed = true;
  }
}

export function result(value: unknown, log?: string): HostOutcome {
  return { kind: "result", payload: Buffer.from(JSON.stringify(value)), log };
}

export function failure(errorType: string, errorMessage: string): HostOutcome {
  const payload = Buffer.from(JSON.stringify({ errorType, errorMessage, trace: [] }));
  return { kind: "function-error", functionError: "Unhandled", payload, log: undefined };
}
