/** Two gateways over one PostgreSQL. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { type PostgresServer, startPostgres } from "../ledger/postgres-server.ts";
import { runProgram, startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

test("definitions in PostgreSQL serve every gateway on it, and outlive them", async (context) => {
  const folder = temporaryFolder();
  const postgres: PostgresServer = await startPostgres();
  const backend = createServer((_, response) => response.end("hello"));
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  context.after(async () => {
    backend.close();
    await postgres.remove();
    folder.remove();
  });
  const target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  const environment = { SALLYPORT_LEDGER: postgres.url };
  const start = (name: string) => startGateway(join(folder.path, name), [], environment);
  const [one, two] = await Promise.all([start("one"), start("two")]);
  const created = await fetch(`${one.admin}/v2/apis`, {
    method: "POST",
    body: JSON.stringify({ name: "shared", protocolType: "HTTP", target }),
  });
  const { apiId } = (await created.json()) as { apiId: string };
  assert.equal((await fetch(`${two.admin}/v2/apis/${apiId}`)).status, 200);
  for (const { http } of [one, two]) {
    const answer = await fetch(`${http}/_execute-api/${apiId}/x`);
    assert.equal(await answer.text(), "hello");
  }
  assert.equal((await stopGateway(one)).code, 0);
  assert.equal((await stopGateway(two)).code, 0);
  const three = await start("three");
  assert.equal((await fetch(`${three.admin}/v2/apis/${apiId}`)).status, 200);

  await postgres.stop();
  const write = await fetch(`${three.admin}/v2/apis`, {
    method: "POST",
    body: JSON.stringify({ name: "x", protocolType: "HTTP" }),
  });
  assert.equal(write.status, 503);
  assert.equal(write.headers.get("x-amzn-errortype"), "ServiceUnavailableException");
  assert.equal((await fetch(`${three.admin}/_sallyport/health`)).status, 503);
  await stopGateway(three);
});

test("a PostgreSQL that is not there is told with exit code 1, without its password", async (context) => {
  const folder = temporaryFolder();
  context.after(() => folder.remove());
  const { code, stderr } = await runProgram(
    ["start", "--admin", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", folder.path],
    { SALLYPORT_LEDGER: "postgres://me:hush-hush@127.0.0.1:1/none" },
  );
  assert.equal(code, 1, stderr);
  assert.match(stderr, /PostgreSQL/);
  assert.doesNotMatch(stderr, /hush-hush|\n\s+at /);
});
