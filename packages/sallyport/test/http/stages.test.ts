import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { test } from "node:test";
import type { SeedApi } from "./api-seed.ts";
import { API_ID, deploy, httpProxy, integrationWrite } from "./api-seed.ts";
import type { Harness } from "./gateway-harness.ts";
import { openBackend, openGateway, readAnswer } from "./gateway-harness.ts";

/** Stage and path that a request came to, by what the back end saw. */
async function openStages(
  context: TestContext,
  stages: readonly string[],
  routes: SeedApi["routes"] = {},
): Promise<Harness> {
  const backend = await openBackend(context, (request, response) => response.end(request.url));
  const named = stages.map((name) => [name, { StageVariables: { stage: name.replace("$", "") } }] as const);
  return openGateway(context, {
    routes: { $default: "up", ...routes },
    integrations: { up: httpProxy(`${backend}/\${stageVariables.stage}`), gone: httpProxy(`${backend}/route`) },
    stages: Object.fromEntries(named),
  });
}

for (const [id, stages, path, seen] of [
  ["EX-1.1", ["$default"], "/pets/6", "/default/pets/6"],
  ["EX-1.2", ["dev"], "/dev/pets/6", "/dev/pets/6"],
  ["EX-1.3", ["dev", "$default"], "/dev/pets/6", "/dev/pets/6"],
  ["EX-1.4", ["dev", "$default"], "/devil/pets", "/default/devil/pets"],
  ["EX-1.6", ["dev"], "/dev", "/dev/"],
  ["EX-1.6", ["dev"], "/dev/", "/dev/"],
  ["a query right behind the stage", ["dev"], "/dev?x=1", "/dev/?x=1"],
  ["stage names are case-sensitive", ["dev", "$default"], "/DEV/x", "/default/DEV/x"],
  ["an encoded stage name is none", ["dev", "$default"], "/de%76/x", "/default/de%76/x"],
  ["an encoded $default is none", ["$default"], "/%24default/x", "/default/%24default/x"],
  ["the root", ["dev", "$default"], "/", "/default/"],
  ["an empty first segment", ["dev", "$default"], "//dev/x", "/default//dev/x"],
] as const) {
  test(`${id}: ${path} with stages ${stages.join(", ")}`, async (context) => {
    const { fetch } = await openStages(context, stages);
    assert.equal((await fetch(path)).body, seen);
  });
}

test("EX-1.7: a stage beats a route of $default", async (context) => {
  const { fetch } = await openStages(context, ["dev", "$default"], { "GET /dev/x": "gone" });
  assert.equal((await fetch("/dev/x")).body, "/dev/x");
});

test("a request under way keeps the program it began with, the next one has the new", async (context) => {
  const held = Promise.withResolvers<ServerResponse>();
  const backend = await openBackend(context, (request, response) => {
    if (request.url === "/old") held.resolve(response);
    else response.end(request.url);
  });
  const { ledger, fetch, send } = await openGateway(context, {
    routes: { "GET /x": "up" },
    integrations: { up: httpProxy(`${backend}/old`) },
  });
  const sent = send("/x").end();
  const upstream = await held.promise;
  await ledger.commit([integrationWrite(API_ID, "up", httpProxy(`${backend}/new`))]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  assert.equal((await fetch("/x")).body, "/new");
  upstream.end("from the old one");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  assert.equal((await readAnswer(response)).body, "from the old one");
});

test("stage variables are as they are now, not as deployed", async (context) => {
  const { ledger, fetch } = await openStages(context, ["dev"]);
  assert.equal((await fetch("/dev/x")).body, "/dev/x");
  await deploy(ledger, API_ID, "deployment1", { dev: { StageVariables: { stage: "changed" } } });
  assert.equal((await fetch("/dev/x")).body, "/changed/x");
});

test("a trace hears of every decision", async (context) => {
  const told: string[] = [];
  const { fetch } = await openGateway(
    context,
    { routes: { "GET /x": {} } },
    {
      trace: (requestId) => ({
        report: ({ step, message }) => told.push(`${requestId} ${step}: ${message}`),
        end: ({ status }) => told.push(`${requestId} ended with ${status}`),
      }),
    },
  );
  const answer = await fetch("/x");
  const id = answer.headers["apigw-requestid"] as string;
  assert.deepEqual(told.slice(0, 4), [
    `${id} identify API: ${API_ID} in us-east-1`,
    `${id} select stage: $default`,
    `${id} select route: GET /x`,
    `${id} throttle: within the account's limits`,
  ]);
  assert.match(told[4] ?? "", /call integration: .*no integration/);
  assert.equal(told[5], `${id} respond: 500 of the gateway's own`);
});
