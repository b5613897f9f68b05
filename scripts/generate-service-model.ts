/**
 * Writes the service model that drives the control plane, and the TypeScript types of its shapes.
 *
 *   node scripts/generate-service-model.ts [path/to/service-2.json[.gz]] ...
 *
 * The source is the public model that botocore ships (`botocore/data/apigatewayv2/2018-11-29/service-2.json.gz`).
 * Without arguments the script looks for the botocore of the `python3` in PATH. Only facts are kept: names, locations,
 * types, limits, enums, statuses; no documentation text.
 */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const SERVICES: Readonly<Record<string, string>> = {
  apigatewayv2: "apigatewayv2/2018-11-29/service-2.json.gz",
  sts: "sts/2011-06-15/service-2.json.gz",
  lambda: "lambda/2015-03-31/service-2.json.gz",
};
const TARGET = new URL("../packages/sallyport/src/model/generated/", import.meta.url);

interface SourceMember {
  shape: string;
  location?: string;
  locationName?: string;
}
interface SourceShape {
  type: string;
  members?: Record<string, SourceMember>;
  required?: string[];
  member?: SourceMember;
  key?: SourceMember;
  value?: SourceMember;
  enum?: string[];
  min?: number;
  max?: number;
  pattern?: string;
  exception?: boolean;
  error?: { httpStatusCode?: number; code?: string; senderFault?: boolean };
  payload?: string;
  timestampFormat?: string;
  sensitive?: boolean;
  flattened?: boolean;
}
interface SourceOperation {
  name: string;
  http: { method: string; requestUri: string; responseCode?: number };
  input?: { shape: string };
  output?: { shape: string; resultWrapper?: string };
  errors?: { shape: string }[];
}
interface Source {
  metadata: Record<string, unknown>;
  operations: Record<string, SourceOperation>;
  shapes: Record<string, SourceShape>;
}

function botocoreData(): string {
  const script = "import botocore, os; print(os.path.join(os.path.dirname(botocore.__file__), 'data'))";
  return execFileSync("python3", ["-c", script], { encoding: "utf8" }).trim();
}

function readSource(path: string): Source {
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString("utf8")) as Source;
}

/** The service's shape names carry documented limits that SDK clients do not enforce. */
function documentedLimits(name: string): { documentedMin?: number; documentedMax?: number } {
  // The values of tags carry this shape; the reference documents them as possibly empty.
  if (name === "StringWithLengthBetween1And1600") return { documentedMin: 0, documentedMax: 1600 };
  const match = /^(?:String|Uri)WithLengthBetween(\d+)And(\d+)(K?)$/.exec(name);
  if (!match) return {};
  return { documentedMin: Number(match[1]), documentedMax: Number(match[2]) * (match[3] ? 1024 : 1) };
}

function locationOf(member: SourceMember): string | undefined {
  const locations = ["header", "uri", "querystring", "statusCode"];
  return locations.find((location) => location === member.location);
}

function convertMember(name: string, member: SourceMember): object {
  const wire = member.locationName ?? name;
  const location = locationOf(member);
  return { shape: member.shape, name: wire, ...(location ? { in: location } : {}) };
}

function convertShape(name: string, shape: SourceShape): object {
  const members = Object.entries(shape.members ?? {}).map(([key, member]) => [key, convertMember(key, member)]);
  return {
    type: shape.type,
    ...(shape.members ? { members: Object.fromEntries(members) } : {}),
    ...(shape.required?.length ? { required: shape.required } : {}),
    ...(shape.member ? { member: shape.member.shape } : {}),
    ...(shape.key ? { key: shape.key.shape } : {}),
    ...(shape.value ? { value: shape.value.shape } : {}),
    ...(shape.enum ? { enum: shape.enum } : {}),
    ...(shape.min === undefined ? {} : { min: shape.min }),
    ...(shape.max === undefined ? {} : { max: shape.max }),
    ...documentedLimits(name),
    ...(shape.pattern ? { pattern: shape.pattern } : {}),
    ...(shape.payload ? { payload: shape.payload } : {}),
    ...(shape.timestampFormat ? { timestampFormat: shape.timestampFormat } : {}),
    ...(shape.exception ? { exception: true, status: shape.error?.httpStatusCode ?? 400 } : {}),
    ...(shape.error?.code ? { code: shape.error.code } : {}),
    ...(shape.sensitive ? { sensitive: true } : {}),
  };
}

function convertOperation(operation: SourceOperation): object {
  return {
    method: operation.http.method,
    uri: operation.http.requestUri,
    status: operation.http.responseCode ?? 200,
    ...(operation.input ? { input: operation.input.shape } : {}),
    ...(operation.output ? { output: operation.output.shape } : {}),
    ...(operation.output?.resultWrapper ? { resultWrapper: operation.output.resultWrapper } : {}),
    errors: (operation.errors ?? []).map((error) => error.shape),
  };
}

function convert(source: Source): object {
  const { apiVersion, endpointPrefix, signingName, serviceId, protocol, jsonVersion, targetPrefix, xmlNamespace } =
    source.metadata;
  const map = <T, U>(record: Record<string, T>, to: (name: string, value: T) => U): Record<string, U> =>
    Object.fromEntries(
      Object.keys(record)
        .toSorted()
        .map((name) => [name, to(name, record[name] as T)]),
    );
  return {
    metadata: {
      apiVersion,
      endpointPrefix,
      signingName: signingName ?? endpointPrefix,
      serviceId,
      protocol,
      jsonVersion,
      targetPrefix,
      xmlNamespace,
    },
    operations: map(source.operations, (_, operation) => convertOperation(operation)),
    shapes: map(source.shapes, convertShape),
  };
}

/** TypeScript reserves some names that the models use (`None`, `__string`): types are emitted for structures only. */
function typeOf(source: Source, name: string): string {
  const shape = source.shapes[name];
  if (!shape) throw new Error(`the model names an unknown shape: ${name}`);
  switch (shape.type) {
    case "structure":
      return name;
    case "list":
      return `readonly ${parenthesised(typeOf(source, shape.member?.shape ?? ""))}[]`;
    case "map":
      return `{ readonly [key: string]: ${typeOf(source, shape.value?.shape ?? "")} }`;
    case "string":
      return shape.enum ? parenthesised(shape.enum.map((value) => JSON.stringify(value)).join(" | ")) : "string";
    case "boolean":
      return "boolean";
    case "blob":
      return "Uint8Array | string";
    case "timestamp":
      return "string";
    default:
      return "number";
  }
}

function parenthesised(type: string): string {
  return type.includes("|") || type.startsWith("readonly") ? `(${type})` : type;
}

function structureType(source: Source, name: string, shape: SourceShape): string {
  const lines = Object.entries(shape.members ?? {}).map(([member, { shape: target }]) => {
    const optional = shape.required?.includes(member) ? "" : "?";
    return `  readonly ${member}${optional}: ${typeOf(source, target)};`;
  });
  return `export interface ${name} {\n${lines.join("\n")}\n}\n`;
}

function operationTypes(source: Source): string {
  const lines = Object.entries(source.operations).map(([name, { input, output }]) => {
    return `  readonly ${name}: { readonly input: ${input?.shape ?? "object"}; readonly output: ${output?.shape ?? "object"} };`;
  });
  return `/** Input and output of each operation. */\nexport interface Operations {\n${lines.join("\n")}\n}\n`;
}

function types(service: string, source: Source): string {
  const structures = Object.keys(source.shapes)
    .toSorted()
    .flatMap((name) => {
      const shape = source.shapes[name] as SourceShape;
      return shape.type === "structure" && !shape.exception ? [structureType(source, name, shape)] : [];
    });
  const head = `// Generated by scripts/generate-service-model.ts from the public service model of ${service}. Do not edit.\n`;
  return [head, ...structures, operationTypes(source)].join("\n");
}

const paths = process.argv.slice(2);
const data = paths.length > 0 ? "" : botocoreData();
for (const [service, file] of Object.entries(SERVICES)) {
  const path = paths.find((candidate) => candidate.includes(`${service}/`)) ?? (data ? `${data}/${file}` : undefined);
  if (!path) continue;
  const source = readSource(path);
  writeFileSync(new URL(`${service}.json`, TARGET), JSON.stringify(convert(source)));
  writeFileSync(new URL(`${service}.ts`, TARGET), types(service, source));
  console.log(`${service}: ${Object.keys(source.operations).length} operations from ${path}`);
}
