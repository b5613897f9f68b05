/** Functions through the JavaScript SDK, and behind an HTTP API, in a real gateway. */
import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { CreateApiCommand, type ApiGatewayV2Client } from "@aws-sdk/client-apigatewayv2";
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  InvokeCommand,
  InvokeWithResponseStreamCommand,
  LambdaClient,
  PublishVersionCommand,
  UpdateFunctionCodeCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { PROGRAM, zip } from "../functions/hosted/zip-writer.ts";
import { defaultHost, edgeRequest } from "./edge-request.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { ACCOUNT, clientOf, REGION } from "./javascript-sdk/sdk.ts";

const ROLE = `arn:aws:iam::${ACCOUNT}:role/service`;
const arnOf = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

const nodeCode = (greeting: string): string => `
export const handler = async (event, context) => {
  if (event.fail) throw new TypeError("asked to fail");
  return { statusCode: 201, headers: { "x-version": context.functionVersion }, body: ${JSON.stringify(greeting)} + " " + (event.rawPath ?? event.name) };
};`;

const PYTHON_CODE = `
def handler(event, context):
    return {"name": event["name"], "function": context.function_name, "version": context.function_version}
`;

/** The smallest loop over the public runtime API, in a shell. */
const BOOTSTRAP = `#!/bin/sh
while true; do
  headers=$(mktemp)
  event=$(curl -sS -D "$headers" "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/next")
  id=$(grep -i '^lambda-runtime-aws-request-id:' "$headers" | tr -d '\\r' | cut -d' ' -f2)
  curl -sS -X POST "http://$AWS_LAMBDA_RUNTIME_API/2018-06-01/runtime/invocation/$id/response" -d "{\\"echo\\":$event}" >/dev/null
done
`;

describe("functions in a gateway", () => {
  let gateway: Gateway;
  let client: LambdaClient;
  let apis: ApiGatewayV2Client;
  before(async () => {
    gateway = await startGateway();
    apis = clientOf(gateway);
    client = new LambdaClient({
      endpoint: gateway.admin,
      region: REGION,
      credentials: { accessKeyId: "any", secretAccessKey: "any" },
      maxAttempts: 1,
    });
  });
  after(async () => {
    client.destroy();
    apis.destroy();
    await gateway.stop();
  });

  const create = (FunctionName: string, more: Partial<CreateFunctionCommandInput> = {}) =>
    client.send(
      new CreateFunctionCommand({
        FunctionName,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: ROLE,
        Timeout: 20,
        Code: { ZipFile: zip([["index.mjs", nodeCode("hello")]]) },
        ...more,
      }),
    );
  const invoke = async (FunctionName: string, event: object = { name: "you" }) => {
    const answer = await client.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: "Tail" }),
    );
    return { ...answer, result: JSON.parse(Buffer.from(answer.Payload ?? []).toString()) as Record<string, unknown> };
  };
  /** An API whose every request goes to the function. */
  const apiOf = async (target: string): Promise<string> => {
    const { ApiId = "" } = await apis.send(new CreateApiCommand({ Name: "f", ProtocolType: "HTTP", Target: target }));
    return defaultHost(ApiId);
  };
  const get = (host: string) => edgeRequest({ edge: gateway.http, host, path: "/any/where" });
  const allow = (FunctionName: string, Qualifier?: string) =>
    client.send(
      new AddPermissionCommand({
        FunctionName,
        Qualifier,
        StatementId: "gateway",
        Action: "lambda:InvokeFunction",
        Principal: "apigateway.amazonaws.com",
        SourceArn: `arn:aws:execute-api:${REGION}:${ACCOUNT}:*/*`,
      }),
    );

  it("run Node.js, are updated, and end", async () => {
    await create("node");
    await waitUntilFunctionActiveV2({ client, maxWaitTime: 5 }, { FunctionName: "node" });
    const first = await invoke("node");
    assert.deepEqual([first.StatusCode, first.FunctionError, first.result["body"]], [200, undefined, "hello you"]);
    assert.match(Buffer.from(first.LogResult ?? "", "base64").toString(), /START RequestId: [\s\S]*REPORT RequestId: /);
    const failed = await invoke("node", { fail: true });
    assert.equal(failed.FunctionError, "Unhandled");
    assert.partialDeepStrictEqual(failed.result, { errorType: "TypeError", errorMessage: "asked to fail" });
    const ZipFile = zip([["index.mjs", nodeCode("goodbye")]]);
    await client.send(new UpdateFunctionCodeCommand({ FunctionName: "node", ZipFile }));
    await waitUntilFunctionUpdatedV2({ client, maxWaitTime: 5 }, { FunctionName: "node" });
    assert.equal((await invoke("node")).result["body"], "goodbye you");
    await client.send(new DeleteFunctionCommand({ FunctionName: "node" }));
    await assert.rejects(invoke("node"), {
      name: "ResourceNotFoundException",
      message: `Function not found: ${arnOf("node")}`,
    });
  });

  it("may be larger than other calls may", async () => {
    const padding = { name: "data.bin", content: randomBytes(20_000_000), method: 0 };
    const ZipFile = zip([{ name: "index.mjs", content: nodeCode("large") }, padding]);
    assert.equal((await create("large", { Code: { ZipFile } })).CodeSize, ZipFile.length);
    assert.equal((await invoke("large")).result["body"], "large you");
  });

  it("run Python", async () => {
    const Code = { ZipFile: zip([["app.py", PYTHON_CODE]]) };
    await create("python", { Runtime: "python3.12", Handler: "app.handler", Code });
    assert.deepEqual((await invoke("python")).result, { name: "you", function: "python", version: "$LATEST" });
  });

  it("run a bootstrap of their own", async () => {
    const Code = { ZipFile: zip([{ name: "bootstrap", content: BOOTSTRAP, mode: PROGRAM }]) };
    await create("custom", { Runtime: "provided.al2023", Handler: undefined, Code });
    assert.deepEqual((await invoke("custom")).result, { echo: { name: "you" } });
  });

  it("stream their responses", async () => {
    const source = `export const handler = awslambda.streamifyResponse(async (event, stream) => {
      stream.write("one "); await new Promise((resolve) => setTimeout(resolve, 20)); stream.write("two"); stream.end(); });`;
    await create("streaming", { Code: { ZipFile: zip([["index.mjs", source]]) } });
    const answer = await client.send(new InvokeWithResponseStreamCommand({ FunctionName: "streaming" }));
    let text = "";
    let complete: unknown;
    for await (const { PayloadChunk, InvokeComplete } of answer.EventStream ?? []) {
      text += Buffer.from(PayloadChunk?.Payload ?? []).toString();
      complete ??= InvokeComplete;
    }
    assert.equal(text, "one two");
    assert.ok(complete, "the stream has an end");
  });

  it("answer through an HTTP API that may call them, and not before", async () => {
    await create("behind");
    const host = await apiOf(arnOf("behind"));
    const refused = await get(host);
    assert.deepEqual([refused.status, refused.text], [500, '{"message":"Internal Server Error"}']);
    assert.match(
      String(refused.headers["x-sallyport-reason"]),
      /resource policy of .*:function:behind allows apigateway\.amazonaws\.com/,
    );
    await allow("behind");
    const answered = await get(host);
    assert.deepEqual(
      [answered.status, answered.text, answered.headers["x-version"]],
      [201, "hello /any/where", "$LATEST"],
    );
  });

  it("answer through an alias with the version that it points to", async () => {
    await create("aliased");
    await client.send(new PublishVersionCommand({ FunctionName: "aliased" }));
    await client.send(new CreateAliasCommand({ FunctionName: "aliased", Name: "live", FunctionVersion: "1" }));
    const host = await apiOf(`${arnOf("aliased")}:live`);
    assert.equal((await get(host)).status, 500);
    await allow("aliased", "live");
    assert.equal((await get(host)).headers["x-version"], "1");
  });

  it("are there after a restart", async () => {
    const data = mkdtempSync(join(tmpdir(), "sallyport-restart-"));
    const connected = (admin: string) =>
      new LambdaClient({
        endpoint: admin,
        region: REGION,
        credentials: { accessKeyId: "any", secretAccessKey: "any" },
      });
    try {
      const first = await startGateway({ data });
      const ZipFile = zip([["index.mjs", nodeCode("still here")]]);
      const made = { Runtime: "nodejs22.x", Handler: "index.handler", Role: ROLE, Timeout: 20 } as const;
      await connected(first.admin).send(
        new CreateFunctionCommand({ FunctionName: "kept", ...made, Code: { ZipFile } }),
      );
      await first.stop();
      const second = await startGateway({ data });
      const { Payload } = await connected(second.admin).send(
        new InvokeCommand({ FunctionName: "kept", Payload: '{"name":"you"}' }),
      );
      assert.match(Buffer.from(Payload ?? []).toString(), /still here you/);
      await second.stop();
    } finally {
      rmSync(data, { recursive: true, force: true });
    }
  });

  it("run from a folder as it is at that moment", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sallyport-function-"));
    try {
      writeFileSync(join(folder, "index.mjs"), nodeCode("from a folder"));
      await create("local", { Code: { S3Bucket: "local", S3Key: `file://${folder}` } });
      const { StatusCode } = await client.send(new InvokeCommand({ FunctionName: "local", InvocationType: "DryRun" }));
      assert.equal(StatusCode, 204);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
