/** The text of an OpenAPI document, JSON or YAML, made into nodes within bounds. */
import { partitionOf } from "../../model/arn.ts";
import type { Tenant } from "../../model/keys.ts";
import { importFaults } from "../faults.ts";
import { isMap, member, type NodeMap } from "./node.ts";
import { isVersion, versionText } from "./version-number.ts";
import { parseYaml } from "./yaml.ts";

/** Source: API Gateway Developer Guide, "Quotas": an imported definition has at most 6 MB (named for REST APIs). */
export const MAXIMUM_DOCUMENT_BYTES = 6 * 1024 * 1024;

/** The document with AWS's variables filled in. Throws the real service's 400 for what is no OpenAPI 3.0 document. */
export async function parseDocument(text: string, owner: Tenant): Promise<NodeMap> {
  if (Buffer.byteLength(text) > MAXIMUM_DOCUMENT_BYTES) {
    throw importFaults.invalid(`the document is larger than ${MAXIMUM_DOCUMENT_BYTES} bytes`);
  }
  const root = await nodesOf(replaceVariables(text.replace(/^\uFEFF/, ""), owner));
  if (!isMap(root)) throw importFaults.invalid("the document is not an object");
  requireOpenApi3(root);
  return root;
}

/** Source: API Gateway Developer Guide, "AWS variables for OpenAPI import". */
export function replaceVariables(text: string, { account, region }: Tenant): string {
  const values = { AccountId: account, Partition: partitionOf(region), Region: region };
  return text.replace(/\$\{AWS::(AccountId|Partition|Region)\}/g, (_, name: keyof typeof values) => values[name]);
}

/** Source: API Gateway Developer Guide, "Use OpenAPI definitions for HTTP APIs": version 3.0 only. */
function requireOpenApi3(root: NodeMap): void {
  if (member(root, "swagger") !== undefined) throw importFaults.invalid("Swagger 2.0 is for REST APIs only");
  const version = String(member(root, "openapi"));
  if (!/^3\.0(\.\d+)?(-.*)?$/.test(version)) throw importFaults.invalid(`openapi must be 3.0.x, not ${version}`);
}

async function nodesOf(text: string): Promise<unknown> {
  try {
    if (!text.trimStart().startsWith("{")) return await parseYaml(text);
    return parseJson(text);
  } catch (error) {
    throw importFaults.invalid(error instanceof Error ? error.message : String(error), error);
  }
}

/** What the reviver of `JSON.parse` is told of a primitive (ECMAScript, "JSON.parse source text access"). */
interface Source {
  readonly source?: string;
}

function parseJson(text: string): unknown {
  const revive = (name: string, value: unknown, { source }: Source = {}): unknown =>
    typeof value === "number" && isVersion(name) ? versionText(name, source ?? String(value)) : value;
  return JSON.parse(text, revive as Parameters<typeof JSON.parse>[1]);
}
