/** Real SDK clients against a gateway that knows its callers. */
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  ApiGatewayV2Client,
  CreateApiCommand,
  DeleteApiCommand,
  GetApiCommand,
  GetApisCommand,
  TagResourceCommand,
} from "@aws-sdk/client-apigatewayv2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type GatewayProcess, startGateway, stopGateway, temporaryFolder } from "./gateway-process.ts";

const folder = temporaryFolder();
let gateway: GatewayProcess;

const file = join(folder.path, "callers.json");
const principal = (name: string, account: string, policies?: object[]) => ({
  accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "0")}`,
  secretAccessKey: `secret-of-${name}`,
  account,
  arn: `arn:aws:iam::${account}:user/${name}`,
  ...(policies ? { policies } : {}),
});
const reader = [{ Version: "2012-10-17", Statement: { Effect: "Allow", Action: "apigateway:GET", Resource: "*" } }];
const maker = [
  {
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: ["apigateway:POST", "apigateway:GET"], Resource: "arn:aws:apigateway:*::/apis*" },
    ],
  },
];

before(async () => {
  const principals = [
    principal("admin", "111122223333"),
    principal("reader", "111122223333", reader),
    principal("maker", "111122223333", maker),
    principal("other", "444455556666"),
  ];
  writeFileSync(file, JSON.stringify({ principals }));
  gateway = await startGateway(join(folder.path, "data"), ["--credentials", file]);
});

after(async () => {
  const { stderr } = await stopGateway(gateway);
  folder.remove();
  assert.doesNotMatch(stderr, /secret-of-/);
});

function settings(name: string, secret = `secret-of-${name}`, options: { region?: string; clockMs?: number } = {}) {
  return {
    endpoint: gateway.admin,
    region: options.region ?? "eu-west-1",
    credentials: { accessKeyId: `AKIA${name.toUpperCase().padEnd(16, "0")}`, secretAccessKey: secret },
    systemClockOffset: options.clockMs ?? 0,
    maxAttempts: 1,
  };
}

const client = (...parameters: Parameters<typeof settings>) => new ApiGatewayV2Client(settings(...parameters));

async function refused(call: Promise<unknown>, name: string, message: RegExp): Promise<void> {
  await assert.rejects(call, (error: Error & { $metadata: { httpStatusCode: number } }) => {
    assert.equal(error.name, name);
    assert.match(error.message, message);
    assert.equal(error.$metadata.httpStatusCode, 403);
    return true;
  });
}

test("resources belong to the account and region of their caller", async () => {
  const admin = client("admin");
  const { ApiId } = await admin.send(new CreateApiCommand({ Name: "mine", ProtocolType: "HTTP" }));
  assert.equal((await admin.send(new GetApiCommand({ ApiId }))).Name, "mine");
  for (const stranger of [client("other"), client("admin", undefined, { region: "us-east-1" })]) {
    await assert.rejects(stranger.send(new GetApiCommand({ ApiId })), { name: "NotFoundException" });
    assert.deepEqual((await stranger.send(new GetApisCommand({}))).Items, []);
  }
  await admin.send(new DeleteApiCommand({ ApiId }));
});

test("who signs with another secret, an unknown key or a wrong clock is refused", async () => {
  const list = new GetApisCommand({});
  await refused(client("admin", "wrong").send(list), "InvalidSignatureException", /does not match the signature/);
  await refused(client("nobody").send(list), "UnrecognizedClientException", /security token .* is invalid/);
  const late = client("admin", undefined, { clockMs: -20 * 60_000 });
  await refused(late.send(list), "InvalidSignatureException", /^Signature expired: /);
});

test("policies decide what a caller may do", async () => {
  const create = new CreateApiCommand({ Name: "x", ProtocolType: "HTTP" });
  await refused(
    client("reader").send(create),
    "AccessDeniedException",
    /^User: arn:aws:iam::111122223333:user\/reader is not authorized to perform: apigateway:POST on resource: arn:aws:apigateway:eu-west-1::\/apis/,
  );
  assert.ok((await client("reader").send(new GetApisCommand({}))).Items);
  const { ApiId } = await client("maker").send(create);
  await refused(client("maker").send(new DeleteApiCommand({ ApiId })), "AccessDeniedException", /apigateway:DELETE/);
});

test("tags need a permission of their own", async () => {
  const tagged = new CreateApiCommand({ Name: "x", ProtocolType: "HTTP", Tags: { team: "a" } });
  await refused(client("maker").send(tagged), "AccessDeniedException", /apigateway:POST on resource: .*::\/tags\//);
  const { ApiId } = await client("admin").send(tagged);
  const tag = new TagResourceCommand({ ResourceArn: `arn:aws:apigateway:eu-west-1::/apis/${ApiId}`, Tags: { b: "c" } });
  await refused(client("reader").send(tag), "AccessDeniedException", /apigateway:POST/);
  await client("admin").send(tag);
});

test("sts tells the caller who he is", async () => {
  const identity = await new STSClient(settings("reader")).send(new GetCallerIdentityCommand({}));
  assert.equal(identity.Account, "111122223333");
  assert.equal(identity.Arn, "arn:aws:iam::111122223333:user/reader");
});
