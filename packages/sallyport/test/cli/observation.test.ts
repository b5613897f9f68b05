import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, renameSync, watch, writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { after, describe, test } from "node:test";
import { type GatewayProcess, startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

const folder = temporaryFolder();
const backend = createServer((_request, response) => response.end("hello"));
after(() => {
  backend.close();
  folder.remove();
});

const DESTINATION = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/cli";

async function post(url: string, body: object): Promise<Record<string, string>> {
  const answer = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { "content-type": "application/json" },
  });
  const parsed = (await answer.json()) as Record<string, string>;
  assert.equal(answer.status, 201, JSON.stringify(parsed));
  return parsed;
}

/** An API with one route to the back end, on the stage `dev`, which logs. */
async function createApi({ admin }: GatewayProcess): Promise<string> {
  if (!backend.listening) await once(backend.listen(0, "127.0.0.1"), "listening");
  const { apiId = "" } = await post(`${admin}/v2/apis`, { name: "observed", protocolType: "HTTP" });
  const { integrationId } = await post(`${admin}/v2/apis/${apiId}/integrations`, {
    integrationType: "HTTP_PROXY",
    integrationMethod: "ANY",
    integrationUri: `http://127.0.0.1:${(backend.address() as AddressInfo).port}/`,
    payloadFormatVersion: "1.0",
  });
  await post(`${admin}/v2/apis/${apiId}/routes`, { routeKey: "GET /x", target: `integrations/${integrationId}` });
  await post(`${admin}/v2/apis/${apiId}/stages`, {
    stageName: "dev",
    autoDeploy: true,
    accessLogSettings: { destinationArn: DESTINATION, format: "$context.requestId $context.status" },
  });
  return apiId;
}

/** The id of a request that was answered with `status`. */
async function call(gateway: GatewayProcess, apiId: string, path: string, status: number): Promise<string> {
  const sent = request(`${gateway.http}/_execute-api/${apiId}${path}`, { agent: false }).end();
  const [response] = await once(sent, "response");
  response.resume();
  await once(response, "end");
  assert.equal(response.statusCode, status);
  return response.headers["apigw-requestid"];
}

/** Waits for a file to hold a text. */
async function written(file: string, text: string): Promise<void> {
  const holds = () => existsSync(file) && readFileSync(file, "utf8").includes(text);
  let place = dirname(file);
  while (!holds()) {
    while (!existsSync(place)) place = dirname(place);
    const watcher = watch(place, { recursive: true });
    // The file may have come between the two.
    if (!holds()) await once(watcher, "change");
    watcher.close();
  }
}

describe("what a running gateway tells of requests", () => {
  test("access log, metrics and trace of the same request; the log survives a rotation", async () => {
    const data = join(folder.path, "all");
    const gateway = await startGateway(data);
    const apiId = await createApi(gateway);
    const id = await call(gateway, apiId, "/dev/x", 200);
    const file = join(data, "logs/aws/cli.log");
    await written(file, `${id} 200\n`);

    const metrics = await (await fetch(`${gateway.admin}/_sallyport/metrics`)).text();
    assert.ok(metrics.includes(`sallyport_stage_requests_total{api="${apiId}",stage="dev"} 1\n`));
    assert.ok(metrics.includes("sallyport_access_log_dropped_lines_total 0\n"));

    const page = await fetch(`${gateway.admin}/_sallyport/traces?requestId=${id}`);
    const { traces } = (await page.json()) as { traces: { apiId: string; status: number; steps: object[] }[] };
    assert.deepEqual(
      traces.map((trace) => [trace.apiId, trace.status]),
      [[apiId, 200]],
    );
    assert.ok((traces[0]?.steps.length ?? 0) >= 6);

    renameSync(file, `${file}.1`);
    gateway.child.kill("SIGHUP");
    const missing = await call(gateway, apiId, "/dev/none", 404);
    await written(file, `${missing} 404\n`);
    const last = await call(gateway, apiId, "/dev/x", 200);
    assert.equal((await stopGateway(gateway)).code, 0);
    assert.equal(readFileSync(file, "utf8"), `${missing} 404\n${last} 200\n`);
  });

  test("without sampling there are no traces; limits and destinations come from the file", async () => {
    const config = join(folder.path, "config.yaml");
    const log = join(folder.path, "elsewhere.log");
    writeFileSync(config, `limits:\n  headBytes: 2000\naccessLogs:\n  /aws/cli: ${log}\n`);
    const gateway = await startGateway(join(folder.path, "file"), ["--config", config, "--trace-sample", "0"]);
    const apiId = await createApi(gateway);
    const id = await call(gateway, apiId, "/dev/x", 200);
    await call(gateway, apiId, `/dev/x?${"y".repeat(2_000)}`, 431);
    const page = await fetch(`${gateway.admin}/_sallyport/traces`);
    assert.deepEqual(await page.json(), { traces: [] });
    const { stderr } = await stopGateway(gateway);
    assert.match(stderr, /limits differ from the real service's.* headBytes=2000/);
    assert.ok(readFileSync(log, "utf8").includes(`${id} 200\n`));
  });

  test("a listener of traces does not hold up the end", async () => {
    const gateway = await startGateway(join(folder.path, "events"));
    const answer = await fetch(`${gateway.admin}/_sallyport/traces`, { headers: { accept: "text/event-stream" } });
    assert.equal(answer.headers.get("content-type"), "text/event-stream");
    const [text, { code }] = await Promise.all([answer.text(), stopGateway(gateway)]);
    assert.match(text, /^: /);
    assert.equal(code, 0);
  });

  test("with credentials the traces need a signature", async () => {
    const file = join(folder.path, "callers.yaml");
    writeFileSync(
      file,
      "principals:\n  - accessKeyId: AKIATEST00000000000A\n    secretAccessKey: s\n    account: '111122223333'\n    arn: arn:aws:iam::111122223333:user/test\n",
    );
    const gateway = await startGateway(join(folder.path, "closed"), ["--credentials", file]);
    const answer = await fetch(`${gateway.admin}/_sallyport/traces`);
    assert.equal(answer.status, 403);
    assert.equal((await fetch(`${gateway.admin}/_sallyport/health`)).status, 200);
    await stopGateway(gateway);
  });
});
