/** A service integration through the whole program: created over the control plane, called with the environment's credentials. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { CREDENTIALS, only, openEndpoint, ROLE } from "../integrations/aws/fake-endpoint.ts";
import { startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

test("--aws-endpoint and the credentials of the environment reach the service that a route calls", async (context) => {
  const folder = temporaryFolder();
  const { url, calls } = await openEndpoint(context, (_call, response) => void response.end("<ok/>"));
  const gateway = await startGateway(join(folder.path, "data"), ["--aws-endpoint", `sqs=${url}`], {
    AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
  });
  context.after(async () => {
    await stopGateway(gateway);
    folder.remove();
  });
  const create = async (path: string, body: object): Promise<Record<string, string>> => {
    const answer = await fetch(`${gateway.admin}/v2/apis${path}`, { method: "POST", body: JSON.stringify(body) });
    const text = await answer.text();
    assert.equal(answer.status, 201, text);
    return JSON.parse(text) as Record<string, string>;
  };
  const { apiId = "" } = await create("", { name: "queue", protocolType: "HTTP" });
  const { integrationId } = await create(`/${apiId}/integrations`, {
    integrationType: "AWS_PROXY",
    integrationSubtype: "SQS-SendMessage",
    payloadFormatVersion: "1.0",
    credentialsArn: ROLE,
    requestParameters: { QueueUrl: "https://sqs.us-east-1.amazonaws.com/111122223333/q", MessageBody: "$request.body" },
    responseParameters: { "200": { "overwrite:statuscode": "202" } },
  });
  await create(`/${apiId}/routes`, { routeKey: "POST /send", target: `integrations/${integrationId}` });
  await create(`/${apiId}/stages`, { stageName: "$default", autoDeploy: true });
  const answer = await fetch(`${gateway.http}/_execute-api/${apiId}/send`, { method: "POST", body: "hello" });
  assert.deepEqual([answer.status, await answer.text()], [202, "<ok/>"]);
  const call = only(calls);
  assert.deepEqual([call.path, call.region], ["/111122223333/q", "us-east-1"]);
  assert.equal(new URLSearchParams(call.body).get("MessageBody"), "hello");
});
