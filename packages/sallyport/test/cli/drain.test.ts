import assert from "node:assert/strict";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

const folder = temporaryFolder();
const held: ServerResponse[] = [];
let arrived = Promise.withResolvers<void>();
let backend: Server;
let backendUrl: string;

before(async () => {
  backend = createServer((_, response) => {
    held.push(response);
    arrived.resolve();
  });
  await new Promise<void>((resolve) => backend.listen(0, "127.0.0.1", resolve));
  backendUrl = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
});

after(() => {
  backend.closeAllConnections();
  backend.close();
  folder.remove();
});

async function quickCreate(admin: string): Promise<string> {
  const answer = await fetch(`${admin}/v2/apis`, {
    method: "POST",
    body: JSON.stringify({ name: "drained", protocolType: "HTTP", target: backendUrl }),
  });
  assert.equal(answer.status, 201);
  return ((await answer.json()) as { apiId: string }).apiId;
}

describe("SIGTERM with a request in flight", () => {
  test("the request finishes, new ones are refused, and the exit code is 0", async () => {
    const gateway = await startGateway(join(folder.path, "finish"));
    const url = `${gateway.http}/_execute-api/${await quickCreate(gateway.admin)}/slow`;
    arrived = Promise.withResolvers();
    const slow = fetch(url);
    await arrived.promise;
    gateway.child.kill("SIGTERM");
    while (!gateway.stderr().includes("stopping")) await new Promise((resolve) => setImmediate(resolve));
    const late = await fetch(url).then(
      ({ status }) => status,
      () => "refused",
    );
    assert.ok(late === "refused" || late === 503, String(late));
    held.pop()?.end("done");
    const answer = await slow;
    assert.equal(answer.status, 200);
    assert.equal(await answer.text(), "done");
    assert.equal((await gateway.exited).code, 0);
  });

  test("one that does not finish is cut off at the deadline", async () => {
    const gateway = await startGateway(join(folder.path, "cut"), ["--drain-seconds", "0"]);
    const url = `${gateway.http}/_execute-api/${await quickCreate(gateway.admin)}/never`;
    arrived = Promise.withResolvers();
    const never = assert.rejects(fetch(url));
    await arrived.promise;
    assert.equal((await stopGateway(gateway)).code, 0);
    await never;
  });
});
