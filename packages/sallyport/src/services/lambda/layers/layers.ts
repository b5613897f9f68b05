import { pathToFileURL } from "node:url";
import type { Transaction } from "../../../ledger/ledger.ts";
import type { LayerDocument, LayerVersionDocument } from "../../../model/function-documents.ts";
import type { GetLayerVersionResponse, LayerVersionsListItem } from "../../../model/generated/lambda.ts";
import { collections, keys, type Tenant } from "../../../model/keys.ts";
import { accessDenied, faults, invalidParameter } from "../faults.ts";
import { codeSha256, codeSize } from "../functions/code-facts.ts";
import { takeCode } from "../functions/code-location.ts";
import { type Call, type Operation, type OperationTable, timestamp } from "../operation.ts";
import { page } from "../paging.ts";
import { layerArn, parseLayerName } from "./layer-name.ts";

type Runtimes = LayerVersionsListItem["CompatibleRuntimes"];
type Architectures = LayerVersionsListItem["CompatibleArchitectures"];

interface OwnLayer extends Tenant {
  readonly name: string;
  readonly version: number | undefined;
}

/** A layer of the caller's own: nothing lets others use it. */
function ownLayer(text: string, call: Call): OwnLayer {
  const { account = call.account, region = call.region, name = text, version } = parseLayerName(text) ?? {};
  const owner = { account, region, name, version };
  if (account === call.account && region === call.region) return owner;
  throw accessDenied(
    `User: ${call.caller.principal.arn} is not authorized to perform: lambda:${call.operation} on resource: ` +
      `${layerArn(owner, name, version)} because no resource-based policy allows the lambda:${call.operation} action`,
  );
}

const publishLayerVersion: Operation<"PublishLayerVersion"> = async (input, call) => {
  const layer = ownLayer(input.LayerName, call);
  const Code = await takeCode(input.Content, call);
  return call.world.ledger.transact(async (transaction) => {
    const key = keys.layer(layer, layer.name);
    const known = (await transaction.get<LayerDocument>(key))?.value;
    const Version = known?.NextVersion ?? 1;
    const version: LayerVersionDocument = {
      Version,
      Description: input.Description ?? "",
      CreatedDate: timestamp(call),
      CompatibleRuntimes: input.CompatibleRuntimes,
      CompatibleArchitectures: input.CompatibleArchitectures,
      LicenseInfo: input.LicenseInfo,
      Code,
    };
    await putLayer(transaction, layer, Version + 1, Version);
    await transaction.put(keys.layerVersion(layer, layer.name, Version), version, {
      collection: collections.layerVersions(layer, layer.name),
    });
    return told(layer, version, call);
  });
};

async function putLayer(
  transaction: Transaction,
  layer: OwnLayer,
  NextVersion: number,
  LatestVersion: number | undefined,
): Promise<void> {
  const { account: Account, region: Region, name: Name } = layer;
  const document: LayerDocument = { Account, Region, Name, NextVersion, LatestVersion };
  const collection = LatestVersion === undefined ? collections.emptyLayers(layer) : collections.layers(layer);
  await transaction.put(keys.layer(layer, Name), document, { collection });
}

function listed(layer: OwnLayer, version: LayerVersionDocument): LayerVersionsListItem {
  const { Version, Description, CreatedDate, LicenseInfo } = version;
  return {
    LayerVersionArn: layerArn(layer, layer.name, Version),
    Version,
    Description,
    CreatedDate,
    CompatibleRuntimes: version.CompatibleRuntimes as Runtimes,
    CompatibleArchitectures: version.CompatibleArchitectures as Architectures,
    LicenseInfo,
  };
}

function told(layer: OwnLayer, version: LayerVersionDocument, { world }: Call): GetLayerVersionResponse {
  const { Code } = version;
  const path = Code.Kind === "archive" ? world.code.archivePath(Code) : Code.Path;
  return {
    ...listed(layer, version),
    LayerArn: layerArn(layer, layer.name),
    Content: {
      ...(world.localFolders ? { Location: pathToFileURL(path).href } : {}),
      CodeSha256: codeSha256(Code),
      CodeSize: codeSize(Code),
    },
  };
}

async function readVersion(layer: OwnLayer, version: number, call: Call): Promise<GetLayerVersionResponse> {
  if (version < 1) throw invalidParameter("Layer Version Cannot be less than 1");
  const key = keys.layerVersion(layer, layer.name, version);
  const document = await call.world.ledger.get<LayerVersionDocument>(key);
  if (!document) throw faults.nothing();
  return told(layer, document.value, call);
}

const getLayerVersion: Operation<"GetLayerVersion"> = async (input, call) =>
  readVersion(ownLayer(input.LayerName, call), input.VersionNumber, call);

const getLayerVersionByArn: Operation<"GetLayerVersionByArn"> = async (input, call) => {
  const layer = ownLayer(input.Arn, call);
  return readVersion(layer, layer.version ?? 0, call);
};

const listLayers: Operation<"ListLayers"> = async (input, call) => {
  const { ledger } = call.world;
  const { items, NextMarker } = await page<LayerDocument>(ledger, collections.layers(call), input);
  const found = items.map(async ({ Name, LatestVersion = 0 }) => {
    const layer = { account: call.account, region: call.region, name: Name, version: undefined };
    const document = await ledger.get<LayerVersionDocument>(keys.layerVersion(call, Name, LatestVersion));
    // Gone between the two reads.
    if (!document || !suits(document.value, input)) return [];
    const LatestMatchingVersion = listed(layer, document.value);
    return [{ LayerName: Name, LayerArn: layerArn(layer, Name), LatestMatchingVersion }];
  });
  return { Layers: (await Promise.all(found)).flat(), NextMarker };
};

const listLayerVersions: Operation<"ListLayerVersions"> = async (input, call) => {
  const layer = ownLayer(input.LayerName, call);
  const collection = collections.layerVersions(layer, layer.name);
  const { items, NextMarker } = await page<LayerVersionDocument>(call.world.ledger, collection, input);
  const versions = items.filter((version) => suits(version, input)).map((version) => listed(layer, version));
  // Newest first within a page (observed); pages go on from the oldest, since that is how they stay stable (our choice).
  return { LayerVersions: versions.toReversed(), NextMarker };
};

interface Filter {
  readonly CompatibleRuntime?: string;
  readonly CompatibleArchitecture?: string;
}

function suits(version: LayerVersionDocument, { CompatibleRuntime, CompatibleArchitecture }: Filter): boolean {
  const has = (wanted: string | undefined, among: readonly string[] | undefined): boolean =>
    wanted === undefined || (among?.includes(wanted) ?? false);
  return (
    has(CompatibleRuntime, version.CompatibleRuntimes) && has(CompatibleArchitecture, version.CompatibleArchitectures)
  );
}

/** Deleting a version that is not there is no error (observed). */
const deleteLayerVersion: Operation<"DeleteLayerVersion"> = async (input, call) => {
  if (input.VersionNumber < 1) throw invalidParameter("Layer Version Cannot be less than 1");
  const layer = ownLayer(input.LayerName, call);
  await call.world.ledger.transact(async (transaction) => {
    const known = await transaction.get<LayerDocument>(keys.layer(layer, layer.name));
    if (!known) return;
    await transaction.delete(keys.layerVersion(layer, layer.name, input.VersionNumber));
    const collection = collections.layerVersions(layer, layer.name);
    const rest = await transaction.list<LayerVersionDocument>({ collection });
    await putLayer(transaction, layer, known.value.NextVersion, rest.at(-1)?.value.Version);
  });
  return {};
};

export const layerOperations: OperationTable = {
  PublishLayerVersion: publishLayerVersion,
  GetLayerVersion: getLayerVersion,
  GetLayerVersionByArn: getLayerVersionByArn,
  ListLayers: listLayers,
  ListLayerVersions: listLayerVersions,
  DeleteLayerVersion: deleteLayerVersion,
};
