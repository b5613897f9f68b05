/** Runs an operation of the control plane: what every one of them needs, in order, around what is its own. */
import { type Ledger, LedgerUnavailableError } from "../ledger/ledger.ts";
import { AwsError } from "../model/errors.ts";
import { autoDeploy } from "./apis/auto-deploy.ts";
import { serviceFaults } from "./faults.ts";
import { requireNamed, type UriIds } from "./found.ts";
import type { Call, ControlSettings, Input, Operation, OperationName, OperationTable, Output } from "./operation.ts";
import { RecordingTransaction } from "./recording.ts";

export interface ControlOptions {
  readonly ledger: Ledger;
  readonly settings: ControlSettings;
  readonly operations: OperationTable;
  /** The members that the URI of an operation names, of this input. */
  readonly uriIds: (operation: OperationName, input: object) => UriIds;
  /** Required members, enums, lengths and ranges, by the service model. Throws an AwsError. */
  readonly validate: (operation: OperationName, input: object) => void;
  /** Milliseconds since the epoch. */
  readonly clock: () => number;
}

export interface ControlCaller {
  readonly account: string;
  readonly region: string;
}

export class Control {
  readonly #options: ControlOptions;

  constructor(options: ControlOptions) {
    this.#options = options;
  }

  /** Errors are AwsErrors; anything else is a defect of ours. */
  async invoke<N extends OperationName>(
    name: N,
    input: Input<N>,
    caller: ControlCaller,
    requestId: string,
  ): Promise<Output<N>> {
    try {
      return await this.#invoke(name, input, caller, requestId);
    } catch (error) {
      if (error instanceof LedgerUnavailableError) throw unavailable(error);
      throw error;
    }
  }

  async #invoke<N extends OperationName>(
    name: N,
    input: Input<N>,
    { account, region }: ControlCaller,
    requestId: string,
  ): Promise<Output<N>> {
    const operation: Operation<N> | undefined = this.#options.operations[name];
    if (operation === undefined) throw serviceFaults.notSupported(name);
    const { clock, settings, ledger } = this.#options;
    const call: Call = { operation: name, requestId, now: clock(), settings, account, region };
    if (operation.kind === "read") {
      await this.#check(name, input, call, ledger);
      return operation.run(input, call, ledger);
    }
    if (operation.prepare) {
      await this.#check(name, input, call, ledger);
      await operation.prepare(input, call);
    }
    return ledger.transact(async (transaction) => {
      const recording = new RecordingTransaction(transaction);
      await this.#check(name, input, call, recording);
      const output = await operation.run(input, call, recording);
      if (operation.deploys !== false) {
        for (const apiId of recording.changedApis) await autoDeploy(transaction, call, apiId);
      }
      return output;
    });
  }

  async #check<N extends OperationName>(
    name: N,
    input: Input<N>,
    call: Call,
    reader: Parameters<typeof requireNamed>[0],
  ): Promise<void> {
    const { uriIds, validate } = this.#options;
    await requireNamed(reader, call, uriIds(name, input));
    validate(name, input);
  }
}

/** SDKs try a 503 again, so that a ledger which comes back soon costs them a wait and no failure. */
function unavailable(cause: LedgerUnavailableError): AwsError {
  const message = "The definitions can not be read or written at the moment. Please try again later.";
  return new AwsError("ServiceUnavailableException", 503, message, { cause });
}

/** Whether the error is one that the caller caused. */
export function isClientError(error: unknown): error is AwsError {
  return error instanceof AwsError && error.status < 500;
}
