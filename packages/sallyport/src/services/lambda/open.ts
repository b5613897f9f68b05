import type { FunctionRuntime } from "../../functions/hosted/function-runtime.ts";
import type { Ledger } from "../../ledger/ledger.ts";
import type { Log } from "../../observe/log.ts";
import type { AwsService } from "../../protocol/service.ts";
import { EventQueue } from "./invoke/event-queue.ts";
import { createLambdaService } from "./service.ts";

export interface LambdaOptions {
  readonly ledger: Ledger;
  readonly runtime: FunctionRuntime;
  readonly log: Log;
  readonly onError: (error: unknown, requestId: string) => void;
  readonly localFolders: boolean;
  readonly tellReasons: boolean;
}

export interface OpenLambda {
  readonly service: AwsService;
  /** Gives up events that wait, and waits for those that run. */
  readonly close: () => Promise<void>;
}

/** The Lambda API with its queue of events. */
export function openLambda({ log, onError, tellReasons, ...world }: LambdaOptions): OpenLambda {
  const events = new EventQueue({
    nowMs: () => performance.now(),
    later: (run, delayMs) => {
      const timer = setTimeout(run, delayMs).unref();
      return () => clearTimeout(timer);
    },
    onDropped: ({ functionArn, requestId }, reason) => {
      log.warn("an event of a function is given up", { functionArn, requestId, reason });
    },
  });
  const service = createLambdaService({ world: { ...world, code: world.runtime.code, events }, onError, tellReasons });
  return { service, close: () => events.close() };
}
