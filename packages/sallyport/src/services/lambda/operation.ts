/** What an operation of the Lambda API is, and what it is given. */
import type { CodeStore } from "../../functions/hosted/code/code-store.ts";
import type { FunctionRuntime } from "../../functions/hosted/function-runtime.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Operations } from "../../model/generated/lambda.ts";
import type { Tenant } from "../../model/keys.ts";
import type { Caller } from "../../protocol/service.ts";
import type { EventQueue } from "./invoke/event-queue.ts";

export type OperationName = keyof Operations;
export type Input<N extends OperationName> = Operations[N]["input"];
export type Output<N extends OperationName> = Operations[N]["output"];

/** What operations work with. */
export interface LambdaWorld {
  readonly ledger: Ledger;
  readonly runtime: FunctionRuntime;
  readonly code: CodeStore;
  readonly events: EventQueue;
  /** Whether callers may name folders of this machine as code: an extension. */
  readonly localFolders: boolean;
}

/** Everything about one call except its input. */
export interface Call extends Tenant {
  readonly operation: OperationName;
  readonly caller: Caller;
  readonly requestId: string;
  /** The moment of the call, in ms since the epoch. */
  readonly now: number;
  readonly world: LambdaWorld;
}

export type Operation<N extends OperationName> = (input: Input<N>, call: Call) => Promise<Output<N>>;

/** A family's operations, by name. */
export type OperationTable = { readonly [N in OperationName]?: Operation<N> };

/** The moment of a call as the service writes it, `2026-01-31T12:34:56.000+0000`. */
export function timestamp({ now }: Pick<Call, "now">): string {
  return new Date(now).toISOString().replace("Z", "+0000");
}
