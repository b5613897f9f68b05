import { join } from "node:path";
import { isLoopback } from "../config/loopback.ts";
import type { Config } from "../config/settings.ts";
import { CodeStore } from "../functions/hosted/code/code-store.ts";
import { FunctionRuntime } from "../functions/hosted/function-runtime.ts";
import { HostedFunctions } from "../functions/hosted/hosted-functions.ts";
import type { FunctionInvoker } from "../functions/invoker.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Log } from "../observe/log.ts";
import type { AwsService } from "../protocol/service.ts";
import { lazyLambdaService } from "../services/lambda/lazy-service.ts";

/** Functions that run on this machine. Nothing of them is loaded before the first one is created or called. */
export interface Functions {
  /** For the data plane. */
  readonly invoker: (remote: FunctionInvoker | undefined) => FunctionInvoker;
  /** The Lambda API. */
  readonly service: AwsService;
  /** Ends what runs; busy functions get until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export function openFunctions(config: Config, ledger: Ledger, dataFolder: string, log: Log): Functions {
  const folder = join(dataFolder, "functions");
  const code = new CodeStore(folder);
  const runtime = new FunctionRuntime({
    ledger,
    code,
    openHost: async () => {
      const { createFunctionHost } = await import("../functions/host/local-function-host.ts");
      return createFunctionHost({ log });
    },
    onError: (message, error) => log.error(message, { error }),
  });
  const closing: (() => Promise<void>)[] = [];
  const onError = (error: unknown, requestId: string): void => log.error("call failed", { requestId, error });
  const service = lazyLambdaService(async () => {
    const { openLambda } = await import("../services/lambda/open.ts");
    const opened = openLambda({
      ledger,
      runtime,
      code,
      log,
      onError,
      localFolders: config.credentials === undefined || config.localCode,
      tellReasons: isLoopback(config.admin.host),
    });
    closing.push(opened.close);
    return opened.service;
  }, onError);
  return {
    invoker: (remote) => new HostedFunctions(runtime, remote),
    service,
    close: async (deadlineMs) => {
      const events = Promise.all(closing.map((close) => close()));
      await runtime.close(deadlineMs);
      await events;
    },
  };
}
