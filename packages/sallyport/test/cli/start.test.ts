import assert from "node:assert/strict";
import { createServer } from "node:http";
import { request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { settings } from "../../src/config/settings.ts";
import { runProgram, startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

const folder = temporaryFolder();
after(() => folder.remove());

describe("the command line teaches", () => {
  test("the help of start names every setting, its variable and its default", async () => {
    const { code, stdout } = await runProgram(["start", "--help"]);
    assert.equal(code, 0);
    for (const { flag, environment } of Object.values(settings)) {
      assert.ok(stdout.includes(flag), flag);
      assert.ok(stdout.includes(`[${environment}]`), environment);
    }
    assert.match(stdout, /default: 127\.0\.0\.1:4580/);
    assert.match(stdout, /aws apigatewayv2 create-api/);
  });

  const mistakes: readonly [string, readonly string[], RegExp][] = [
    ["an unknown command", ["begin"], /unknown command 'begin'/],
    ["an unknown flag", ["start", "--admni", "127.0.0.1:0"], /unknown option '--admni'[^]*--admin/],
    ["a bad value", ["start", "--admin", "x"], /sallyport: --admin: "x" must be HOST:PORT/],
    ["an excess word", ["start", "now"], /too many arguments/],
    [
      "a listener that is open to anybody",
      ["start", "--http", "0.0.0.0:0", "--data", join(folder.path, "open")],
      /--http 0\.0\.0\.0:0 is not on loopback, and no credentials are configured[^]*--credentials/,
    ],
    [
      "a credentials file that is not there",
      [
        "start",
        "--credentials",
        "/nowhere.yaml",
        "--admin",
        "127.0.0.1:0",
        "--http",
        "off",
        "--data",
        join(folder.path, "c"),
      ],
      /\/nowhere\.yaml/,
    ],
  ];
  for (const [name, parameters, message] of mistakes) {
    test(`${name} is told with exit code 2 and without a stack`, async () => {
      const { code, stderr, stdout } = await runProgram(parameters);
      assert.equal(code, 2, stderr);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /\n\s+at /);
      assert.doesNotMatch(stdout, /ready/);
    });
  }

  test("a port in use is told with exit code 1", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const { port } = other.address() as AddressInfo;
    const data = join(folder.path, "port");
    const { code, stderr } = await runProgram([
      "start",
      "--admin",
      `127.0.0.1:${port}`,
      "--http",
      "127.0.0.1:0",
      "--data",
      data,
    ]);
    other.close();
    assert.equal(code, 1, stderr);
    assert.match(stderr, new RegExp(`--admin 127\\.0\\.0\\.1:${port}.*in use`));
    assert.doesNotMatch(stderr, /\n\s+at /);
  });
});

describe("a running gateway", () => {
  test("says ready once, is healthy, counts, and ends with 0 on SIGTERM", async () => {
    const gateway = await startGateway(join(folder.path, "plain"));
    const health = await fetch(`${gateway.admin}/_sallyport/health`);
    assert.equal(health.status, 200);
    assert.equal(((await health.json()) as { status: string }).status, "ok");
    const metrics = await (await fetch(`${gateway.admin}/_sallyport/metrics`)).text();
    assert.match(metrics, /^sallyport_info\{version="[^"]+"\} 1$/m);
    assert.equal((await fetch(`${gateway.admin}/_sallyport/nothing`)).status, 404);
    const { code, stdout } = await stopGateway(gateway);
    assert.equal(code, 0);
    assert.match(stdout, /^sallyport ready admin=127\.0\.0\.1:\d+ http=127\.0\.0\.1:\d+\n$/);
  });

  test("holds its data folder against a second process, and gives it back when killed", async () => {
    const data = join(folder.path, "held");
    const first = await startGateway(data);
    const second = await runProgram(["start", "--admin", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", data]);
    assert.equal(second.code, 2);
    assert.match(second.stderr, new RegExp(`in use by another Sallyport \\(process ${first.child.pid}\\).*--data`));
    first.child.kill("SIGKILL");
    await first.exited;
    const third = await startGateway(data);
    assert.equal((await stopGateway(third)).code, 0);
  });

  test("logs JSON lines when asked to", async () => {
    const gateway = await startGateway(join(folder.path, "json"), ["--log-format", "json"]);
    const { stderr } = await stopGateway(gateway);
    const lines = stderr.trim().split("\n");
    assert.ok(lines.length >= 2);
    for (const line of lines) assert.equal(typeof (JSON.parse(line) as { message: string }).message, "string");
  });

  test("keeps what was acknowledged over a SIGKILL", async () => {
    const data = join(folder.path, "kept");
    const first = await startGateway(data);
    const created = await post(`${first.admin}/v2/apis`, { name: "kept", protocolType: "HTTP" });
    assert.equal(created.status, 201, created.body);
    const { apiId } = JSON.parse(created.body) as { apiId: string };
    first.child.kill("SIGKILL");
    await first.exited;
    const again = await startGateway(data);
    const read = await fetch(`${again.admin}/v2/apis/${apiId}`);
    assert.equal(read.status, 200);
    await stopGateway(again);
  });
});

describe("who may call", () => {
  test("in open mode, not the page of another site", async () => {
    const gateway = await startGateway(join(folder.path, "guard"));
    const call = (headers: Record<string, string>) =>
      post(`${gateway.admin}/v2/apis`, { name: "x", protocolType: "HTTP" }, headers);
    assert.equal((await call({ origin: "https://evil.example" })).status, 403);
    assert.equal((await call({ host: "evil.example:4580" })).status, 403);
    assert.equal((await call({ "sec-fetch-site": "cross-site" })).status, 403);
    assert.equal((await call({ origin: "null" })).status, 403);
    assert.equal((await call({ origin: gateway.admin })).status, 201);
    assert.equal((await call({})).status, 201);
    await stopGateway(gateway);
  });

  test("with credentials, nobody unsigned", async () => {
    const file = join(folder.path, "callers.yaml");
    writeFileSync(
      file,
      "principals:\n  - accessKeyId: AKIATEST00000000000A\n    secretAccessKey: not-to-be-logged\n    account: '111122223333'\n    arn: arn:aws:iam::111122223333:user/test\n",
    );
    const gateway = await startGateway(join(folder.path, "closed"), ["--credentials", file]);
    const answer = await fetch(`${gateway.admin}/v2/apis`);
    assert.equal(answer.status, 403);
    assert.equal(answer.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
    assert.deepEqual(await answer.json(), { message: "Missing Authentication Token" });
    const { stderr } = await stopGateway(gateway);
    assert.doesNotMatch(stderr, /not-to-be-logged/);
  });

  test("a body that is too large is refused, and the process lives on", async () => {
    const gateway = await startGateway(join(folder.path, "large"));
    const answer = await post(`${gateway.admin}/v2/apis`, { name: "x".repeat(17 * 1024 * 1024) }).catch(
      () => undefined,
    );
    if (answer) assert.equal(answer.status, 413);
    assert.equal((await fetch(`${gateway.admin}/_sallyport/health`)).status, 200);
    await stopGateway(gateway);
  });
});

/** fetch does not let a test set Host, Origin and Sec-Fetch-Site. */
function post(
  url: string,
  body: object,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      url,
      { method: "POST", headers: { "content-type": "application/json", ...headers } },
      (answer) => {
        let text = "";
        answer.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        answer.on("end", () => resolve({ status: answer.statusCode ?? 0, body: text }));
      },
    );
    request.on("error", reject);
    request.end(JSON.stringify(body));
  });
}
