/** Integrations. API Gateway V2 API Reference, "Integration". */
import type { Transaction } from "../../ledger/ledger.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { collections, keys } from "../../model/keys.ts";
import { integrationFaults } from "../faults.ts";
import { found } from "../found.ts";
import { freshId } from "../ids.ts";
import { type Call, type Input, type OperationTable, read, write } from "../operation.ts";
import { page } from "../paging.ts";
import { compact } from "../patch.ts";
import { createdMembers, type IntegrationMembers, updatedMembers } from "./integration/integration-members.ts";
import { checkIntegrationReferences, checkVpcLink, moveVpcLinkUse } from "./integration/integration-references.ts";
import { checkedIntegration } from "./integration/integration-rules.ts";
import { type ManagedOptions, requireUnmanaged } from "./managed.ts";
import { countGone, countNew } from "./resource-count.ts";
import { routesOfIntegration } from "./route/route-references.ts";

/** Makes an integration. Nothing is written when it throws. Strict mode's checks are `prepareIntegration`'s. */
export async function createIntegration(
  input: Input<"CreateIntegration">,
  call: Call,
  transaction: Transaction,
  options: ManagedOptions = {},
): Promise<IntegrationDocument> {
  const { ApiId: apiId } = input;
  const api = (await found.api(transaction, call, apiId)).value;
  const members = checkedIntegration(api.ProtocolType, createdMembers(input));
  await checkVpcLink(transaction, call, members);
  await countNew(transaction, apiId, "integrations", call.settings.quotas.integrationsPerApi);

  const id = await freshId(transaction, "integration", (candidate) => keys.integration(apiId, candidate));
  const integration: IntegrationDocument = compact({
    ...members,
    IntegrationId: id,
    ApiGatewayManaged: options.managed ? true : undefined,
  });
  await transaction.put(keys.integration(apiId, id), integration, { expected: 0 });
  await moveVpcLinkUse(transaction, apiId, undefined, integration);
  return integration;
}

/** Changes an integration. Nothing is written when it throws. */
export async function updateIntegration(
  input: Input<"UpdateIntegration">,
  call: Call,
  transaction: Transaction,
  options: ManagedOptions = {},
): Promise<IntegrationDocument> {
  const { ApiId: apiId, IntegrationId: id } = input;
  const api = (await found.api(transaction, call, apiId)).value;
  const current = (await found.integration(transaction, apiId, id)).value;
  const members = checkedIntegration(api.ProtocolType, updatedMembers(current, input));
  requireSameTarget(current, members, options);
  if (members.ConnectionId !== current.ConnectionId) await checkVpcLink(transaction, call, members);

  const integration: IntegrationDocument = compact({
    ...members,
    IntegrationId: id,
    ApiGatewayManaged: current.ApiGatewayManaged,
  });
  await transaction.put(keys.integration(apiId, id), integration);
  await moveVpcLinkUse(transaction, apiId, current, integration);
  return integration;
}

/** Removes an integration with its integration responses. */
export async function deleteIntegration(
  input: Input<"DeleteIntegration">,
  transaction: Transaction,
  options: ManagedOptions = {},
): Promise<void> {
  const { ApiId: apiId, IntegrationId: id } = input;
  const integration = (await found.integration(transaction, apiId, id)).value;
  requireUnmanaged(integration, options, "deleted");
  const routeIds = await routesOfIntegration(transaction, apiId, id);
  if (routeIds.length > 0) throw integrationFaults.inUse(routeIds);
  for (const child of await transaction.list({ prefix: `${keys.integration(apiId, id)}/` })) {
    await transaction.delete(child.key);
  }
  await moveVpcLinkUse(transaction, apiId, integration, undefined);
  await transaction.delete(keys.integration(apiId, id));
  await countGone(transaction, apiId, "integrations");
}

/** Quick create's integration is led elsewhere through UpdateApi only. */
function requireSameTarget(current: IntegrationDocument, next: IntegrationMembers, options: ManagedOptions): void {
  const moved = (["IntegrationType", "IntegrationSubtype", "IntegrationUri", "CredentialsArn"] as const).some(
    (member) => next[member] !== current[member],
  );
  if (moved) requireUnmanaged(current, options, "given another target");
}

/** Strict mode's checks of what a call names. To be called outside of the transaction. */
export function prepareIntegration(
  input: Partial<Pick<IntegrationMembers, "IntegrationUri" | "CredentialsArn">>,
  call: Call,
): Promise<void> {
  return checkIntegrationReferences(input, call);
}

export const integrationOperations = {
  CreateIntegration: write<"CreateIntegration">(
    (input, call, transaction) => createIntegration(input, call, transaction),
    {
      prepare: prepareIntegration,
    },
  ),
  GetIntegration: read<"GetIntegration">(async ({ ApiId, IntegrationId }, _, reader) => {
    return (await found.integration(reader, ApiId, IntegrationId)).value;
  }),
  GetIntegrations: read<"GetIntegrations">(async (input, _, reader) => {
    const { items, nextToken } = await page<IntegrationDocument>(reader, collections.integrations(input.ApiId), input);
    return { Items: items.map((item) => item.value), NextToken: nextToken };
  }),
  UpdateIntegration: write<"UpdateIntegration">(
    (input, call, transaction) => updateIntegration(input, call, transaction),
    {
      prepare: prepareIntegration,
    },
  ),
  DeleteIntegration: write<"DeleteIntegration">(async (input, _, transaction) => {
    await deleteIntegration(input, transaction);
    return {};
  }),
} satisfies OperationTable;
