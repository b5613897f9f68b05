/**
 * What a request through the gateway costs, side by side with nginx, HAProxy and Caddy before the same back end. The proxy
 * has one core, load and back end share another. `--only NAME` (repeatable): these rows alone. `--traces`: with the traces
 * that the gateway keeps by default. `--soak`: one minute of load on all features, and the memory meanwhile.
 */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { parseArgs } from "node:util";
import type { IncomingMessage } from "node:http";
import { startGateway } from "../packages/sallyport/test/clients/gateway.ts";
import { openIssuer } from "./proxy/issuer.ts";
import type { Load, Loader, LoadFigures } from "./proxy/load.ts";
import { ownClient, wrk } from "./proxy/load.ts";
import { installed } from "./proxy/packages.ts";
import type { Peer } from "./proxy/peers.ts";
import { BODY, startBackend, startCaddy, startHaproxy, startNginx } from "./proxy/peers.ts";
import { cpuSeconds, LOAD_CORE, pin, PROXY_CORE, residentMb } from "./proxy/process-figures.ts";
import type { Scenario } from "./proxy/scenarios.ts";
import { makeScenarios } from "./proxy/scenarios.ts";
import { milliseconds, perSecond, printTable, quantile } from "./table.ts";

const CONNECTIONS = 32;
const ROUNDS = 4;
const SECONDS_PER_ROUND = 2;
const WARM_UP_SECONDS = 2;
const LOG_DEADLINE_MS = 5_000;
const SOAK_SECONDS = 60;
const SOAK_STEP_SECONDS = 5;

/** One row of the table. */
interface Contender {
  readonly name: string;
  readonly authority: string;
  readonly pid: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly paths: readonly string[];
}

interface Figures extends LoadFigures {
  readonly cpuMicroseconds: number;
}

const { values: flags } = parseArgs({
  options: { soak: { type: "boolean" }, traces: { type: "boolean" }, only: { type: "string", multiple: true } },
});
if (process.platform !== "linux")
  throw new Error("this benchmark reads /proc and binds processes to cores: Linux only");
const programs = installed();
if (!programs.has("nginx")) throw new Error("the back end is nginx, which is not here");
const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
const stops: (() => Promise<void> | void)[] = [];

try {
  const load = programs.has("wrk") ? wrk(folder) : ownClient();
  const backend = await kept(startBackend(folder, LOAD_CORE));
  const ours = await gatewayContenders(backend);
  if (flags.soak) await soak(ours.at(-1) as Contender, load);
  else await compare([...(await peerContenders(backend)), ...ours], load);
} finally {
  for (const stop of stops.toReversed()) await stop();
  rmSync(folder, { recursive: true, force: true });
}

async function kept(starting: Promise<Peer>): Promise<Peer> {
  const peer = await starting;
  stops.push(() => peer.stop());
  return peer;
}

async function peerContenders(backend: Peer): Promise<readonly Contender[]> {
  const starts = { nginx: startNginx, haproxy: startHaproxy, caddy: startCaddy };
  const contenders: Contender[] = [];
  for (const [program, start] of Object.entries(starts)) {
    if (!programs.has(program) || (flags.only && !flags.only.includes(program))) continue;
    const peer = await kept(start(folder, PROXY_CORE, backend.authority));
    const paths = Array.from({ length: 100 }, (_, n) => `/items/${n}`);
    contenders.push({ ...peer, headers: { Host: "a1b2c3d4e5.execute-api.us-east-1.localhost" }, paths });
  }
  return contenders;
}

/** What our gateway can do; what it refuses is told and left out. */
async function gatewayContenders(backend: Peer): Promise<readonly Contender[]> {
  const config = join(folder, "config.json");
  const quotas = { routesPerApi: 10_000, integrationsPerApi: 10_000 };
  const limits = { accountRateLimit: 9_000_000, accountBurstLimit: 900_000 };
  writeFileSync(config, JSON.stringify({ quotas, limits }));
  const data = join(folder, "data");
  const traces = flags.traces ? [] : ["--trace-sample", "0"];
  const gateway = await startGateway({ data, flags: ["--config", config, ...traces] });
  stops.push(() => gateway.stop());
  pin(gateway.pid, PROXY_CORE);
  const issuer = await openIssuer();
  stops.push(() => issuer.close());
  const setting = { admin: new URL(gateway.admin).host, backend: backend.authority, issuer };
  const contenders: Contender[] = [];
  for (const scenario of await makeScenarios(setting)) {
    if (flags.only && !flags.only.includes(scenario.name)) continue;
    const contender = { ...scenario, authority: gateway.http, pid: gateway.pid, name: `Sallyport, ${scenario.name}` };
    const refusal = (await refusalOf(contender)) ?? (await missingLog(scenario, join(data, "logs")));
    if (refusal === undefined) contenders.push(contender);
    else console.log(`${contender.name}: left out: ${refusal}\n`);
  }
  return contenders;
}

/** Undefined when the first request gets what the back end says. */
async function refusalOf({ authority, headers, paths }: Contender): Promise<string | undefined> {
  const [host, port] = authority.split(":");
  const sent = request({ host, port, path: paths[0], headers, agent: false }).end();
  const [answer] = (await once(sent, "response")) as [IncomingMessage];
  const body = await text(answer);
  if (answer.statusCode === 200 && body === BODY) return undefined;
  return `the gateway answers ${answer.statusCode} ${String(answer.headers["x-sallyport-reason"] ?? body)}`;
}

/** A figure with an access log must be one of a gateway that writes it. */
async function missingLog({ logGroup }: Scenario, logs: string): Promise<string | undefined> {
  if (logGroup === undefined) return undefined;
  const deadline = performance.now() + LOG_DEADLINE_MS;
  while (performance.now() < deadline) {
    const file = join(logs, `${logGroup}.log`);
    if (existsSync(file) && readFileSync(file, "utf8") !== "") return undefined;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return "no access log is written";
}

async function compare(contenders: readonly Contender[], load: Loader): Promise<void> {
  for (const contender of contenders) await measure(contender, load, WARM_UP_SECONDS);
  const rounds: Figures[][] = contenders.map(() => []);
  // Turn by turn, so that whatever else the machine does meets all alike.
  for (let round = 0; round < ROUNDS; round++) {
    for (const [at, contender] of contenders.entries()) {
      rounds[at]?.push(await measure(contender, load, SECONDS_PER_ROUND));
    }
  }
  const medians = rounds.map(medianOf);
  const nginx = medians[contenders.findIndex(({ name }) => name === "nginx")];
  const bare = medians[contenders.findIndex(({ name }) => name.endsWith("bare proxy"))];
  console.log(
    `${CONNECTIONS} connections, medians of ${ROUNDS} rounds of ${SECONDS_PER_ROUND} s, of the CPU time the least\n`,
  );
  printTable(
    ["proxy", "requests", "p50", "p99", "CPU/request", "of nginx, per core", "of our bare proxy"],
    contenders.map(({ name }, at) => rowOf(name, medians[at] as Figures, nginx, bare)),
  );
}

function rowOf(name: string, own: Figures, nginx: Figures | undefined, bare: Figures | undefined): readonly string[] {
  const ratio = (other: Figures | undefined): string =>
    other ? (other.cpuMicroseconds / own.cpuMicroseconds).toFixed(2) : "-";
  return [
    name,
    perSecond(own.requests / own.seconds),
    milliseconds(own.p50Ms),
    milliseconds(own.p99Ms),
    `${own.cpuMicroseconds.toFixed(1)} µs`,
    ratio(nginx),
    name.startsWith("Sallyport") ? ratio(bare) : "",
  ];
}

async function measure(contender: Contender, load: Loader, seconds: number): Promise<Figures> {
  const { authority, headers, paths, pid } = contender;
  const task: Load = { authority, headers, paths, connections: CONNECTIONS, seconds };
  const before = cpuSeconds(pid);
  const figures = await load(task).catch((error: unknown) => {
    throw new Error(`${contender.name}: ${(error as Error).message}`, { cause: error });
  });
  return { ...figures, cpuMicroseconds: ((cpuSeconds(pid) - before) / figures.requests) * 1e6 };
}

function medianOf(rounds: readonly Figures[]): Figures {
  const median = (member: keyof Figures): number =>
    quantile(
      rounds.map((round) => round[member]),
      0.5,
    );
  return {
    requests: median("requests"),
    seconds: median("seconds"),
    p50Ms: median("p50Ms"),
    p99Ms: median("p99Ms"),
    // Whatever else runs only adds to it: the least is the nearest to what a request costs.
    cpuMicroseconds: Math.min(...rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)),
  };
}

/** Memory under steady load. It should not grow once everything is warm. */
async function soak(contender: Contender, load: Loader): Promise<void> {
  await measure(contender, load, WARM_UP_SECONDS);
  const rows: string[][] = [];
  for (let at = 0; at < SOAK_SECONDS; at += SOAK_STEP_SECONDS) {
    const figures = await measure(contender, load, SOAK_STEP_SECONDS);
    const resident = residentMb(contender.pid);
    rows.push([
      `${at + SOAK_STEP_SECONDS} s`,
      perSecond(figures.requests / figures.seconds),
      `${resident.toFixed(1)} MB`,
    ]);
  }
  console.log(`${contender.name}, ${CONNECTIONS} connections`);
  printTable(["after", "requests", "resident"], rows);
}
