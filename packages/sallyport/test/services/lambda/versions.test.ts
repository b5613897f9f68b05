import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  CreateAliasCommand,
  CreateFunctionCommand,
  DeleteAliasCommand,
  DeleteFunctionCommand,
  GetAliasCommand,
  GetFunctionCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  UpdateAliasCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { arnOf, code, minimal, openWorld, refused, type World } from "./world.ts";

describe("versions and aliases", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const create = (name: string) => world.client.send(new CreateFunctionCommand(minimal(name)));
  const publish = (FunctionName: string, more: object = {}) =>
    world.client.send(new PublishVersionCommand({ FunctionName, ...more }));
  const change = (FunctionName: string, Description: string) =>
    world.client.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));

  it("a version is what $LATEST was when it was published", async () => {
    await create("frozen");
    await change("frozen", "first");
    const one = await publish("frozen");
    assert.deepEqual([one.Version, one.FunctionArn, one.Description], ["1", `${arnOf("frozen")}:1`, "first"]);
    await change("frozen", "second");
    const two = await publish("frozen", { Description: "its own" });
    assert.deepEqual([two.Version, two.Description], ["2", "its own"]);
    const kept = await world.client.send(new GetFunctionCommand({ FunctionName: "frozen", Qualifier: "1" }));
    assert.equal(kept.Configuration?.Description, "first");
    const listed = await world.client.send(new ListVersionsByFunctionCommand({ FunctionName: "frozen" }));
    assert.deepEqual(
      listed.Versions?.map(({ Version }) => Version),
      ["$LATEST", "1", "2"],
    );
  });

  it("publishing again without a change gives the version that is there", async () => {
    await create("same");
    const one = await publish("same");
    assert.equal((await publish("same")).Version, one.Version);
    const code2 = await world.client.send(
      new UpdateFunctionCodeCommand({ FunctionName: "same", ZipFile: code("2"), Publish: true }),
    );
    assert.deepEqual([code2.Version, code2.FunctionArn], ["2", `${arnOf("same")}:2`]);
  });

  it("a number is not given twice", async () => {
    await create("numbers");
    await publish("numbers");
    await world.client.send(new DeleteFunctionCommand({ FunctionName: "numbers", Qualifier: "1" }));
    assert.equal((await publish("numbers")).Version, "2");
    await refused(
      world.client.send(new DeleteFunctionCommand({ FunctionName: "numbers", Qualifier: "$LATEST" })),
      "InvalidParameterValueException",
      "$LATEST version cannot be deleted without deleting the function.",
    );
  });

  it("publishing can be bound to the code and the revision", async () => {
    const { CodeSha256, RevisionId } = await create("bound");
    await refused(
      publish("bound", { CodeSha256: "other" }),
      "InvalidParameterValueException",
      /^CodeSHA256 \(other\) is different/,
    );
    await refused(
      publish("bound", { RevisionId: "other" }),
      "PreconditionFailedException",
      /^The Revision Id provided/,
    );
    assert.equal((await publish("bound", { CodeSha256, RevisionId })).Version, "1");
  });

  it("an alias points to a version until it is moved", async () => {
    await create("pointed");
    await publish("pointed");
    await change("pointed", "next");
    await publish("pointed");
    const input = { FunctionName: "pointed", Name: "live" };
    const { $metadata, ...created } = await world.client.send(
      new CreateAliasCommand({ ...input, FunctionVersion: "1" }),
    );
    assert.equal($metadata.httpStatusCode, 201);
    assert.partialDeepStrictEqual(created, {
      AliasArn: `${arnOf("pointed")}:live`,
      FunctionVersion: "1",
      Description: "",
    });
    const call = new InvokeCommand({ FunctionName: "pointed:live" });
    assert.equal((await world.client.send(call)).ExecutedVersion, "1");
    await world.client.send(new UpdateAliasCommand({ ...input, FunctionVersion: "2", RevisionId: created.RevisionId }));
    assert.equal((await world.client.send(call)).ExecutedVersion, "2");
    await refused(
      world.client.send(new UpdateAliasCommand({ ...input, RevisionId: created.RevisionId })),
      "PreconditionFailedException",
      /^The Revision Id provided/,
    );
    const told = await world.client.send(new GetFunctionCommand({ FunctionName: "pointed", Qualifier: "live" }));
    assert.deepEqual([told.Configuration?.FunctionArn, told.Configuration?.Version], [`${arnOf("pointed")}:live`, "2"]);
    await refused(
      world.client.send(new DeleteFunctionCommand({ FunctionName: "pointed", Qualifier: "2" })),
      "ResourceConflictException",
      /aliases reference it: \[live\]$/,
    );
  });

  it("an alias shares calls among two versions by weight", async () => {
    await create("shared");
    await publish("shared");
    await change("shared", "next");
    await publish("shared");
    const input = { FunctionName: "shared", Name: "live" };
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.25 } };
    await world.client.send(new CreateAliasCommand({ ...input, FunctionVersion: "1", RoutingConfig }));
    const call = new InvokeCommand({ FunctionName: "shared", Qualifier: "live" });
    const versions: (string | undefined)[] = [];
    for (const random of [0, 0.24, 0.25, 0.99]) {
      world.turn.random = random;
      versions.push((await world.client.send(call)).ExecutedVersion);
    }
    assert.deepEqual(versions, ["2", "2", "1", "1"]);
    const kept = await world.client.send(new UpdateAliasCommand({ ...input, Description: "x" }));
    assert.deepEqual(kept.RoutingConfig, RoutingConfig);
    const ended = await world.client.send(new UpdateAliasCommand({ ...input, RoutingConfig: {} }));
    assert.equal(ended.RoutingConfig, undefined);
  });

  it("aliases are listed, for a version when asked, and deleted", async () => {
    await create("listed");
    await publish("listed");
    for (const [Name, FunctionVersion] of [
      ["a", "1"],
      ["b", "$LATEST"],
    ] as const) {
      await world.client.send(new CreateAliasCommand({ FunctionName: "listed", Name, FunctionVersion }));
    }
    const list = async (FunctionVersion?: string) =>
      (await world.client.send(new ListAliasesCommand({ FunctionName: "listed", FunctionVersion }))).Aliases?.map(
        ({ Name }) => Name,
      );
    assert.deepEqual([await list(), await list("1")], [["a", "b"], ["a"]]);
    await world.client.send(new DeleteAliasCommand({ FunctionName: "listed", Name: "a" }));
    assert.deepEqual(await list(), ["b"]);
    await refused(
      world.client.send(new GetAliasCommand({ FunctionName: "listed", Name: "a" })),
      "ResourceNotFoundException",
      `Cannot find alias arn: ${arnOf("listed")}:a`,
    );
  });

  const refusals: readonly [string, object, string, RegExp][] = [
    ["no version", { FunctionVersion: "9" }, "ResourceNotFoundException", /^Function not found: .*:aliased:9$/],
    [
      "a number for a name",
      { Name: "7" },
      "ValidationException",
      /at 'name' failed to satisfy constraint: Member must satisfy regular/,
    ],
    [
      "its own version twice",
      { RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } },
      "InvalidParameterValueException",
      /already included in routing/,
    ],
    [
      "$LATEST and a version",
      { FunctionVersion: "$LATEST", RoutingConfig: { AdditionalVersionWeights: { 1: 0.1 } } },
      "InvalidParameterValueException",
      /^\$LATEST is not supported/,
    ],
    [
      "more than two versions",
      { RoutingConfig: { AdditionalVersionWeights: { 2: 0.1, 3: 0.1 } } },
      "InvalidParameterValueException",
      /cannot be greater than 1$/,
    ],
    [
      "a name that is taken",
      { Name: "taken" },
      "ResourceConflictException",
      /^Alias already exists: arn:.*:aliased:taken$/,
    ],
  ];
  it("aliases are refused that could not work", async () => {
    await create("aliased");
    await publish("aliased");
    const input = { FunctionName: "aliased", FunctionVersion: "1" };
    await world.client.send(new CreateAliasCommand({ ...input, Name: "taken" }));
    for (const [, more, name, message] of refusals) {
      await refused(world.client.send(new CreateAliasCommand({ ...input, Name: "new", ...more })), name, message);
    }
  });

  it("names that say two different versions are refused", async () => {
    await create("twofold");
    await refused(
      world.client.send(new GetFunctionCommand({ FunctionName: "twofold:1", Qualifier: "2" })),
      "InvalidParameterValueException",
      "The derived qualifier from the function name does not match the specified qualifier.",
    );
  });
});
