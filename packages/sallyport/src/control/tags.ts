/**
 * Tags of APIs, stages, domain names and VPC links. Source: API Gateway Developer Guide, "Tagging your API Gateway
 * resources"; the texts are unverified.
 */
import type { Document, Reader, Transaction } from "../ledger/ledger.ts";
import { parseArn, partitionOf } from "../model/arn.ts";
import { tagFaults, unknown } from "./faults.ts";
import { found } from "./found.ts";
import { type Call, type Input, type OperationTable, type Output, read, write } from "./operation.ts";
import type { Quotas } from "./quotas.ts";

export type Tags = Readonly<Record<string, string>>;

const MAX_KEY_LENGTH = 128;
const MAX_VALUE_LENGTH = 256;
const ALLOWED = /^[\p{L}\p{N}\p{Z}_.:/=+\-@]*$/u;
const RESERVED_PREFIX = "aws:";

/** What a resource that is made with these tags gets: the same tags, or none. Throws an AwsError for bad ones. */
export function checkTags(tags: Tags | undefined, quotas: Pick<Quotas, "tagsPerResource">): Tags {
  const entries = Object.entries(tags ?? {});
  for (const [key, value] of entries) checkTag(key, value);
  if (entries.length > quotas.tagsPerResource) throw tagFaults.count(quotas.tagsPerResource);
  return tags ?? {};
}

function checkTag(key: string, value: string): void {
  const keyLength = [...key].length;
  if (keyLength < 1 || keyLength > MAX_KEY_LENGTH || !ALLOWED.test(key)) throw tagFaults.key(key);
  if (key.startsWith(RESERVED_PREFIX)) throw tagFaults.reserved(key);
  if ([...value].length > MAX_VALUE_LENGTH || !ALLOWED.test(value)) throw tagFaults.value(key);
}

interface Tagged {
  readonly Tags?: Tags;
}

/** Fetches what the ARN names: 400 when such a thing has no tags, 404 when there is none. */
async function tagged(reader: Reader, call: Call, resourceArn: string): Promise<Document<Tagged>> {
  const { region, resource } = taggableArn(resourceArn, call);
  const [family, id = "", inner, innerId = "", ...rest] = resource;
  const here = region === call.region;
  if (rest.length > 0) throw tagFaults.arn(resourceArn);
  if (family === "apis" && id !== "") {
    if (!here) throw unknown.api(call.account, id);
    const api = await found.api(reader, call, id);
    if (inner === undefined) return api;
    if (inner === "stages" && innerId !== "") return found.stage(reader, id, innerId);
  }
  if (family === "domainnames" && id !== "" && inner === undefined) {
    if (!here) throw unknown.domainName();
    return found.domainName(reader, call, id);
  }
  if (family === "vpclinks" && id !== "" && inner === undefined) {
    if (!here) throw unknown.vpcLink(id);
    return found.vpcLink(reader, call, id);
  }
  throw tagFaults.arn(resourceArn);
}

/**
 * Clients send the ARN as one encoded segment, bare, or with only `$default` encoded in it. ARNs of API Gateway name
 * no account; the caller's own is tolerated (our choice).
 */
function taggableArn(text: string, call: Call): { region: string; resource: readonly string[] } {
  const arn = parseArn(decoded(text));
  if (!arn || arn.service !== "apigateway" || arn.partition !== partitionOf(arn.region)) throw tagFaults.arn(text);
  if (arn.account !== "" && arn.account !== call.account) throw tagFaults.arn(text);
  const [root, ...resource] = arn.resource.split("/");
  if (root !== "" || arn.region === "") throw tagFaults.arn(text);
  return { region: arn.region, resource };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) throw tagFaults.arn(text);
    throw error;
  }
}

async function getTags(input: Input<"GetTags">, call: Call, reader: Reader): Promise<Output<"GetTags">> {
  const { value } = await tagged(reader, call, input.ResourceArn);
  return { Tags: value.Tags ?? {} };
}

async function tagResource(
  input: Input<"TagResource">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"TagResource">> {
  const { key, value } = await tagged(transaction, call, input.ResourceArn);
  const sent = checkTags(input.Tags, call.settings.quotas);
  const merged: Tags = { ...value.Tags, ...sent };
  const maximum = call.settings.quotas.tagsPerResource;
  if (Object.keys(merged).length > maximum) throw tagFaults.count(maximum);
  await transaction.put(key, { ...value, Tags: merged });
  return {};
}

async function untagResource(
  input: Input<"UntagResource">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"UntagResource">> {
  const { key, value } = await tagged(transaction, call, input.ResourceArn);
  const gone = new Set(input.TagKeys);
  const kept = Object.entries(value.Tags ?? {}).filter(([name]) => !gone.has(name));
  await transaction.put(key, { ...value, Tags: Object.fromEntries(kept) });
  return {};
}

/** Tags are no part of what a deployment serves: changing them deploys nothing. */
export const tagOperations = {
  GetTags: read<"GetTags">(getTags),
  TagResource: write<"TagResource">(tagResource, { deploys: false }),
  UntagResource: write<"UntagResource">(untagResource, { deploys: false }),
} satisfies OperationTable;
