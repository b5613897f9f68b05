/**
 * Starts a gateway with an example HTTP API in front of a small back end, and prints what to try. Parameters are handed
 * on to `sallyport start`. The API is made with the unmodified AWS SDK, the way any client would.
 */
import { spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetApisCommand,
} from "@aws-sdk/client-apigatewayv2";
import { openBackend } from "./backend.ts";

const NAME = "sallyport-example";
const launcher = join(import.meta.dirname, "../../node_modules/.bin/sallyport");

const backend = await openBackend();
const gateway = spawn(launcher, ["start", ...process.argv.slice(2)], { stdio: ["inherit", "pipe", "inherit"] });
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => gateway.kill(signal));
gateway.on("exit", (code, signal) => {
  backend.close();
  process.exitCode = code ?? (signal ? 1 : 0);
});

for await (const line of createInterface({ input: gateway.stdout })) {
  console.log(line);
  const ready = /^sallyport ready .*\badmin=(\S+)(?: .*\bhttp=(\S+))?/.exec(line);
  if (!ready) continue;
  try {
    await deploy(`http://${ready[1]}`, ready[2] ?? "");
  } catch (error) {
    console.error(`The example could not be deployed: ${(error as Error).message}`);
    gateway.kill("SIGTERM");
  }
}

async function deploy(admin: string, edge: string): Promise<void> {
  const client = new ApiGatewayV2Client({
    endpoint: admin,
    region: "us-east-1",
    credentials: { accessKeyId: "example", secretAccessKey: "example" },
  });
  await removeFormer(client);
  const { ApiId, ApiEndpoint } = await client.send(new CreateApiCommand({ Name: NAME, ProtocolType: "HTTP" }));
  const integrate = async (uri: string): Promise<string> => {
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: uri,
        PayloadFormatVersion: "1.0",
      }),
    );
    return `integrations/${IntegrationId}`;
  };
  const hello = await integrate(`${backend.url}/hello/{name}`);
  const echo = await integrate(backend.url);
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /hello/{name}", Target: hello }));
  await client.send(new CreateRouteCommand({ ApiId, RouteKey: "$default", Target: echo }));
  await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
  console.log(instructions(admin, edge, ApiId ?? "", ApiEndpoint ?? ""));
}

/** The back end's port changes with every start, so the API of a former start is of no use. */
async function removeFormer(client: ApiGatewayV2Client): Promise<void> {
  const { Items = [] } = await client.send(new GetApisCommand({ MaxResults: "500" }));
  for (const { Name, ApiId } of Items) {
    if (Name === NAME) await client.send(new DeleteApiCommand({ ApiId }));
  }
}

function instructions(admin: string, edge: string, apiId: string, endpoint: string): string {
  return `
An example HTTP API is deployed: ${endpoint}
Try it:
  curl ${endpoint}/hello/world
  curl -X POST -d 'anything' '${endpoint}/some/path?x=1'
  curl http://${edge}/_execute-api/${apiId}/hello/world        (for clients that can not set a host name)

Make an API of your own:
  export AWS_ENDPOINT_URL=${admin} AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1
  aws apigatewayv2 create-api --name mine --protocol-type HTTP --target ${backend.url}
  curl ${admin}/_sallyport/health

Stop with Ctrl+C.
`;
}
