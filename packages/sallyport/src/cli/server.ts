/** Puts the gateway together, says when it is ready, and takes it down in order. */
import { type DataFolder, openDataFolder } from "../config/data-folder.ts";
import { isLoopback } from "../config/loopback.ts";
import type { Address, Config } from "../config/settings.ts";
import { createControlService } from "../control/service.ts";
import { type AdminListener, openAdmin } from "../edge/admin.ts";
import { loopbackGuard, openCallers } from "../edge/callers.ts";
import { tracesPage } from "../edge/traces.ts";
import type { Ledger } from "../ledger/ledger.ts";
import { type Log, openLog } from "../observe/log.ts";
import { createStsService } from "../services/sts/service.ts";
import { StartError, UserError } from "./command.ts";
import { controlSettings } from "./control-settings.ts";
import { type Edge, openEdge } from "./edge.ts";
import { type Functions, openFunctions } from "./functions.ts";
import { keepHistoryShort } from "./history.ts";
import { ownPaths } from "./own-paths.ts";
import { type Principals, readPrincipals, verifiedCallers } from "./verified-callers.ts";

/** For what comes after the drain: closing the ledger, writing out logs. */
const CLOSE_MS = 5000;
/** How long the process may linger when all is closed. */
const EXIT_MS = 1000;

/** Runs until SIGTERM or SIGINT. Resolves to the exit code. */
export async function runServer(config: Config): Promise<number> {
  refuseOpenDoors(config);
  const log = await openLog({ format: config.logFormat, level: config.logLevel });
  const server = await openServer(config, log);
  // Heard from now on: who reads the line may send a signal at once.
  const stopped = stopSignal();
  process.stdout.write(`sallyport ready ${server.addresses}\n`);
  const signal = await stopped;
  log.info("stopping", { signal, deadlineSeconds: config.drainSeconds });
  const closed = await withinTime(server.close(config.drainSeconds * 1000), config.drainSeconds * 1000 + CLOSE_MS);
  if (!closed) log.warn("not everything could be closed in time: the process ends all the same");
  log.info("stopped");
  // Whatever still keeps the event loop alive, such as a lost database's sockets, must not keep the process.
  setTimeout(() => process.exit(), EXIT_MS).unref();
  return 0;
}

/** Whether the work was done in time. Errors of the work are its caller's. */
async function withinTime(work: Promise<void>, timeoutMs: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Without credentials anybody who reaches a listener could configure the gateway. */
function refuseOpenDoors(config: Config): void {
  if (config.credentials !== undefined) return;
  const open = (["admin", "http"] as const).find((name) => {
    const address = config[name];
    return address !== undefined && !isLoopback(address.host);
  });
  if (open === undefined) return;
  const { host, port } = config[open] as Address;
  throw new UserError(
    `--${open} ${host}:${port} is not on loopback, and no credentials are configured: anybody could use it. ` +
      `Give the callers with --credentials FILE, or listen on 127.0.0.1`,
  );
}

interface Server {
  /** `admin=HOST:PORT http=HOST:PORT ...` */
  readonly addresses: string;
  close(deadlineMs: number): Promise<void>;
}

async function openServer(config: Config, log: Log): Promise<Server> {
  const opened: (() => Promise<void> | void)[] = [];
  try {
    return await assemble(config, log, opened);
  } catch (error) {
    for (const close of opened.toReversed()) await close();
    throw error;
  }
}

async function assemble(config: Config, log: Log, opened: (() => Promise<void> | void)[]): Promise<Server> {
  const principals = config.credentials === undefined ? undefined : await readPrincipals(config.credentials);
  const folder = openDataFolder(config.data);
  opened.push(() => folder.release());
  const ledger = await openLedger(config, folder, log);
  opened.push(() => ledger.close());
  const functions = openFunctions(config, ledger, folder.path, log);
  opened.push(() => functions.close(0));
  const edge = await listening("--http", config.http, () =>
    openEdge(config, ledger, log, principals, folder.path, functions),
  );
  opened.push(() => edge.close(0));
  const admin = await listening("--admin", config.admin, () =>
    openAdminListener(config, ledger, edge, log, principals, functions),
  );
  opened.push(() => admin.drain(0));
  const stopCollecting = keepHistoryShort(ledger, log);
  const addresses = Object.entries({ admin: admin.address, http: edge.address })
    .flatMap(([name, address]) => (address ? [`${name}=${textOf(address)}`] : []))
    .join(" ");
  return {
    addresses,
    close: async (deadlineMs) => {
      stopCollecting();
      await Promise.all([edge.close(deadlineMs), admin.drain(deadlineMs)]);
      await functions.close(deadlineMs);
      await ledger.close();
      folder.release();
    },
  };
}

async function openLedger(config: Config, folder: DataFolder, log: Log): Promise<Ledger> {
  if (config.ledger === undefined) {
    const { openSqliteLedger } = await import("../ledger/sqlite.ts");
    return openSqliteLedger({ path: folder.ledger, exclusive: true });
  }
  const { openPostgresLedger } = await import("../ledger/postgres.ts");
  return openPostgresLedger({
    url: config.ledger,
    onAlarm: (message) => log.error(message),
    onOutage: (error) => log.warn("the connection to PostgreSQL is lost", { reason: error.message }),
  });
}

async function openAdminListener(
  config: Config,
  ledger: Ledger,
  edge: Edge,
  log: Log,
  principals: Principals | undefined,
  functions: Functions,
): Promise<AdminListener> {
  const onError = (error: unknown, requestId: string): void => log.error("call failed", { requestId, error });
  const { traces } = edge.observation;
  return openAdmin({
    ...config.admin,
    log,
    ownPaths: ownPaths(ledger, edge, log),
    signedPaths: new Map([["/_sallyport/traces", tracesPage({ traces, restricted: principals !== undefined })]]),
    authenticate: principals ? verifiedCallers(principals) : openCallers(config),
    guard: principals ? () => undefined : loopbackGuard(config.endpointDomain),
    services: [
      createControlService({
        ledger,
        onError,
        settings: controlSettings(config, () => edge.address),
        tellReasons: isLoopback(config.admin.host),
      }),
      createStsService({ onError, temporary: principals?.temporary, principals: principals?.configured }),
      functions.service,
    ],
  });
}

const LISTEN_ERRORS: Readonly<Record<string, string>> = {
  EADDRINUSE: "is in use by another program: stop that one, or choose another port (0 lets the system choose)",
  EACCES: "may not be opened by this user: ports below 1024 need a privilege",
  EADDRNOTAVAIL: "is no address of this machine",
  ENOTFOUND: "is no host name that this machine can resolve",
};

async function listening<T>(flag: string, address: Address | undefined, open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (error) {
    const rule = LISTEN_ERRORS[(error as NodeJS.ErrnoException).code ?? ""];
    if (rule === undefined || address === undefined) throw error;
    throw new StartError(`${flag} ${textOf(address)} ${rule}`);
  }
}

function textOf({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

function stopSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => resolve(signal));
  });
}
