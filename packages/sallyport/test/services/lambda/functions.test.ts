import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { tmpdir } from "node:os";
import { after, before, describe, it } from "node:test";
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  type CreateFunctionCommandInput,
  DeleteFunctionCommand,
  DeleteFunctionConcurrencyCommand,
  GetAccountSettingsCommand,
  GetFunctionCodeSigningConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionRecursionConfigCommand,
  GetFunctionUrlConfigCommand,
  GetRuntimeManagementConfigCommand,
  ListFunctionsCommand,
  ListTagsCommand,
  PutFunctionConcurrencyCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from "@aws-sdk/client-lambda";
import { shapePattern } from "../../../src/protocol/pattern.ts";
import { lambdaModel } from "../../../src/services/lambda/model-rules.ts";
import { arnOf, code, minimal, openWorld, refused, ROLE, type World } from "./world.ts";

describe("functions", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const create = (name: string, more: Partial<CreateFunctionCommandInput> = {}) =>
    world.client.send(new CreateFunctionCommand({ ...minimal(name), ...more }));

  it("are created with the service's defaults", async () => {
    const { $metadata, RevisionId, LastModified, ...configuration } = await create("defaults");
    assert.equal($metadata.httpStatusCode, 201);
    assert.match(RevisionId ?? "", /^[0-9a-f-]{36}$/);
    assert.match(LastModified ?? "", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+0000$/);
    assert.deepEqual(configuration, {
      FunctionName: "defaults",
      FunctionArn: arnOf("defaults"),
      Runtime: "nodejs22.x",
      Role: ROLE,
      Handler: "index.handler",
      CodeSize: code().length,
      CodeSha256: createHash("sha256").update(code()).digest("base64"),
      Description: "",
      Timeout: 3,
      MemorySize: 128,
      Version: "$LATEST",
      TracingConfig: { Mode: "PassThrough" },
      PackageType: "Zip",
      Architectures: ["x86_64"],
      EphemeralStorage: { Size: 512 },
      SnapStart: { ApplyOn: "None", OptimizationStatus: "Off" },
      LoggingConfig: { LogFormat: "Text", LogGroup: "/aws/lambda/defaults" },
      State: "Active",
      LastUpdateStatus: "Successful",
    });
  });

  it("are told with everything that was configured", async () => {
    const given = {
      Description: "all of it",
      Timeout: 900,
      MemorySize: 10_240,
      Environment: { Variables: { AB: "1" } },
      Tags: { team: "a" },
      Architectures: ["arm64" as const],
      TracingConfig: { Mode: "Active" as const },
      EphemeralStorage: { Size: 1024 },
      VpcConfig: { SubnetIds: ["subnet-1"], SecurityGroupIds: ["sg-1"] },
      LoggingConfig: { LogFormat: "JSON" as const },
    };
    await create("all", given);
    const { Configuration, Tags, Code, Concurrency } = await world.client.send(
      new GetFunctionCommand({ FunctionName: "all" }),
    );
    const { Tags: tags, VpcConfig, LoggingConfig, ...plain } = given;
    assert.partialDeepStrictEqual(Configuration, plain);
    assert.deepEqual(Configuration?.VpcConfig, { ...VpcConfig, VpcId: "" });
    assert.deepEqual(Configuration?.LoggingConfig, { ...LoggingConfig, LogGroup: "/aws/lambda/all" });
    assert.deepEqual(Tags, tags);
    assert.equal(Code?.RepositoryType, "S3");
    assert.match(Code?.Location ?? "", /^file:\/\/.*\.zip$/);
    assert.equal(Concurrency, undefined);
  });

  it("satisfy the SDK's waiters", async () => {
    await create("waited");
    const limits = { client: world.client, maxWaitTime: 2 };
    assert.equal((await waitUntilFunctionActiveV2(limits, { FunctionName: "waited" })).state, "SUCCESS");
    assert.equal((await waitUntilFunctionUpdatedV2(limits, { FunctionName: "waited" })).state, "SUCCESS");
  });

  it("are named in every documented form", async () => {
    await create("named");
    for (const name of [
      "named",
      "111122223333:function:named",
      arnOf("named"),
      "named:$LATEST",
      `${arnOf("named")}:$LATEST`,
    ]) {
      const found = await world.client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
      assert.equal(found.FunctionArn, name.endsWith("$LATEST") ? `${arnOf("named")}:$LATEST` : arnOf("named"), name);
    }
  });

  it("can be created by partial and whole ARNs", async () => {
    const partial = await create("111122223333:function:by-partial");
    assert.equal(partial.FunctionArn, arnOf("by-partial"));
    assert.equal((await create(arnOf("by-arn"))).FunctionName, "by-arn");
  });

  it("get other code", async () => {
    const created = await create("recoded");
    const next = code("export const handler = 1");
    const updated = await world.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: "recoded", ZipFile: next, Architectures: ["arm64"] }),
    );
    assert.equal(updated.CodeSize, next.length);
    assert.notEqual(updated.RevisionId, created.RevisionId);
    assert.deepEqual(updated.Architectures, ["arm64"]);
    const dry = await world.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: "recoded", ZipFile: code("dry"), DryRun: true }),
    );
    assert.notEqual(dry.CodeSha256, updated.CodeSha256);
    const now = await world.client.send(new GetFunctionConfigurationCommand({ FunctionName: "recoded" }));
    assert.deepEqual([now.CodeSha256, now.RevisionId], [updated.CodeSha256, updated.RevisionId]);
  });

  it("keep what an update of the configuration does not name", async () => {
    const created = await create("changed", { Environment: { Variables: { AB: "1" } }, MemorySize: 256 });
    const update = { FunctionName: "changed", Timeout: 7, RevisionId: created.RevisionId };
    const updated = await world.client.send(new UpdateFunctionConfigurationCommand(update));
    assert.deepEqual([updated.Timeout, updated.MemorySize, updated.Environment?.Variables], [7, 256, { AB: "1" }]);
    await refused(
      world.client.send(new UpdateFunctionConfigurationCommand(update)),
      "PreconditionFailedException",
      "The Revision Id provided does not match the latest Revision Id. Call the GetFunction/GetAlias API to retrieve the latest Revision Id",
    );
    const emptied = await world.client.send(
      new UpdateFunctionConfigurationCommand({
        FunctionName: "changed",
        Environment: { Variables: {} },
        Description: "",
      }),
    );
    assert.deepEqual(emptied.Environment?.Variables, {});
  });

  it("are gone with everything of theirs after a delete", async () => {
    await create("gone", { Publish: true });
    const { $metadata } = await world.client.send(new DeleteFunctionCommand({ FunctionName: "gone" }));
    assert.equal($metadata.httpStatusCode, 204);
    await refused(
      world.client.send(new GetFunctionCommand({ FunctionName: "gone", Qualifier: "1" })),
      "ResourceNotFoundException",
      `Function not found: ${arnOf("gone")}:1`,
    );
    assert.deepEqual(await world.ledger.list({ prefix: `functions/eu-west-1:111122223333:gone` }), []);
  });

  it("are listed page by page, each once, without their states", async () => {
    const other = world.clientOf({ region: "us-west-2" });
    for (const name of ["a", "b", "c"]) await other.send(new CreateFunctionCommand(minimal(name)));
    const first = await other.send(new ListFunctionsCommand({ MaxItems: 2 }));
    assert.deepEqual(
      first.Functions?.map(({ FunctionName }) => FunctionName),
      ["a", "b"],
    );
    assert.equal(first.Functions?.[0]?.State, undefined);
    const second = await other.send(new ListFunctionsCommand({ MaxItems: 2, Marker: first.NextMarker }));
    assert.deepEqual(
      second.Functions?.map(({ FunctionName }) => FunctionName),
      ["c"],
    );
    assert.equal(second.NextMarker, undefined);
    await refused(
      other.send(new ListFunctionsCommand({ Marker: "bm9uc2Vuc2U" })),
      "InvalidParameterValueException",
      "Invalid Marker",
    );
  });

  it("carry tags", async () => {
    await create("tagged", { Tags: { a: "1", b: "2" } });
    const Resource = arnOf("tagged");
    await world.client.send(new TagResourceCommand({ Resource, Tags: { b: "3", c: "4" } }));
    await world.client.send(new UntagResourceCommand({ Resource, TagKeys: ["a", "x"] }));
    assert.deepEqual((await world.client.send(new ListTagsCommand({ Resource }))).Tags, { b: "3", c: "4" });
    await refused(
      world.client.send(new TagResourceCommand({ Resource: `${Resource}:1`, Tags: { a: "1" } })),
      "InvalidParameterValueException",
      "Tags on function aliases and versions are not supported. Please specify a function ARN.",
    );
    await refused(
      world.client.send(new TagResourceCommand({ Resource, Tags: { "aws:x": "1" } })),
      "InvalidParameterValueException",
      /reserved/,
    );
  });

  it("reserve concurrency, and leave others enough", async () => {
    await create("reserved");
    const input = { FunctionName: "reserved" };
    await world.client.send(new PutFunctionConcurrencyCommand({ ...input, ReservedConcurrentExecutions: 900 }));
    const told = await world.client.send(new GetFunctionConcurrencyCommand(input));
    assert.equal(told.ReservedConcurrentExecutions, 900);
    const { AccountLimit } = await world.client.send(new GetAccountSettingsCommand({}));
    assert.equal(AccountLimit?.UnreservedConcurrentExecutions, 100);
    await refused(
      world.client.send(new PutFunctionConcurrencyCommand({ ...input, ReservedConcurrentExecutions: 901 })),
      "InvalidParameterValueException",
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
    );
    await world.client.send(new DeleteFunctionConcurrencyCommand(input));
    const deleted = await world.client.send(new GetFunctionConcurrencyCommand(input));
    assert.equal(deleted.ReservedConcurrentExecutions, undefined);
  });

  it("answer what tools ask about every function", async () => {
    await create("asked");
    const input = { FunctionName: "asked" };
    const signing = await world.client.send(new GetFunctionCodeSigningConfigCommand(input));
    assert.equal(signing.CodeSigningConfigArn, undefined);
    const management = await world.client.send(new GetRuntimeManagementConfigCommand(input));
    assert.deepEqual([management.UpdateRuntimeOn, management.FunctionArn], ["Auto", arnOf("asked")]);
    const recursion = await world.client.send(new GetFunctionRecursionConfigCommand(input));
    assert.equal(recursion.RecursiveLoop, "Terminate");
    await refused(
      world.client.send(new GetFunctionUrlConfigCommand(input)),
      "ResourceNotFoundException",
      "The resource you requested does not exist.",
    );
  });

  it("may have their code in a folder of this machine", async () => {
    const Code = { S3Bucket: "local", S3Key: `file://${tmpdir()}` };
    const created = await create("folder", { Code });
    assert.equal(created.CodeSize, 0);
    const { Code: location } = await world.client.send(new GetFunctionCommand({ FunctionName: "folder" }));
    assert.equal(location?.Location, `file://${tmpdir()}`);
    const elsewhere = await openWorld({ localFolders: false });
    await refused(
      elsewhere.client.send(new CreateFunctionCommand({ ...minimal("folder"), Code })),
      "InvalidParameterValueException",
      /--local-code/,
    );
    await elsewhere.close();
  });

  const refusals: readonly [string, Partial<CreateFunctionCommandInput>, string, RegExp][] = [
    [
      "a name with blanks",
      { FunctionName: "no name" },
      "ValidationException",
      /^1 validation error detected: Value 'no name' at 'functionName' failed to satisfy constraint: Member must satisfy regular expression pattern: /,
    ],
    [
      "a name of 65 characters",
      { FunctionName: "x".repeat(65) },
      "InvalidParameterValueException",
      /Member must have length less than or equal to 64$/,
    ],
    [
      "another region",
      { FunctionName: "arn:aws:lambda:us-east-1:111122223333:function:x" },
      "ResourceNotFoundException",
      /^Functions from 'us-east-1' are not reachable in this region \('eu-west-1'\)$/,
    ],
    [
      "another account",
      { FunctionName: "999999999999:function:x" },
      "AccessDeniedException",
      /not authorized to perform: lambda:CreateFunction/,
    ],
    [
      "no role",
      { Role: "ana" },
      "ValidationException",
      /^1 validation error detected: Value 'ana' at 'role' failed to satisfy constraint: Member must satisfy regular expression/,
    ],
    [
      "too little memory",
      { MemorySize: 127 },
      "ValidationException",
      /Value '127' at 'memorySize' failed to satisfy constraint: Member must have value greater than or equal to 128$/,
    ],
    [
      "too much memory",
      { MemorySize: 10_241 },
      "InvalidParameterValueException",
      /^'MemorySize' value failed to satisfy constraint: Member must have value less than or equal to 10240$/,
    ],
    [
      "too long a time",
      { Timeout: 901 },
      "ValidationException",
      /^1 validation error detected: Value '901' at 'timeout' failed to satisfy constraint: Member must have value less than or equal to 900$/,
    ],
    ["two things at once", { Timeout: 0, MemorySize: 1 }, "ValidationException", /^2 validation errors detected: /],
    [
      "an unknown runtime",
      { Runtime: "cobol85" as "java8" },
      "InvalidParameterValueException",
      /^Value cobol85 at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: \[.*\] or be a valid ARN$/,
    ],
    [
      "a runtime that does not run here",
      { Runtime: "java21" },
      "InvalidParameterValueException",
      /Runtime java21: nodejs\*, python\* and provided\* run here/,
    ],
    ["no runtime", { Runtime: undefined }, "InvalidParameterValueException", /^Runtime is mandatory/],
    ["no handler", { Handler: undefined }, "InvalidParameterValueException", /^Handler is mandatory/],
    ["no code", { Code: {} }, "InvalidParameterValueException", /^Please provide a source for function code/],
    [
      "what is no archive",
      { Code: { ZipFile: Buffer.from("no zip") } },
      "InvalidParameterValueException",
      /^Could not unzip uploaded file/,
    ],
    [
      "a bucket",
      { Code: { S3Bucket: "bucket", S3Key: "key.zip" } },
      "InvalidParameterValueException",
      /does not honour S3Bucket/,
    ],
    ["an image", { Code: { ImageUri: "1.dkr.ecr/x" } }, "InvalidParameterValueException", /does not honour ImageUri/],
    [
      "a dead-letter queue",
      { DeadLetterConfig: { TargetArn: "arn:aws:sqs:eu-west-1:111122223333:q" } },
      "InvalidParameterValueException",
      /does not honour DeadLetterConfig/,
    ],
    [
      "reserved variables",
      { Environment: { Variables: { AWS_REGION: "x" } } },
      "InvalidParameterValueException",
      /Reserved keys used in this request: AWS_REGION$/,
    ],
    [
      "too many variables",
      { Environment: { Variables: { AB: "x".repeat(4096) } } },
      "InvalidParameterValueException",
      /exceeded the 4KB limit/,
    ],
    [
      "layers that are not there",
      { Layers: ["arn:aws:lambda:eu-west-1:111122223333:layer:none:1"] },
      "InvalidParameterValueException",
      /^Layer version arn:aws:lambda:eu-west-1:111122223333:layer:none:1 does not exist\.$/,
    ],
    [
      "layers of another account",
      { Layers: ["arn:aws:lambda:eu-west-1:999999999999:layer:none:1"] },
      "AccessDeniedException",
      /not authorized to perform: lambda:GetLayerVersion/,
    ],
  ];
  for (const [what, more, name, message] of refusals) {
    it(`are refused with ${what}`, async () => {
      await refused(create("refused", more), name, message);
      await refused(
        world.client.send(new GetFunctionCommand({ FunctionName: "refused" })),
        "ResourceNotFoundException",
        `Function not found: ${arnOf("refused")}`,
      );
    });
  }

  it("are there once", async () => {
    const both = await Promise.allSettled([create("twice"), create("twice")]);
    const lost = both.filter((each) => each.status === "rejected");
    assert.equal(lost.length, 1);
    await refused(create("twice"), "ResourceConflictException", "Function already exist: twice");
  });

  it("are refused by name what is not served", async () => {
    const call = new CreateEventSourceMappingCommand({
      FunctionName: "x",
      EventSourceArn: "arn:aws:sqs:eu-west-1:1:q",
    });
    await refused(
      world.client.send(call),
      "UnsupportedOperationException",
      "Sallyport does not serve lambda:CreateEventSourceMapping",
    );
  });

  it("have errors in the shapes of the model", async () => {
    const missing = await world.send({ path: "/2015-03-31/functions/none" });
    assert.equal(missing.headers["x-amzn-ErrorType"], "ResourceNotFoundException");
    assert.deepEqual(JSON.parse(String(missing.body)), {
      Type: "User",
      Message: `Function not found: ${arnOf("none")}`,
    });
    const clash = await world.send({ path: "/2015-03-31/functions", method: "POST", body: Buffer.from("{") });
    assert.deepEqual([clash.status, clash.headers["x-amzn-ErrorType"]], [400, "InvalidRequestContentException"]);
    assert.deepEqual(Object.keys(JSON.parse(String(clash.body)) as object), ["Type", "message"]);
  });

  it("have rules that all can be checked", () => {
    const patterns = Object.values(lambdaModel().shapes).flatMap(({ pattern }) => pattern ?? []);
    assert.ok(patterns.length > 50);
    for (const pattern of patterns) assert.ok(shapePattern(pattern), pattern);
  });

  it("are reached by clients that put a slash behind the path", async () => {
    assert.equal((await world.send({ path: "/2015-03-31/functions/" })).status, 200);
  });
});
