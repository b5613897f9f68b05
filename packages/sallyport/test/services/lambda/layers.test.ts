import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  CreateFunctionCommand,
  DeleteLayerVersionCommand,
  GetLayerVersionByArnCommand,
  GetLayerVersionCommand,
  InvokeCommand,
  ListLayersCommand,
  ListLayerVersionsCommand,
  PublishLayerVersionCommand,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { zip } from "../../functions/hosted/zip-writer.ts";
import { ACCOUNT, minimal, openWorld, refused, REGION, type World } from "./world.ts";

const layerArn = (name: string, version?: number): string =>
  `arn:aws:lambda:${REGION}:${ACCOUNT}:layer:${name}${version === undefined ? "" : `:${version}`}`;

describe("layers", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
  });
  after(() => world.close());

  const publish = (LayerName: string, text = LayerName, more: object = {}) =>
    world.client.send(
      new PublishLayerVersionCommand({ LayerName, Content: { ZipFile: zip([[`nodejs/${text}.mjs`, text]]) }, ...more }),
    );

  it("get a new version with every upload", async () => {
    const first = await publish("counted", "a", { Description: "one", CompatibleRuntimes: ["nodejs22.x"] });
    assert.partialDeepStrictEqual(first, {
      LayerArn: layerArn("counted"),
      LayerVersionArn: layerArn("counted", 1),
      Version: 1,
      Description: "one",
      CompatibleRuntimes: ["nodejs22.x"],
    });
    assert.equal((await publish("counted", "b")).Version, 2);
    const listed = await world.client.send(new ListLayerVersionsCommand({ LayerName: "counted" }));
    assert.deepEqual(
      listed.LayerVersions?.map(({ Version }) => Version),
      [2, 1],
    );
    const filtered = await world.client.send(
      new ListLayerVersionsCommand({ LayerName: "counted", CompatibleRuntime: "nodejs22.x" }),
    );
    assert.deepEqual(
      filtered.LayerVersions?.map(({ Version }) => Version),
      [1],
    );
  });

  it("are read by number, by ARN and by whole ARN", async () => {
    const { Content } = await publish("read");
    for (const LayerName of ["read", layerArn("read")]) {
      const found = await world.client.send(new GetLayerVersionCommand({ LayerName, VersionNumber: 1 }));
      assert.equal(found.Content?.CodeSha256, Content?.CodeSha256);
    }
    const found = await world.client.send(new GetLayerVersionByArnCommand({ Arn: layerArn("read", 1) }));
    assert.equal(found.Version, 1);
    await refused(
      world.client.send(new GetLayerVersionCommand({ LayerName: "read", VersionNumber: 2 })),
      "ResourceNotFoundException",
      "The resource you requested does not exist.",
    );
  });

  it("are listed with their newest version; deleted numbers do not come back", async () => {
    await publish("kept");
    await publish("kept", "2");
    await publish("emptied");
    await world.client.send(new DeleteLayerVersionCommand({ LayerName: "kept", VersionNumber: 2 }));
    await world.client.send(new DeleteLayerVersionCommand({ LayerName: "emptied", VersionNumber: 1 }));
    const { Layers } = await world.client.send(new ListLayersCommand({}));
    const versions = new Map(
      Layers?.map(({ LayerName, LatestMatchingVersion }) => [LayerName, LatestMatchingVersion?.Version]),
    );
    assert.deepEqual([versions.get("kept"), versions.has("emptied")], [1, false]);
    assert.equal((await publish("emptied")).Version, 2);
  });

  it("reach the functions that use them, in order, also after their end", async () => {
    const one = await publish("base", "base");
    const two = await publish("over", "over");
    const Layers = [one.LayerVersionArn ?? "", two.LayerVersionArn ?? ""];
    const created = await world.client.send(new CreateFunctionCommand({ ...minimal("layered"), Layers }));
    assert.deepEqual(
      created.Layers?.map(({ Arn }) => Arn),
      Layers,
    );
    await world.client.send(new DeleteLayerVersionCommand({ LayerName: "base", VersionNumber: 1 }));
    await world.client.send(new InvokeCommand({ FunctionName: "layered" }));
    const folders = world.host.calls.at(-1)?.definition.layerFolders ?? [];
    assert.deepEqual(
      folders.map((folder, index) => existsSync(join(folder, `nodejs/${index === 0 ? "base" : "over"}.mjs`))),
      [true, true],
    );
    const none = await world.client.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: "layered", Layers: [] }),
    );
    assert.equal(none.Layers, undefined);
  });

  it("are refused twice in one function, and more than five", async () => {
    await publish("double", "1");
    await publish("double", "2");
    const using = (Layers: string[]) => world.client.send(new CreateFunctionCommand({ ...minimal("many"), Layers }));
    await refused(
      using([layerArn("double", 1), layerArn("double", 2)]),
      "InvalidParameterValueException",
      /^Two different versions of the same layer/,
    );
    await refused(
      using(Array.from({ length: 6 }, (_, n) => layerArn("double", n + 1))),
      "InvalidParameterValueException",
      "Cannot reference more than 5 layers.",
    );
  });
});
