import type { Address, Config } from "../config/settings.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Gateway } from "../edge/gateway.ts";
import { type HttpEdge, openHttpEdge } from "../edge/http-edge.ts";
import { lazyGateway } from "../edge/lazy-gateway.ts";
import type { Exchange } from "../http/exchange.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { NO_AWS_ENDPOINTS } from "../config/aws-endpoints.ts";
import type { Log } from "../observe/log.ts";
import { type Observation, openObservation } from "./observation.ts";
import { combinedStore } from "../protocol/temporary-credentials.ts";
import type { Functions } from "./functions.ts";
import type { Principals } from "./verified-callers.ts";

/** Long enough for the listeners to open first, short enough for nobody to have called. */
const WARM_AFTER_MS = 20;

/** The data plane and its listener, if there is one. */
export interface Edge {
  readonly address: Address | undefined;
  /** Requests since the start. */
  requests(): number;
  readonly observation: Observation;
  /** Drains the listener, then ends the data plane. */
  close(deadlineMs: number): Promise<void>;
}

export async function openEdge(
  config: Config,
  ledger: Ledger,
  log: Log,
  principals: Principals | undefined,
  dataFolder: string,
  functions: Functions,
): Promise<Edge> {
  const observation = openObservation(config, dataFolder, log);
  const gateway = lazyGateway(
    () => openGateway(config, ledger, log, principals, observation, functions),
    (error) => log.error("the data plane can not be loaded", { error }),
  );
  let requests = 0;
  const handle = (exchange: Exchange): void => {
    requests += 1;
    gateway.handle(exchange);
  };
  let listener: HttpEdge | undefined;
  try {
    listener = config.http && (await openHttpEdge({ ...config.http, handle }));
  } catch (error) {
    await gateway.close();
    await observation.close(0);
    throw error;
  }
  await warmInTime(gateway, ledger, log);
  return {
    address: listener?.address,
    requests: () => requests,
    observation,
    close: async (deadlineMs) => {
      await listener?.drain(deadlineMs);
      await gateway.close();
      await observation.close(deadlineMs);
    },
  };
}

/** Definitions that are there, or come, will be called: what that takes is loaded behind the start, or at the first write. */
async function warmInTime(gateway: Gateway, ledger: Ledger, log: Log): Promise<void> {
  const warm = (): void => {
    gateway.warm().catch((error: unknown) => log.error("the data plane can not be loaded", { error }));
  };
  if ((await ledger.revision()) > 0) {
    setTimeout(warm, WARM_AFTER_MS).unref();
    return;
  }
  const stop = ledger.subscribe(() => {
    stop();
    setImmediate(warm);
  });
}

async function openGateway(
  config: Config,
  ledger: Ledger,
  log: Log,
  principals: Principals | undefined,
  { traces, sample, metrics, accessLogs }: Observation,
  functions: Functions,
): Promise<Gateway> {
  const { createGateway } = await import("../edge/gateway.ts");
  const { environmentCredentials } = await import("../functions/remote-lambda.ts");
  const credentials = environmentCredentials(process.env);
  return createGateway({
    ledger,
    log,
    endpointDomain: config.endpointDomain,
    loopback: config.http !== undefined && isLoopback(config.http.host),
    hosted: await functions.invoker(),
    lambda: config.lambdaEndpoint === undefined ? undefined : { endpoint: config.lambdaEndpoint, credentials },
    aws: { endpoints: config.awsEndpoint ?? NO_AWS_ENDPOINTS, credentials },
    metrics,
    accessLogs,
    limits: config.limits,
    ...(sample > 0 ? { trace: (requestId: string) => traces.begin(requestId) } : {}),
    principals: principals && combinedStore(principals.configured, principals.temporary),
  });
}
