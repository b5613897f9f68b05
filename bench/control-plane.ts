/** Reads and writes of the control plane per second, side by side with moto's server where that is in PATH. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "../packages/sallyport/test/clients/gateway.ts";
import { startMoto } from "./moto.ts";
import { call, controlRequest, fill, RawConnection } from "./raw-client.ts";
import { perSecond, printTable, quantile } from "./table.ts";

const ROUNDS = 3;
const SECONDS_PER_ROUND = 1;
const WARM_UP_SECONDS = 0.3;
const MAXIMUM_REQUESTS = 20_000;
const CONNECTIONS = 16;
/** Writes go round so many APIs, so that none of them grows much while it is measured. */
const APIS = 40;
const ROUTES_TO_LIST = 20;

interface Peer {
  readonly name: string;
  readonly authority: string;
  stop(): Promise<void>;
}

/** What the cases need to be there. */
interface Fixture {
  readonly read: string;
  readonly apis: readonly string[];
  readonly integrations: readonly string[];
  readonly routes: readonly string[];
}

interface Case {
  readonly name: string;
  readonly request: (fixture: Fixture, n: number) => Buffer;
}

const integration = {
  integrationType: "HTTP_PROXY",
  integrationMethod: "ANY",
  integrationUri: "http://127.0.0.1:9/",
  payloadFormatVersion: "1.0",
};

/** Route keys of all cases and runs differ, whoever creates them. */
let created = 0;

const cases: readonly Case[] = [
  { name: "GetApi", request: ({ read }) => controlRequest("GET", `/v2/apis/${read}`) },
  { name: `GetRoutes (${ROUTES_TO_LIST})`, request: ({ read }) => controlRequest("GET", `/v2/apis/${read}/routes`) },
  {
    name: "CreateRoute",
    request: ({ apis, integrations }, n) =>
      controlRequest("POST", `/v2/apis/${apis[n % APIS]}/routes`, {
        routeKey: `GET /created-${created++}`,
        target: `integrations/${integrations[n % APIS]}`,
      }),
  },
  {
    name: "UpdateRoute",
    request: ({ apis, routes }, n) =>
      controlRequest("PATCH", `/v2/apis/${apis[n % APIS]}/routes/${routes[n % APIS]}`, {
        operationName: `operation${n}`,
      }),
  },
];

async function prepare(authority: string): Promise<Fixture> {
  const connection = new RawConnection(authority);
  const createApi = async (name: string): Promise<string> =>
    (await call<{ apiId: string }>(connection, "POST", "/v2/apis", { name, protocolType: "HTTP" })).apiId;
  const read = await createApi("read");
  for (let n = 0; n < ROUTES_TO_LIST; n++) {
    await call(connection, "POST", `/v2/apis/${read}/routes`, { routeKey: `GET /listed-${n}` });
  }
  const apis: string[] = [];
  const integrations: string[] = [];
  const routes: string[] = [];
  for (let n = 0; n < APIS; n++) {
    const api = await createApi(`write-${n}`);
    const { integrationId } = await call<{ integrationId: string }>(
      connection,
      "POST",
      `/v2/apis/${api}/integrations`,
      integration,
    );
    const target = `integrations/${integrationId}`;
    const { routeId } = await call<{ routeId: string }>(connection, "POST", `/v2/apis/${api}/routes`, {
      routeKey: "GET /",
      target,
    });
    apis.push(api);
    integrations.push(integrationId);
    routes.push(routeId);
  }
  connection.close();
  return { read, apis, integrations, routes };
}

/** Requests per second over so many connections, for a while. Anything but success ends the benchmark. */
async function rate(
  { authority }: Peer,
  fixture: Fixture,
  { name, request }: Case,
  connections: number,
): Promise<number> {
  const run = async (seconds: number): Promise<number> => {
    const from = performance.now();
    const until = from + seconds * 1000;
    let done = 0;
    await fill(authority, { count: connections, connections }, async (connection) => {
      while (done < MAXIMUM_REQUESTS && performance.now() < until) {
        const { status, body } = await connection.send(request(fixture, done++));
        if (status >= 300) throw new Error(`${name}: ${status} ${body.toString().slice(0, 300)}`);
      }
    });
    return done / ((performance.now() - from) / 1000);
  };
  await run(WARM_UP_SECONDS);
  return run(SECONDS_PER_ROUND);
}

const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
const config = join(folder, "config.json");
writeFileSync(config, JSON.stringify({ quotas: { routesPerApi: 100_000 } }));
const gateway = await startGateway({ flags: ["--config", config] });
const moto = await startMoto();
if (!moto) console.log("moto_server is not in PATH: Sallyport alone is measured, there are no ratios.\n");
const sallyport: Peer = { name: "Sallyport", authority: new URL(gateway.admin).host, stop: () => gateway.stop() };
const peers: readonly Peer[] = moto ? [sallyport, { name: "moto", ...moto }] : [sallyport];

try {
  const fixtures = new Map<Peer, Fixture>();
  for (const peer of peers) fixtures.set(peer, await prepare(peer.authority));
  const rows: string[][] = [];
  for (const connections of [1, CONNECTIONS]) {
    for (const one of cases) {
      const rounds: number[][] = peers.map(() => []);
      // Turn by turn, so that whatever else the machine does meets all alike.
      for (let round = 0; round < ROUNDS; round++) {
        for (const [index, peer] of peers.entries()) {
          rounds[index]?.push(await rate(peer, fixtures.get(peer) as Fixture, one, connections));
        }
      }
      const rates = rounds.map((values) => quantile(values, 0.5));
      const ratio = rates.length === 2 ? [`${((rates[0] ?? 0) / (rates[1] ?? 0)).toFixed(1)} x`] : [];
      rows.push([one.name, String(connections), ...rates.map(perSecond), ...ratio]);
    }
  }
  console.log(`medians of ${ROUNDS} rounds of ${SECONDS_PER_ROUND} s`);
  printTable(
    ["operation", "connections", ...peers.map(({ name }) => name), ...(peers.length === 2 ? ["ratio"] : [])],
    rows,
  );
} finally {
  await Promise.all(peers.map((peer) => peer.stop()));
  rmSync(folder, { recursive: true, force: true });
}
