import type { Document, Reader, Transaction } from "../../ledger/ledger.ts";
import type { VpcLinkDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { serviceFaults, vpcLinkFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, type Output, read, timestamp, write } from "../operation.ts";
import { type Page, page } from "../paging.ts";
import { checkTags } from "../tags.ts";
import { adjustCount } from "../counts.ts";
import { isGone, statusOf } from "./vpc-link-status.ts";

/** Ids of the links whose deletion was asked for, oldest first. */
interface DeletedVpcLinks {
  readonly Ids: readonly string[];
}

/** So many integrations, and routes of each, are named when a deletion is refused. Ours: the text is for people. */
const NAMED_USES = 10;

export const vpcLinkOperations = {
  CreateVpcLink: write(create, { prepare: checkReferences }),
  GetVpcLink: read(async (input, call, reader) =>
    view((await found.vpcLink(reader, call, input.VpcLinkId)).value, call),
  ),
  GetVpcLinks: read(async (input, call, reader) => {
    const { items, nextToken } = await pageOfLinks(reader, call, input);
    return { Items: items.map((item) => view(item.value, call)), NextToken: nextToken };
  }),
  UpdateVpcLink: write(async (input, call, transaction) => {
    if (input.Name === "") throw vpcLinkFaults.name();
    await removeGone(transaction, call);
    const { value: current } = await found.vpcLink(transaction, call, input.VpcLinkId);
    const link: VpcLinkDocument = { ...current, Name: input.Name ?? current.Name };
    await transaction.put(keys.vpcLink(link.VpcLinkId), link);
    return view(link, call);
  }),
  DeleteVpcLink: write(remove),
} satisfies OperationTable;

async function create(
  input: Input<"CreateVpcLink">,
  call: Call,
  transaction: Transaction,
): Promise<Output<"CreateVpcLink">> {
  const { quotas } = call.settings;
  if (input.SubnetIds.length === 0) throw vpcLinkFaults.subnets();
  if (input.SubnetIds.length > quotas.subnetsPerVpcLink) throw vpcLinkFaults.subnetCount(quotas.subnetsPerVpcLink);
  const tags = checkTags(input.Tags, quotas);
  await removeGone(transaction, call);
  const count = await adjustCount(transaction, collections.vpcLinks(call), 1);
  if (count > quotas.vpcLinksPerRegion) throw serviceFaults.accountQuota("VpcLinks");
  const link: VpcLinkDocument = {
    CreatedDate: timestamp(call),
    Name: input.Name,
    SecurityGroupIds: [...(input.SecurityGroupIds ?? [])],
    SubnetIds: [...input.SubnetIds],
    Tags: tags,
    VpcLinkId: await freshId(transaction, "vpcLink", keys.vpcLink),
    VpcLinkVersion: "V2",
    Account: call.account,
    Region: call.region,
    CreatedMs: call.now,
  };
  await transaction.put(keys.vpcLink(link.VpcLinkId), link, { collection: collections.vpcLinks(call) });
  return view(link, call);
}

/** Strict mode: subnets and security groups must be there. */
async function checkReferences(input: Input<"CreateVpcLink">, call: Call): Promise<void> {
  const { references } = call.settings;
  if (references === undefined) return;
  for (const id of input.SubnetIds) await references("subnet", id);
  for (const id of input.SecurityGroupIds ?? []) await references("security group", id);
}

/** Answers before the link has gone; it is DELETING meanwhile. Deleting it again changes nothing. */
async function remove(input: Input<"DeleteVpcLink">, call: Call, transaction: Transaction): Promise<object> {
  const { value: link } = await found.vpcLink(transaction, call, input.VpcLinkId);
  if (link.DeletedMs === undefined) {
    await refuseInUse(transaction, link.VpcLinkId);
    const deleted: VpcLinkDocument = { ...link, DeletedMs: call.now };
    await transaction.put(keys.vpcLink(link.VpcLinkId), deleted);
    const key = keys.deletedVpcLinks(call);
    const ids = (await transaction.get<DeletedVpcLinks>(key))?.value.Ids ?? [];
    await transaction.put(key, { Ids: [...ids, link.VpcLinkId] } satisfies DeletedVpcLinks);
  }
  await removeGone(transaction, call);
  return {};
}

async function refuseInUse(transaction: Transaction, vpcLinkId: string): Promise<void> {
  const uses = await transaction.list<{ readonly ApiId: string; readonly IntegrationId: string }>({
    collection: collections.vpcLinkUses(vpcLinkId),
    limit: NAMED_USES,
  });
  if (uses.length === 0) return;
  const names: string[] = [];
  for (const { value } of uses) {
    const collection = collections.integrationUses(value.ApiId, value.IntegrationId);
    const routes = await transaction.list({ collection, limit: NAMED_USES });
    names.push(...routes.map(({ key }) => key.slice(key.lastIndexOf("/") + 1)));
    // An integration without a route holds the link just the same (our choice); it stands for itself.
    if (routes.length === 0) names.push(value.IntegrationId);
  }
  throw vpcLinkFaults.inUse(vpcLinkId, names);
}

/** Deleted links end by the clock, not by a write: the next write of the family takes their documents away. */
async function removeGone(transaction: Transaction, call: Call): Promise<void> {
  const key = keys.deletedVpcLinks(call);
  const ids = (await transaction.get<DeletedVpcLinks>(key))?.value.Ids ?? [];
  const remaining: string[] = [];
  for (const id of ids) {
    const link = (await transaction.get<VpcLinkDocument>(keys.vpcLink(id)))?.value;
    if (link !== undefined && !isGone(link, call)) remaining.push(id);
    else await transaction.delete(keys.vpcLink(id));
  }
  if (remaining.length === ids.length) return;
  await adjustCount(transaction, collections.vpcLinks(call), remaining.length - ids.length);
  await transaction.put(key, { Ids: remaining } satisfies DeletedVpcLinks);
}

/** A page without the links that have gone; pages of nothing else are skipped. */
async function pageOfLinks(
  reader: Reader,
  call: Call,
  input: Input<"GetVpcLinks">,
): Promise<Page<Document<VpcLinkDocument>>> {
  let token = input.NextToken;
  for (;;) {
    const sent = { ...input, NextToken: token };
    const { items, nextToken } = await page<VpcLinkDocument>(reader, collections.vpcLinks(call), sent);
    const present = items.filter((item) => !isGone(item.value, call));
    if (present.length > 0 || nextToken === undefined) return { items: present, nextToken };
    token = nextToken;
  }
}

function view(link: VpcLinkDocument, call: Call): VpcLinkDocument & Output<"GetVpcLink"> {
  return { ...link, ...statusOf(link, call) };
}
