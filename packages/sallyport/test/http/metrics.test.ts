import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { Metrics } from "../../src/observe/metrics/metrics.ts";
import { prometheusText } from "../../src/observe/metrics/prometheus.ts";
import { API_ID, deploy, httpProxy } from "./api-seed.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

async function openMetered(context: TestContext, stage: object) {
  let now = 0;
  const backend = await openBackend(context, (request, response) => {
    now += 40;
    response.writeHead(request.url === "/bad" ? 502 : 200).end("1234");
  });
  const seed = {
    routes: { "POST /pets": "up", "GET /bad": "bad" },
    integrations: { up: httpProxy(backend), bad: httpProxy(`${backend}/bad`) },
    stages: { dev: stage },
  };
  const metrics = new Metrics();
  const harness = await openGateway(context, seed, { metrics, nowMs: () => now });
  const valueOf = (series: string): number => {
    const line = prometheusText(metrics)
      .split("\n")
      .find((text) => text.startsWith(`${series} `));
    return line === undefined ? Number.NaN : Number(line.slice(series.length + 1));
  };
  return { ...harness, metrics, valueOf };
}

test("Count, 4xx, 5xx, DataProcessed and latencies of a stage, over a redeployment", async (context) => {
  const { fetch, edge, valueOf, ledger } = await openMetered(context, {});
  await fetch("/dev/pets", { method: "POST", body: "12" });
  await deploy(ledger, API_ID, "deployment2", { dev: {} });
  await fetch("/dev/pets", { method: "POST", body: "12" });
  await fetch("/dev/bad");
  await fetch("/dev/none");
  await fetch("/other");
  await edge.drain(5_000);
  const of = (name: string, more = "") => valueOf(`sallyport_stage_${name}{api="${API_ID}",stage="dev"${more}}`);
  assert.equal(of("requests_total"), 4);
  assert.equal(of("client_errors_total"), 1);
  assert.equal(of("server_errors_total"), 1);
  assert.equal(of("data_processed_bytes_total"), 4 + 12 + '{"message":"Not Found"}'.length);
  assert.equal(of("latency_seconds_count"), 4);
  assert.equal(of("integration_latency_seconds_count"), 3);
  assert.equal(of("integration_latency_seconds_sum"), 0.12);
  assert.equal(of("integration_latency_seconds_bucket", ',le="0.025"'), 0);
  assert.equal(of("integration_latency_seconds_bucket", ',le="0.05"'), 3);
  assert.equal(of("latency_seconds_bucket", ',le="0.001"'), 1);
  assert.equal(of("latency_seconds_bucket", ',le="+Inf"'), 4);
});

test("routes are counted apart where detailed metrics are on", async (context) => {
  const { fetch, edge, valueOf } = await openMetered(context, {
    RouteSettings: { "GET /bad": { DetailedMetricsEnabled: true } },
  });
  await fetch("/dev/pets", { method: "POST" });
  await fetch("/dev/bad");
  await edge.drain(5_000);
  const of = (route: string) => valueOf(`sallyport_route_requests_total{api="${API_ID}",stage="dev",route="${route}"}`);
  assert.equal(of("GET /bad"), 1);
  assert.ok(Number.isNaN(of("POST /pets")));
});

test("a stage may turn detailed metrics on for all of its routes but one", async (context) => {
  const { fetch, edge, valueOf } = await openMetered(context, {
    DefaultRouteSettings: { DetailedMetricsEnabled: true },
    RouteSettings: { "GET /bad": { DetailedMetricsEnabled: false } },
  });
  await fetch("/dev/pets", { method: "POST" });
  await fetch("/dev/bad");
  await edge.drain(5_000);
  const of = (route: string) => valueOf(`sallyport_route_requests_total{api="${API_ID}",stage="dev",route="${route}"}`);
  assert.equal(of("POST /pets"), 1);
  assert.ok(Number.isNaN(of("GET /bad")));
});

test("the series of an API that is gone make room", async (context) => {
  const { fetch, edge, ledger, metrics } = await openMetered(context, {});
  await fetch("/dev/none");
  await ledger.commit([{ key: `apis/${API_ID}`, delete: true }]);
  assert.equal((await fetch("/dev/none")).status, 403);
  await edge.drain(5_000);
  assert.deepEqual([...metrics.stages()], []);
});
