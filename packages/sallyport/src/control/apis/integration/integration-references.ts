/** What an integration refers to outside of its API. */
import type { Transaction } from "../../../ledger/ledger.ts";
import type { IntegrationDocument } from "../../../model/documents.ts";
import { keys } from "../../../model/keys.ts";
import { found } from "../../found.ts";
import type { Call } from "../../operation.ts";
import type { IntegrationMembers } from "./integration-members.ts";
import { functionArnOf, hasStageVariable, isCloudMapArn, isListenerArn, isRoleArn } from "./integration-uris.ts";

/**
 * Strict mode: throws when the function, role, listener or Cloud Map service that the members name can not be used.
 * What a stage variable completes can not be checked. Does nothing outside of strict mode.
 */
export async function checkIntegrationReferences(
  { IntegrationUri: uri, CredentialsArn: credentials }: Partial<IntegrationMembers>,
  call: Call,
): Promise<void> {
  const { references } = call.settings;
  if (!references) return;
  if (credentials && isRoleArn(credentials) && !hasStageVariable(credentials)) await references("role", credentials);
  if (!uri || hasStageVariable(uri)) return;
  const functionArn = functionArnOf(uri);
  if (functionArn !== undefined) await references("function", functionArn);
  else if (isListenerArn(uri)) await references("listener", uri);
  else if (isCloudMapArn(uri)) await references("Cloud Map service", uri.replace(/\?.*$/, ""));
}

/** Throws when the VPC link that the integration names is none of the caller's (unverified; can be switched off). */
export async function checkVpcLink(
  transaction: Transaction,
  call: Call,
  { ConnectionId: id }: IntegrationMembers,
): Promise<void> {
  if (id === undefined || hasStageVariable(id) || !call.settings.checkVpcLinks) return;
  await found.vpcLink(transaction, call, id);
}

/** Brings the use of a VPC link from what the integration was to what it is. Undefined: it was not, or is no more. */
export async function moveVpcLinkUse(
  transaction: Transaction,
  apiId: string,
  before: IntegrationDocument | undefined,
  after: IntegrationDocument | undefined,
): Promise<void> {
  if (before?.ConnectionId === after?.ConnectionId) return;
  if (before?.ConnectionId !== undefined) {
    await transaction.delete(keys.vpcLinkUse(before.ConnectionId, apiId, before.IntegrationId));
  }
  if (after?.ConnectionId !== undefined) {
    const { ConnectionId: link, IntegrationId } = after;
    await transaction.put(keys.vpcLinkUse(link, apiId, IntegrationId), { ApiId: apiId, IntegrationId });
  }
}
