import assert from "node:assert/strict";
import { test } from "node:test";
import { openLambda } from "../functions/lambda-service.ts";
import { startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

const FUNCTION = "arn:aws:lambda:us-east-1:000000000000:function:hello";

test("with --lambda-endpoint a quick-created API calls a function of a remote Lambda", async (context) => {
  const folder = temporaryFolder();
  context.after(() => folder.remove());
  const { endpoint, calls } = await openLambda(context, ({ body }) => ({
    body: JSON.stringify({ statusCode: 200, body: `called by ${String(JSON.parse(body.toString()).rawPath)}` }),
  }));
  const gateway = await startGateway(folder.path, ["--lambda-endpoint", endpoint], {
    AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
    AWS_SECRET_ACCESS_KEY: "secret",
  });
  context.after(() => gateway.child.kill("SIGKILL"));
  const created = await fetch(`${gateway.admin}/v2/apis`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ name: "hello", protocolType: "HTTP", target: FUNCTION }),
  });
  assert.equal(created.status, 201, await created.clone().text());
  const { apiId } = (await created.json()) as { readonly apiId: string };
  const answer = await fetch(`${gateway.http}/_execute-api/${apiId}/there`);
  assert.equal(await answer.text(), "called by /there");
  assert.match(
    String(calls[0]?.headers.authorization),
    /Credential=AKIDEXAMPLE\/\d{8}\/us-east-1\/lambda\/aws4_request/,
  );
  assert.equal((await stopGateway(gateway)).code, 0);
});

test("a Lambda endpoint that is no URL is refused", async (context) => {
  const folder = temporaryFolder();
  context.after(() => folder.remove());
  await assert.rejects(
    startGateway(folder.path, ["--lambda-endpoint", "http://127.0.0.1:1/?x=1"]),
    /--lambda-endpoint: .* must be an http:\/\/ or https:\/\/ URL without user, query and fragment/,
  );
});
