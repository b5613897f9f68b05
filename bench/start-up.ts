/** How long Sallyport takes to be ready and how much memory it holds then, with nothing and with much in its ledger. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Backend, openBackend } from "../packages/sallyport/test/clients/backend.ts";
import { defaultHost } from "../packages/sallyport/test/clients/edge-request.ts";
import { type Gateway, startGateway } from "../packages/sallyport/test/clients/gateway.ts";
import { call, edgeRequest, fill, RawConnection } from "./raw-client.ts";
import { milliseconds, printTable, quantile } from "./table.ts";

const STARTS = 5;
const APIS = 1000;
const ROUTES_PER_API = 20;
const CONNECTIONS = 8;

interface Start {
  readonly readyMs: number;
  /** undefined where there is no /proc. */
  readonly residentMb: number | undefined;
  readonly firstRequestMs: number | undefined;
  readonly secondRequestMs: number | undefined;
}

function residentMb({ pid }: Gateway): number | undefined {
  if (process.platform !== "linux") return undefined;
  const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kilobytes) / 1024;
}

/** Stops and starts again; `api`: asks it for its first route, twice, on one connection. */
async function start(data: string, flags: readonly string[], api?: string): Promise<Start> {
  const gateway = await startGateway({ data, flags });
  const resident = residentMb(gateway);
  const times: number[] = [];
  if (api !== undefined) {
    const connection = new RawConnection(gateway.http);
    for (let n = 0; n < 2; n++) {
      const from = performance.now();
      const { status } = await connection.send(edgeRequest(defaultHost(api), "/route-0/x"));
      times.push(performance.now() - from);
      if (status !== 200) throw new Error(`the first request was answered with ${status}`);
    }
    connection.close();
  }
  await gateway.stop();
  return { readyMs: gateway.readyMs, residentMb: resident, firstRequestMs: times[0], secondRequestMs: times[1] };
}

/** Makes the APIs through the control plane. Resolves to the id of the last one. */
async function fillLedger(data: string, flags: readonly string[], backend: Backend): Promise<string> {
  const gateway = await startGateway({ data, flags });
  const paths = Array.from({ length: ROUTES_PER_API }, (_, n) => [
    `/route-${n}/{id}`,
    { get: operation(backend.url, n) },
  ]);
  const document = { openapi: "3.0.1", info: { title: "filled", version: "1" }, paths: Object.fromEntries(paths) };
  const body = { body: JSON.stringify(document) };
  let last = "";
  const from = performance.now();
  await fill(new URL(gateway.admin).host, { count: APIS, connections: CONNECTIONS }, async (connection) => {
    const { apiId } = await call<{ apiId: string }>(connection, "PUT", "/v2/apis", body);
    await call(connection, "POST", `/v2/apis/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
    last = apiId;
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  console.log(`made ${APIS} APIs of ${ROUTES_PER_API} routes and integrations in ${seconds} s\n`);
  await gateway.stop();
  return last;
}

function operation(uri: string, n: number): object {
  return {
    responses: {},
    "x-amazon-apigateway-integration": {
      type: "http_proxy",
      httpMethod: "GET",
      payloadFormatVersion: "1.0",
      uri: `${uri}/route-${n}`,
    },
  };
}

function row(name: string, starts: readonly Start[]): readonly string[] {
  const median = (member: keyof Start, text: (value: number) => string): string => {
    const values = starts.map((one) => one[member]).filter((value) => value !== undefined);
    return values.length === 0 ? "-" : text(quantile(values, 0.5));
  };
  return [
    name,
    median("readyMs", milliseconds),
    median("residentMb", (value) => `${value.toFixed(1)} MB`),
    median("firstRequestMs", milliseconds),
    median("secondRequestMs", milliseconds),
  ];
}

const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
const config = join(folder, "config.json");
writeFileSync(config, JSON.stringify({ quotas: { apisPerRegion: 10 * APIS } }));
const flags = ["--config", config];
const backend = await openBackend();
try {
  const empty: Start[] = [];
  for (let n = 0; n < STARTS; n++) empty.push(await start(join(folder, `empty-${n}`), flags));
  const data = join(folder, "filled");
  const api = await fillLedger(data, flags, backend);
  const filled: Start[] = [];
  for (let n = 0; n < STARTS; n++) filled.push(await start(data, flags, api));
  console.log(`medians of ${STARTS} starts`);
  printTable(
    ["ledger", "spawn to ready", "resident", "first request", "second request"],
    [row("empty", empty), row(`${APIS} APIs`, filled)],
  );
} finally {
  await backend.close();
  rmSync(folder, { recursive: true, force: true });
}
