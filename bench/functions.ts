/**
 * What a function that runs here costs: a warm handler that does nothing, called directly and behind an HTTP API; the first call;
 * a file changed a thousand times. `--soak`: 100,000 calls of which one in a hundred crashes and one in a hundred takes too long.
 */
import { randomUUID } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ApiGatewayV2Client, CreateApiCommand } from "@aws-sdk/client-apigatewayv2";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type {
  FunctionDefinition,
  FunctionHost,
  HostOutcome,
} from "../packages/sallyport/src/functions/function-host.ts";
import { createFunctionHost } from "../packages/sallyport/src/functions/host/local-function-host.ts";
import { startGateway } from "../packages/sallyport/test/clients/gateway.ts";
import { startServerlessOffline } from "./functions-peer.ts";
import { RawConnection } from "./raw-client.ts";
import { milliseconds, perSecond, printTable, quantile } from "./table.ts";

const WARM_UP = 2_000;
const CALLS = 10_000;
const FIRST_CALLS = 10;
const RELOADS = 1_000;
const SOAK_CALLS = 100_000;
const SOAK_AT_ONCE = 32;
const SOAK_STEPS = 10;
const ACCOUNT = "000000000000";
const MEGABYTE = 1_048_576;

const NOTHING = `exports.handler = async () => ({ statusCode: 200, body: "ok" });`;
const SOAK = `exports.handler = async ({ n, what }) => {
  if (what === "crash") process.exit(1);
  if (what === "late") await new Promise((resolve) => setTimeout(resolve, 60_000));
  return { n };
};`;

const { values: flags } = parseArgs({
  options: { soak: { type: "boolean" }, direct: { type: "boolean" }, peer: { type: "string" } },
});
const folder = mkdtempSync(join(tmpdir(), "sallyport-bench-"));
// Functions may run as another user.
chmodSync(folder, 0o755);

try {
  const host = createFunctionHost({ log: console });
  try {
    if (flags.soak) await soak(host);
    else {
      await direct(host);
      await reloads(host);
    }
  } finally {
    await host.close(0);
  }
  if (!flags.soak && !flags.direct) await behindGateway();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function direct(host: FunctionHost): Promise<void> {
  const f = define("nothing", NOTHING);
  const first: number[] = [];
  for (let n = 0; n < FIRST_CALLS; n += 1) {
    first.push(await timed(() => succeed(host, { ...f, arn: `${f.arn}-${n}`, name: `nothing-${n}` }, {})));
  }
  await repeat(WARM_UP, 1, () => succeed(host, f, {}));
  const { latencies } = await repeat(CALLS, 1, () => succeed(host, f, {}));
  const rows = [["warm, one after the other", `${latency(latencies, 0.5)} median`, `${latency(latencies, 0.99)} p99`]];
  for (const atOnce of [2, 8, 32]) {
    const run = await repeat(CALLS, atOnce, () => succeed(host, f, {}));
    rows.push([`warm, ${atOnce} at a time`, perSecond(run.perSecond), `${latency(run.latencies, 0.99)} p99`]);
  }
  rows.push([
    "first call of a function",
    `${milliseconds(quantile(first, 0.5))} median`,
    milliseconds(Math.max(...first)),
  ]);
  printTable(["called directly", "", ""], rows);
}

/** Every change must be seen within 200 ms; the processes and the memory must not grow. */
async function reloads(host: FunctionHost): Promise<void> {
  const f = { ...define("changing", answering(0)), watched: true };
  await succeed(host, f, {});
  const before = residentMb();
  const seen: number[] = [];
  for (let n = 1; n <= RELOADS; n += 1) {
    writeFileSync(join(f.codeFolder, "index.js"), answering(n));
    seen.push(await timed(() => untilAnswer(host, f, n)));
  }
  printTable(
    ["a changed file", "", ""],
    [
      [
        "write to fresh answer",
        `${milliseconds(quantile(seen, 0.5))} median`,
        `${milliseconds(quantile(seen, 0.99))} p99`,
      ],
      [`memory over ${RELOADS} changes`, `${before.toFixed(0)} MB before`, `${residentMb().toFixed(0)} MB after`],
    ],
  );
}

async function untilAnswer(host: FunctionHost, f: FunctionDefinition, n: number): Promise<void> {
  while ((await succeed(host, f, {})) !== String(n));
}

function answering(n: number): string {
  return `exports.handler = async () => ${n};`;
}

/** A request whose answer the gateway gives alone is what the others are compared with. */
async function behindGateway(): Promise<void> {
  const gateway = await startGateway({ flags: ["--trace-sample", "0"] });
  try {
    const api = await deployed(gateway.admin);
    const own = await requests(gateway.http, `${api}/none`, 404);
    const called = await requests(gateway.http, `${api}/nothing`, 200);
    const added = (quantile(called.latencies, 0.5) - quantile(own.latencies, 0.5)) * 1000;
    const peer =
      flags.peer === undefined ? [] : [["the same in serverless-offline", await ofPeer(flags.peer)] as const];
    const runs = [["no such route", own] as const, ["a function that does nothing", called] as const, ...peer];
    const rows = runs.map(([what, run]) => [
      what,
      latency(run.latencies, 0.5),
      latency(run.latencies, 0.99),
      perSecond(run.perSecond),
    ]);
    printTable(["behind an HTTP API", "median, one at a time", "p99", "32 at a time"], rows);
    console.log(`added by the function at the median: ${added.toFixed(0)} microseconds`);
  } finally {
    await gateway.stop();
  }
}

async function ofPeer(installed: string) {
  const peer = await startServerlessOffline(installed, folder, NOTHING);
  try {
    return await requests(peer.authority, "/nothing", 200);
  } finally {
    await peer.stop();
  }
}

/** The path of an HTTP API whose `GET /nothing` calls the function. */
async function deployed(endpoint: string): Promise<string> {
  const client = { endpoint, region: "us-east-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } };
  const lambda = new LambdaClient(client);
  const { codeFolder } = define("behind", NOTHING);
  const { FunctionArn: arn } = await lambda.send(
    new CreateFunctionCommand({
      FunctionName: "behind",
      Runtime: "nodejs22.x",
      Handler: "index.handler",
      Role: `arn:aws:iam::${ACCOUNT}:role/any`,
      Code: { S3Bucket: "local", S3Key: `file://${codeFolder}` },
    }),
  );
  const apis = new ApiGatewayV2Client(client);
  const { ApiId: id } = await apis.send(
    new CreateApiCommand({ Name: "bench", ProtocolType: "HTTP", Target: arn, RouteKey: "GET /nothing" }),
  );
  const permission = { FunctionName: "behind", StatementId: "s", Action: "lambda:InvokeFunction" };
  await lambda.send(new AddPermissionCommand({ ...permission, Principal: "apigateway.amazonaws.com" }));
  return `/_execute-api/${id}`;
}

async function requests(authority: string, path: string, expected: number) {
  const bytes = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${authority}\r\n\r\n`);
  const open = Array.from({ length: 32 }, () => new RawConnection(authority));
  const free = [...open];
  const send = async (): Promise<void> => {
    const connection = free.pop() as RawConnection;
    const { status, body } = await connection.send(bytes);
    if (status !== expected) throw new Error(`${path}: ${status} ${body.toString()}`);
    free.push(connection);
  };
  await repeat(WARM_UP, 1, send);
  const { latencies } = await repeat(CALLS, 1, send);
  await repeat(WARM_UP, 32, send);
  const { perSecond: rate } = await repeat(CALLS, 32, send);
  for (const connection of open) connection.close();
  return { latencies, perSecond: rate };
}

async function soak(host: FunctionHost): Promise<void> {
  const f = { ...define("soak", SOAK), timeoutSeconds: 1 };
  const step = SOAK_CALLS / SOAK_STEPS;
  let n = 0;
  let calls = 0;
  for (; calls < SOAK_CALLS; calls += step) {
    const { perSecond: rate } = await repeat(step, SOAK_AT_ONCE, () => soakCall(host, f, (n += 1)));
    console.log(`${calls + step} calls, all right: ${perSecond(rate)}, ${residentMb().toFixed(0)} MB`);
  }
}

async function soakCall(host: FunctionHost, f: FunctionDefinition, n: number): Promise<void> {
  const what = n % 100 === 0 ? "crash" : n % 100 === 50 ? "late" : "answer";
  const text = textOf(await call(host, f, { n, what }));
  const expected = { crash: /"Runtime\.ExitError".*exit status 1"/, late: /Task timed out after 1\.00 seconds/ };
  const right = what === "answer" ? text === `{"n":${n}}` : expected[what].test(text);
  if (!right) throw new Error(`call ${n} (${what}): ${text}`);
}

function define(name: string, code: string): FunctionDefinition {
  const codeFolder = mkdtempSync(join(folder, `${name}-`));
  chmodSync(codeFolder, 0o755);
  writeFileSync(join(codeFolder, "index.js"), code);
  return {
    arn: `arn:aws:lambda:us-east-1:${ACCOUNT}:function:${name}`,
    name,
    account: ACCOUNT,
    region: "us-east-1",
    version: "$LATEST",
    revision: "1",
    runtime: "nodejs22.x",
    handler: "index.handler",
    codeFolder,
    watched: false,
    layerFolders: [],
    environment: {},
    memoryMb: 128,
    timeoutSeconds: 3,
    reservedConcurrency: undefined,
  };
}

function call(host: FunctionHost, f: FunctionDefinition, event: unknown): Promise<HostOutcome> {
  const payload = Buffer.from(JSON.stringify(event));
  return host.invoke(f, { payload, requestId: randomUUID(), tailLog: false, invokedArn: f.arn });
}

async function succeed(host: FunctionHost, f: FunctionDefinition, event: unknown): Promise<string> {
  const outcome = await call(host, f, event);
  if (outcome.kind !== "result") throw new Error(textOf(outcome));
  return textOf(outcome);
}

function textOf(outcome: HostOutcome): string {
  return "payload" in outcome ? Buffer.from(outcome.payload).toString() : `${outcome.kind}: ${outcome.detail}`;
}

/** Milliseconds. */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}

async function repeat(times: number, atOnce: number, work: () => Promise<unknown>) {
  const latencies: number[] = [];
  let left = times;
  const worker = async (): Promise<void> => {
    while ((left -= 1) >= 0) latencies.push(await timed(work));
  };
  const elapsed = await timed(() => Promise.all(Array.from({ length: atOnce }, worker)));
  return { latencies, perSecond: times / (elapsed / 1000) };
}

function latency(latencies: readonly number[], part: number): string {
  return `${(quantile(latencies, part) * 1000).toFixed(0)} us`;
}

/** Of this process, without what it has started. */
function residentMb(): number {
  if (process.platform !== "linux") return process.memoryUsage.rss() / MEGABYTE;
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1]) / 1024;
}
