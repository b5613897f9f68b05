/**
 * What one change of one route costs until the next request shows it, on a small and on a large API: deploying is meant
 * to cost the same for both.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openBackend } from "../packages/sallyport/test/clients/backend.ts";
import { defaultHost } from "../packages/sallyport/test/clients/edge-request.ts";
import { type Gateway, startGateway } from "../packages/sallyport/test/clients/gateway.ts";
import { call, controlRequest, edgeRequest, fill, RawConnection } from "./raw-client.ts";
import { milliseconds, printTable, quantile } from "./table.ts";

const SMALL = 100;
const LARGE = 10_000;
const CHANGES = 200;
const WARM_UP = 20;
const CONNECTIONS = 8;
/** A change that needs more requests than this to show has not been deployed. */
const MAXIMUM_REQUESTS_PER_CHANGE = 1000;

interface Api {
  readonly name: string;
  readonly apiId: string;
  readonly routeId: string;
  readonly targets: readonly [string, string];
}

interface Change {
  readonly updateMs: number;
  readonly requestMs: number;
  /** Requests that still showed the former route. */
  readonly stale: number;
}

async function makeApi(admin: string, backend: string, routes: number): Promise<Api> {
  const connection = new RawConnection(admin);
  const { apiId } = await call<{ apiId: string }>(connection, "POST", "/v2/apis", {
    name: `${routes}`,
    protocolType: "HTTP",
  });
  const integrate = async (path: string): Promise<string> => {
    const { integrationId } = await call<{ integrationId: string }>(
      connection,
      "POST",
      `/v2/apis/${apiId}/integrations`,
      {
        integrationType: "HTTP_PROXY",
        integrationMethod: "GET",
        integrationUri: `${backend}${path}`,
        payloadFormatVersion: "1.0",
      },
    );
    return `integrations/${integrationId}`;
  };
  const targets = [await integrate("/even"), await integrate("/odd")] as const;
  let routeId = "";
  await fill(admin, { count: routes, connections: CONNECTIONS }, async (own, n) => {
    const route = { routeKey: `GET /route-${n}/{id}`, target: targets[1] };
    const made = await call<{ routeId: string }>(own, "POST", `/v2/apis/${apiId}/routes`, route);
    if (n === Math.floor(routes / 2)) ({ routeId } = made);
  });
  await call(connection, "POST", `/v2/apis/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
  connection.close();
  return { name: `${routes.toLocaleString("en-US")} routes`, apiId, routeId, targets };
}

/** Points the route at its other integration and asks until the answer comes from there. */
async function change(admin: RawConnection, edge: RawConnection, api: Api, n: number, routes: number): Promise<Change> {
  const side = n % 2;
  const update = controlRequest("PATCH", `/v2/apis/${api.apiId}/routes/${api.routeId}`, { target: api.targets[side] });
  const request = edgeRequest(defaultHost(api.apiId), `/route-${Math.floor(routes / 2)}/x`);
  const expected = Buffer.from(side === 0 ? '"url":"/even' : '"url":"/odd');
  const from = performance.now();
  const { status, body } = await admin.send(update);
  const updated = performance.now();
  if (status !== 200) throw new Error(`UpdateRoute: ${status} ${body.toString()}`);
  for (let stale = 0; stale < MAXIMUM_REQUESTS_PER_CHANGE; stale++) {
    const answer = await edge.send(request);
    if (answer.status !== 200) throw new Error(`${answer.status} ${answer.body.toString()}`);
    if (answer.body.includes(expected))
      return { updateMs: updated - from, requestMs: performance.now() - updated, stale };
  }
  throw new Error("the change did not show");
}

async function measure(
  gateway: Gateway,
  apis: readonly (readonly [Api, number])[],
): Promise<readonly (readonly Change[])[]> {
  const admin = new RawConnection(new URL(gateway.admin).host);
  const edge = new RawConnection(gateway.http);
  const changes: Change[][] = apis.map(() => []);
  // Turn by turn, so that whatever else the machine does meets both alike.
  for (let n = 0; n < WARM_UP + CHANGES; n++) {
    for (const [index, [api, routes]] of apis.entries()) {
      const one = await change(admin, edge, api, n, routes);
      if (n >= WARM_UP) changes[index]?.push(one);
    }
  }
  admin.close();
  edge.close();
  return changes;
}

const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
const config = join(folder, "config.json");
writeFileSync(config, JSON.stringify({ quotas: { routesPerApi: 2 * LARGE, integrationsPerApi: 2 * LARGE } }));
const gateway = await startGateway({ flags: ["--config", config] });
const backend = await openBackend();
try {
  const sizes = [SMALL, LARGE];
  const apis: (readonly [Api, number])[] = [];
  for (const routes of sizes) apis.push([await makeApi(new URL(gateway.admin).host, backend.url, routes), routes]);
  const all = await measure(gateway, apis);
  const totals = all.map((changes) => changes.map(({ updateMs, requestMs }) => updateMs + requestMs));
  const rows = apis.map(([{ name }], index) => {
    const changes = all[index] ?? [];
    const total = totals[index] ?? [];
    return [
      name,
      milliseconds(
        quantile(
          changes.map(({ updateMs }) => updateMs),
          0.5,
        ),
      ),
      milliseconds(
        quantile(
          changes.map(({ requestMs }) => requestMs),
          0.5,
        ),
      ),
      milliseconds(quantile(total, 0.5)),
      milliseconds(quantile(total, 0.95)),
      String(changes.reduce((sum, { stale }) => sum + stale, 0)),
    ];
  });
  console.log(`${CHANGES} changes each; medians, and what 95 of 100 stay below`);
  printTable(["API", "UpdateRoute", "next request", "both", "both, 95 %", "stale answers"], rows);
  const [small = Number.NaN, large = Number.NaN] = totals.map((total) => quantile(total, 0.5));
  console.log(`large to small: ${(large / small).toFixed(2)} x`);
} finally {
  await Promise.all([gateway.stop(), backend.close()]);
  rmSync(folder, { recursive: true, force: true });
}
