import { join } from "node:path";
import { isLoopback } from "../config/loopback.ts";
import type { Config } from "../config/settings.ts";
import type { FunctionLogSink } from "../functions/host/host-options.ts";
import type { FunctionRuntime } from "../functions/hosted/function-runtime.ts";
import type { FunctionInvoker } from "../functions/invoker.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { AccessLogs } from "../observe/access-log/access-logs.ts";
import type { Log } from "../observe/log.ts";
import type { AwsService } from "../protocol/service.ts";
import { lazyLambdaService } from "../services/lambda/lazy-service.ts";
import type { OpenLambda } from "../services/lambda/open.ts";
import { functionLogs } from "./function-logs.ts";

/** Functions that run on this machine. Nothing of them is loaded before the data plane or the first call of their API. */
export interface Functions {
  /** For the data plane: calls the functions of this machine, and leaves others to the remote Lambda. */
  invoker(): Promise<(remote: FunctionInvoker | undefined) => FunctionInvoker>;
  /** The Lambda API. */
  readonly service: AwsService;
  /** Ends what runs; busy functions get until the deadline. */
  close(deadlineMs: number): Promise<void>;
}

export function openFunctions(config: Config, ledger: Ledger, dataFolder: string, log: Log): Functions {
  let runtime: Promise<FunctionRuntime> | undefined;
  let lambda: OpenLambda | undefined;
  let logs: AccessLogs | undefined;
  const load = async (): Promise<FunctionRuntime> => {
    const { AccessLogs: Logs } = await import("../observe/access-log/access-logs.ts");
    logs ??= new Logs({ dataFolder, log, targets: config.accessLogs });
    return (runtime ??= openRuntime(ledger, join(dataFolder, "functions"), log, functionLogs(logs)));
  };
  const onError = (error: unknown, requestId: string): void => log.error("call failed", { requestId, error });
  return {
    invoker: async () => {
      const { HostedFunctions } = await import("../functions/hosted/hosted-functions.ts");
      const loaded = await load();
      return (remote) => new HostedFunctions(loaded, remote);
    },
    service: lazyLambdaService(async () => {
      const { openLambda } = await import("../services/lambda/open.ts");
      const localFolders = config.credentials === undefined || config.localCode;
      const tellReasons = isLoopback(config.admin.host);
      lambda = openLambda({ ledger, runtime: await load(), log, onError, localFolders, tellReasons });
      return lambda.service;
    }, onError),
    close: async (deadlineMs) => {
      const events = lambda?.close();
      await (await runtime)?.close(deadlineMs);
      await events;
      await logs?.close(deadlineMs);
    },
  };
}

async function openRuntime(ledger: Ledger, folder: string, log: Log, sink: FunctionLogSink): Promise<FunctionRuntime> {
  const { CodeStore } = await import("../functions/hosted/code/code-store.ts");
  const { FunctionRuntime: Runtime } = await import("../functions/hosted/function-runtime.ts");
  return new Runtime({
    ledger,
    code: new CodeStore(folder),
    openHost: async () => {
      const { createFunctionHost } = await import("../functions/host/local-function-host.ts");
      return createFunctionHost({ log, sink });
    },
    onError: (message, error) => log.error(message, { error }),
  });
}
