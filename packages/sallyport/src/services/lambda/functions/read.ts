import type { FunctionDocument, FunctionVersionDocument } from "../../../model/function-documents.ts";
import type { FunctionConfiguration } from "../../../model/generated/lambda.ts";
import { pathToFileURL } from "node:url";
import { collections } from "../../../model/keys.ts";
import { found } from "../found.ts";
import { namedFunction } from "../function-name.ts";
import type { Call, Operation, OperationTable } from "../operation.ts";
import { page } from "../paging.ts";
import { configurationOf } from "./configuration.ts";
import { tenantOf } from "./publish.ts";

interface Found {
  readonly owner: FunctionDocument;
  readonly version: FunctionVersionDocument;
  readonly configuration: FunctionConfiguration;
}

async function read(call: Call, name: string, qualifier: string | undefined): Promise<Found> {
  const named = namedFunction(call, name, qualifier);
  const { ledger } = call.world;
  const owner = (await found.function(ledger, named)).value;
  const version = await found.version(ledger, owner, named);
  return { owner, version, configuration: configurationOf(owner, version, { qualifier: named.qualifier }) };
}

const getFunction: Operation<"GetFunction"> = async (input, call) => {
  const { owner, version, configuration } = await read(call, input.FunctionName, input.Qualifier);
  const { Tags, ReservedConcurrency } = owner;
  return {
    Configuration: configuration,
    Code: codeLocation(version, call),
    ...(Object.keys(Tags).length === 0 ? {} : { Tags }),
    ...(ReservedConcurrency === undefined
      ? {}
      : { Concurrency: { ReservedConcurrentExecutions: ReservedConcurrency } }),
  };
};

/** The real service hands out a signed URL of a store. Here the file's own, for callers of this machine (our choice). */
function codeLocation({ Code }: FunctionVersionDocument, { world }: Call) {
  const path = Code.Kind === "archive" ? world.code.archivePath(Code) : Code.Path;
  return { RepositoryType: "S3", ...(world.localFolders ? { Location: pathToFileURL(path).href } : {}) };
}

const getFunctionConfiguration: Operation<"GetFunctionConfiguration"> = async (input, call) =>
  (await read(call, input.FunctionName, input.Qualifier)).configuration;

const listFunctions: Operation<"ListFunctions"> = async (input, call) => {
  const { ledger } = call.world;
  const { items, NextMarker } = await page<FunctionDocument>(ledger, collections.functions(call), input);
  const listed = items.map(async (owner) => {
    if (input.FunctionVersion !== "ALL") return [configurationOf(owner, owner.Latest, { listed: true })];
    return [owner.Latest, ...(await versionsOf(owner, call))].map((version) =>
      configurationOf(owner, version, { qualifier: version.Version, listed: true }),
    );
  });
  return { Functions: (await Promise.all(listed)).flat(), NextMarker };
};

async function versionsOf(owner: FunctionDocument, { world }: Call): Promise<readonly FunctionVersionDocument[]> {
  const collection = collections.functionVersions(tenantOf(owner), owner.Name);
  return (await world.ledger.list<FunctionVersionDocument>({ collection })).map(({ value }) => value);
}

const listVersionsByFunction: Operation<"ListVersionsByFunction"> = async (input, call) => {
  const named = namedFunction(call, input.FunctionName);
  const { ledger } = call.world;
  const owner = (await found.function(ledger, named)).value;
  const collection = collections.functionVersions(named, named.name);
  const { items, NextMarker } = await page<FunctionVersionDocument>(ledger, collection, input);
  // The unpublished version stands in front of all others, on the first page.
  const versions = input.Marker ? items : [owner.Latest, ...items];
  return {
    Versions: versions.map((version) => configurationOf(owner, version, { qualifier: version.Version, listed: true })),
    NextMarker,
  };
};

const getFunctionCodeSigningConfig: Operation<"GetFunctionCodeSigningConfig"> = async (input, call) => {
  await read(call, input.FunctionName, undefined);
  // No member at all for a function without one (observed); the model, which knows better, requires two.
  return {} as Awaited<ReturnType<Operation<"GetFunctionCodeSigningConfig">>>;
};

const getRuntimeManagementConfig: Operation<"GetRuntimeManagementConfig"> = async (input, call) => {
  const { configuration } = await read(call, input.FunctionName, input.Qualifier);
  return { UpdateRuntimeOn: "Auto", FunctionArn: configuration.FunctionArn };
};

const getFunctionRecursionConfig: Operation<"GetFunctionRecursionConfig"> = async (input, call) => {
  await read(call, input.FunctionName, undefined);
  return { RecursiveLoop: "Terminate" };
};

export const readOperations: OperationTable = {
  GetFunction: getFunction,
  GetFunctionConfiguration: getFunctionConfiguration,
  ListFunctions: listFunctions,
  ListVersionsByFunction: listVersionsByFunction,
  GetFunctionCodeSigningConfig: getFunctionCodeSigningConfig,
  GetRuntimeManagementConfig: getRuntimeManagementConfig,
  GetFunctionRecursionConfig: getFunctionRecursionConfig,
};
