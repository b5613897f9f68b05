import type { Transaction } from "../../ledger/ledger.ts";
import { apigatewayArn, parseArn } from "../../model/arn.ts";
import type { ApiMappingDocument, DomainNameDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { domainNameFaults, serviceFaults } from "../faults.ts";
import { found } from "../found.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact } from "../patch.ts";
import { checkTags } from "../tags.ts";
import { adjustCount } from "../counts.ts";
import { certificatesOf, configurationsOf, isRegional } from "./domain-name-configurations.ts";
import { checkName, mutualTlsOf } from "./domain-name-rules.ts";
import { claimHost, releaseHost } from "./host-claims.ts";

export const domainNameOperations = {
  CreateDomainName: write(create, { prepare: checkReferences }),
  GetDomainName: read(async (input, call, reader) => (await found.domainName(reader, call, input.DomainName)).value),
  GetDomainNames: read(async (input, call, reader) => {
    const { items, nextToken } = await page<DomainNameDocument>(reader, collections.domainNames(call), input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateDomainName: write(update, { prepare: checkReferences }),
  DeleteDomainName: write(async (input, call, transaction) => {
    await deleteContents(transaction, call, input.DomainName);
    await transaction.delete(keys.domainName(call.region, input.DomainName));
    await releaseHost(transaction, call, input.DomainName);
    await adjustCount(transaction, collections.domainNames(call), -1);
    return {};
  }),
} satisfies OperationTable;

async function create(
  input: Input<"CreateDomainName">,
  call: Call,
  transaction: Transaction,
): Promise<DomainNameDocument> {
  const name = input.DomainName;
  checkName(name);
  const document: DomainNameDocument = compact({
    ApiMappingSelectionExpression: "$request.basepath",
    DomainName: name,
    DomainNameArn: apigatewayArn(call.region, `/domainnames/${name}`),
    DomainNameConfigurations: configurationsOf(input.DomainNameConfigurations, [], call),
    MutualTlsAuthentication: mutualTlsOf(input.MutualTlsAuthentication, undefined),
    RoutingMode: input.RoutingMode ?? "API_MAPPING_ONLY",
    Tags: checkTags(input.Tags, call.settings.quotas),
    Account: call.account,
    Region: call.region,
  });
  checkMutualTlsEndpoint(document);
  const key = keys.domainName(call.region, name);
  if ((await transaction.get(key)) !== undefined) throw domainNameFaults.exists();
  await claimHost(transaction, call, name);
  const count = await adjustCount(transaction, collections.domainNames(call), 1);
  if (count > call.settings.quotas.domainNamesPerRegion) throw serviceFaults.accountQuota("DomainNames");
  await transaction.put(key, document, { collection: collections.domainNames(call) });
  return document;
}

/** The configuration must be sent again whatever is to change: the real service refuses updates without it. */
async function update(
  input: Input<"UpdateDomainName">,
  call: Call,
  transaction: Transaction,
): Promise<DomainNameDocument> {
  const current = (await found.domainName(transaction, call, input.DomainName)).value;
  const document: DomainNameDocument = compact({
    ...current,
    DomainNameConfigurations: configurationsOf(
      input.DomainNameConfigurations,
      current.DomainNameConfigurations ?? [],
      call,
    ),
    MutualTlsAuthentication: mutualTlsOf(input.MutualTlsAuthentication, current.MutualTlsAuthentication),
    RoutingMode: input.RoutingMode ?? current.RoutingMode,
  });
  checkMutualTlsEndpoint(document);
  await transaction.put(keys.domainName(call.region, input.DomainName), document);
  return document;
}

function checkMutualTlsEndpoint(domain: DomainNameDocument): void {
  const { MutualTlsAuthentication: mutualTls, DomainNameConfigurations: configurations } = domain;
  if (mutualTls !== undefined && !isRegional(configurations)) throw domainNameFaults.truststoreEndpoint();
}

/** Strict mode: certificates and truststore must be there, and the certificates the caller's own. */
async function checkReferences(
  input: Pick<Input<"CreateDomainName">, "DomainNameConfigurations" | "MutualTlsAuthentication">,
  call: Call,
): Promise<void> {
  const { references } = call.settings;
  if (references === undefined) return;
  for (const arn of certificatesOf(input.DomainNameConfigurations)) {
    const account = parseArn(arn)?.account;
    if (account !== undefined && account !== call.account) throw domainNameFaults.certificateAccount();
    await references("certificate", arn);
  }
  const truststore = input.MutualTlsAuthentication?.TruststoreUri;
  if (truststore) await references("truststore", truststore);
}

/** Mappings and rules go with their domain name (unverified for mappings that are in use). */
async function deleteContents(transaction: Transaction, call: Call, name: string): Promise<void> {
  const mappings = await transaction.list<ApiMappingDocument>({
    collection: collections.apiMappings(call.region, name),
  });
  for (const { value: mapping } of mappings) {
    await transaction.delete(keys.apiUse(mapping.ApiId, name, mapping.ApiMappingId));
  }
  const contents = await transaction.list({ prefix: keys.domainNameContents(call.region, name) });
  for (const { key } of contents) await transaction.delete(key);
}
