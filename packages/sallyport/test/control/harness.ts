/** A control plane over a fresh ledger, called in process: what the scenario tables of this folder run against. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Control } from "../../src/control/control.ts";
import type { ControlSettings, Input, OperationName, OperationTable, Output } from "../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../src/control/quotas.ts";
import { uriIdsOf, validateInput } from "../../src/control/model-rules.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import { AwsError } from "../../src/model/errors.ts";

export const ACCOUNT = "111122223333";
export const REGION = "us-east-1";

export interface Harness {
  readonly ledger: Ledger;
  /** Moves with `advance`; starts at 2026-01-31T12:34:56Z. */
  readonly clock: { nowMs: number };
  call<N extends OperationName>(
    name: N,
    input: Input<N>,
    caller?: Partial<{ account: string; region: string }>,
  ): Promise<Output<N>>;
  /** Expects an error; answers its code, status and message. */
  fail(
    name: OperationName,
    input: object,
    caller?: Partial<{ account: string; region: string }>,
  ): Promise<{ code: string; status: number; message: string }>;
  close(): Promise<void>;
}

/** `operations`: only the families under test. */
export async function openHarness(
  operations: OperationTable,
  settings: Partial<ControlSettings> = {},
): Promise<Harness> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-control-"));
  const ledger = await openSqliteLedger({ path: join(folder, "ledger.sqlite") });
  const clock = { nowMs: Date.parse("2026-01-31T12:34:56Z") };
  const control = new Control({
    ledger,
    operations,
    uriIds: uriIdsOf,
    validate: validateInput,
    clock: () => clock.nowMs,
    settings: {
      quotas: DEFAULT_QUOTAS,
      references: undefined,
      checkVpcLinks: true,
      vpcLinkDelayMs: 1000,
      endpointOf: (apiId, protocol, region) =>
        `${protocol === "WEBSOCKET" ? "ws" : "http"}://${apiId}.execute-api.${region}.localhost:8080`,
      ...settings,
    },
  });
  const call: Harness["call"] = (name, input, caller = {}) =>
    control.invoke(
      name,
      input,
      { account: ACCOUNT, region: REGION, ...caller },
      "00000000-0000-4000-8000-000000000000",
    );
  return {
    ledger,
    clock,
    call,
    async fail(name, input, caller) {
      const outcome = await call(name, input as never, caller).then(
        (output) => assert.fail(`${name} succeeded: ${JSON.stringify(output)}`),
        (error: unknown) => error,
      );
      if (!(outcome instanceof AwsError)) throw outcome;
      return { code: outcome.code, status: outcome.status, message: outcome.message };
    },
    async close() {
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
