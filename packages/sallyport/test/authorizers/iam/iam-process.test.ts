/** The program with a credentials file: the callers that it knows may sign requests of APIs, too. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer, request } from "node:http";
import type { IncomingMessage } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
} from "@aws-sdk/client-apigatewayv2";
import { GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import type { GatewayProcess } from "../../cli/gateway-process.ts";
import { startGateway, stopGateway, temporaryFolder } from "../../cli/gateway-process.ts";
import type { SignedCall } from "./iam-harness.ts";
import { principal, signed } from "./iam-harness.ts";

const ANA = principal("ana");
const { accessKeyId, account, arn } = ANA.principal;
const credentials = { accessKeyId, secretAccessKey: ANA.secretAccessKey };

/** An API whose every route wants a signature. */
async function createApi(gateway: GatewayProcess, target: string): Promise<string> {
  const client = new ApiGatewayV2Client({ endpoint: gateway.admin, region: "us-east-1", credentials });
  const { ApiId } = await client.send(new CreateApiCommand({ Name: "iam", ProtocolType: "HTTP", Target: target }));
  const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId }));
  await client.send(new UpdateRouteCommand({ ApiId, RouteId: Items[0]?.RouteId, AuthorizationType: "AWS_IAM" }));
  return ApiId!;
}

async function statusOf(gateway: GatewayProcess, { target, options }: SignedCall): Promise<number | undefined> {
  const { hostname, port } = new URL(gateway.http);
  const sent = request({
    hostname,
    port,
    path: target,
    headers: { host: options.host, ...options.headers },
    agent: false,
  });
  sent.end();
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  response.resume();
  return response.statusCode;
}

test("configured callers, and the temporary credentials they were handed, may call routes with AWS_IAM", async (t) => {
  const folder = temporaryFolder();
  t.after(() => folder.remove());
  const backend = createServer((_request, response) => response.end("reached")).listen(0, "127.0.0.1");
  await once(backend, "listening");
  t.after(() => backend.close());
  const file = join(folder.path, "callers.json");
  writeFileSync(file, JSON.stringify({ principals: [{ ...credentials, account, arn }] }));
  const gateway = await startGateway(join(folder.path, "data"), ["--credentials", file]);
  t.after(() => stopGateway(gateway));
  const apiId = await createApi(gateway, `http://127.0.0.1:${(backend.address() as AddressInfo).port}`);
  const host = `${apiId}.execute-api.us-east-1.localhost`;
  assert.equal(await statusOf(gateway, await signed(ANA, "/pets", { host })), 200);
  assert.equal(await statusOf(gateway, { target: "/pets", options: { host } }), 403);
  const sts = new STSClient({ endpoint: gateway.admin, region: "us-east-1", credentials });
  const { Credentials: issued } = await sts.send(new GetSessionTokenCommand({}));
  const session = {
    principal: { ...ANA.principal, accessKeyId: issued!.AccessKeyId! },
    secretAccessKey: issued!.SecretAccessKey!,
    sessionToken: issued!.SessionToken!,
  };
  assert.equal(await statusOf(gateway, await signed(session, "/pets", { host })), 200);
});
