import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { LATENCY_BOUNDS_SECONDS, LatencyHistogram } from "../../../src/observe/metrics/histogram.ts";
import { Metrics } from "../../../src/observe/metrics/metrics.ts";
import { prometheusText } from "../../../src/observe/metrics/prometheus.ts";
import { responseFacts } from "../finished-request.ts";

test("property: every duration is in the first bucket whose bound is not below it", () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 60_000, noNaN: true }), (durationMs) => {
      const histogram = new LatencyHistogram();
      histogram.observe(durationMs);
      const at = histogram.counts.indexOf(1);
      assert.ok(durationMs / 1000 <= (LATENCY_BOUNDS_SECONDS[at] ?? Infinity));
      if (at > 0) assert.ok(durationMs / 1000 > LATENCY_BOUNDS_SECONDS[at - 1]!);
    }),
  );
});

test("what is over the bounds shares one series", () => {
  const metrics = new Metrics({ stages: 1, routes: 0 });
  for (const stage of ["a", "b", "c"]) metrics.stage({ apiId: "api", stage }).record(responseFacts());
  metrics.route({ apiId: "api", stage: "a", route: "GET /" }).record(responseFacts());
  const text = prometheusText(metrics);
  assert.match(text, /^sallyport_stage_requests_total\{api="api",stage="a"\} 1$/m);
  assert.match(text, /^sallyport_stage_requests_total\{api="_other",stage="_other"\} 2$/m);
  assert.match(text, /^sallyport_route_requests_total\{api="_other",stage="_other",route="_other"\} 1$/m);
  assert.equal(metrics.stage({ apiId: "api", stage: "a" }).count, 1);
});

test("label values are escaped, and each family has its head once", () => {
  const metrics = new Metrics();
  for (const route of ['GET /a"\\\n', "GET /b"])
    metrics.route({ apiId: "x", stage: "s", route }).record(responseFacts());
  const text = prometheusText(metrics);
  assert.ok(text.includes('route="GET /a\\"\\\\\\n"} 1\n'));
  assert.equal(text.match(/^# TYPE sallyport_route_requests_total counter$/gm)?.length, 1);
  assert.ok(text.endsWith("\n"));
  assert.equal(text.includes("sallyport_stage"), false);
});

test("statuses are counted by class; a client that went away in neither", () => {
  const metrics = new Metrics().stage({ apiId: "x", stage: "s" });
  for (const status of [0, 200, 304, 400, 499, 500, 599]) metrics.record(responseFacts({ status }));
  assert.deepEqual([metrics.count, metrics.clientErrors, metrics.serverErrors], [7, 2, 2]);
});
