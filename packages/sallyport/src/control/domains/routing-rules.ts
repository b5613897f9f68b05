import type { Transaction } from "../../ledger/ledger.ts";
import { partitionOf } from "../../model/arn.ts";
import type { DomainNameDocument, RoutingRuleDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { routingRuleFaults, unknown } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { adjustCount } from "../counts.ts";
import { actionOf, conditionsOf } from "./routing-rule-rules.ts";
import { stagedApi } from "./staged-api.ts";

export const routingRuleOperations = {
  CreateRoutingRule: write(create),
  PutRoutingRule: write(replace),
  GetRoutingRule: read(async (input, call, reader) => {
    checkDomainNameId(input);
    return (await found.routingRule(reader, call, input.DomainName, input.RoutingRuleId)).value;
  }),
  ListRoutingRules: read(async (input, call, reader) => {
    checkDomainNameId(input);
    const collection = collections.routingRules(call.region, input.DomainName);
    const { items, nextToken } = await page<RoutingRuleDocument>(reader, collection, input);
    return { RoutingRules: items.map((item) => item.value), NextToken: nextToken };
  }),
  DeleteRoutingRule: write(async (input, call, transaction) => {
    checkDomainNameId(input);
    const { DomainName: name, RoutingRuleId: id } = input;
    const { value: rule } = await found.routingRule(transaction, call, name, id);
    await transaction.delete(keys.routingRulePriority(call.region, name, rule.Priority));
    await transaction.delete(keys.routingRule(call.region, name, id));
    await adjustCount(transaction, collections.routingRules(call.region, name), -1);
    return {};
  }),
} satisfies OperationTable;

type RuleInput = Input<"CreateRoutingRule"> | Input<"PutRoutingRule">;

async function create(
  input: Input<"CreateRoutingRule">,
  call: Call,
  transaction: Transaction,
): Promise<RoutingRuleDocument> {
  const { value: domain } = await found.domainName(transaction, call, input.DomainName);
  const id = await freshId(transaction, "routingRule", (fresh) =>
    keys.routingRule(call.region, domain.DomainName, fresh),
  );
  const rule = await ruleOf(transaction, call, domain, id, input);
  const count = await adjustCount(transaction, collections.routingRules(call.region, domain.DomainName), 1);
  if (count > call.settings.quotas.routingRulesPerDomain) throw routingRuleFaults.quota();
  return store(transaction, call, domain, rule);
}

/** Replaces everything of a rule except its id. */
async function replace(
  input: Input<"PutRoutingRule">,
  call: Call,
  transaction: Transaction,
): Promise<RoutingRuleDocument> {
  const { value: domain } = await found.domainName(transaction, call, input.DomainName);
  const { value: current } = await found.routingRule(transaction, call, domain.DomainName, input.RoutingRuleId);
  await transaction.delete(keys.routingRulePriority(call.region, domain.DomainName, current.Priority));
  const rule = await ruleOf(transaction, call, domain, current.RoutingRuleId, input);
  return store(transaction, call, domain, rule);
}

/** The rule that the input describes, or what is wrong with it. */
async function ruleOf(
  transaction: Transaction,
  call: Call,
  domain: DomainNameDocument,
  id: string,
  input: RuleInput,
): Promise<RoutingRuleDocument> {
  checkDomainNameId(input);
  if (domain.RoutingMode === "API_MAPPING_ONLY") throw routingRuleFaults.mode();
  const action = actionOf(input.Actions);
  const conditions = conditionsOf(input.Conditions);
  const taken = await transaction.get(keys.routingRulePriority(call.region, domain.DomainName, input.Priority));
  if (taken !== undefined) throw routingRuleFaults.priorityTaken(input.Priority);
  await checkTarget(transaction, call, action.InvokeApi);
  return {
    Actions: [action],
    Conditions: conditions,
    Priority: input.Priority,
    RoutingRuleArn: arnOf(call, domain.DomainName, id),
    RoutingRuleId: id,
  };
}

/** The real service routes to REST APIs only, which are not served here: HTTP APIs are an extension. */
async function checkTarget(
  transaction: Transaction,
  call: Call,
  { ApiId, Stage }: { readonly ApiId: string; readonly Stage: string },
): Promise<void> {
  const { ProtocolType: protocol } = await stagedApi(transaction, call, ApiId, Stage);
  const allowed = protocol === "HTTP" && call.settings.extensions?.routingRulesToHttpApis === true;
  if (!allowed) throw routingRuleFaults.target(protocol);
}

async function store(
  transaction: Transaction,
  call: Call,
  domain: DomainNameDocument,
  rule: RoutingRuleDocument,
): Promise<RoutingRuleDocument> {
  const { RoutingRuleId: id, Priority: priority } = rule;
  await transaction.put(keys.routingRulePriority(call.region, domain.DomainName, priority), { RoutingRuleId: id });
  await transaction.put(keys.routingRule(call.region, domain.DomainName, id), rule);
  return rule;
}

/** Only private domain names have ids, and there are none here, so an id that is given names nothing (our choice). */
function checkDomainNameId(input: { readonly DomainNameId?: string }): void {
  if (input.DomainNameId) throw unknown.domainName();
}

/** Unlike other resources of the service, a routing rule's ARN has the account. */
function arnOf({ region, account }: Call, name: string, id: string): string {
  return `arn:${partitionOf(region)}:apigateway:${region}:${account}:/domainnames/${name}/routingrules/${id}`;
}
