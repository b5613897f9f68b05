/** What a call makes of the members of an integration. API Gateway V2 API Reference, "Integration". */
import type { Integration } from "../../../model/generated/apigatewayv2.ts";
import { integrationFaults } from "../../faults.ts";
import { mergeEntries, mergeTexts, patchText, patchValue } from "../../patch.ts";

/** The members of an integration that clients give it, and those that follow from them. */
export type IntegrationMembers = Omit<Integration, "IntegrationId" | "ApiGatewayManaged">;

type Texts = { readonly [key: string]: string };

/** The members of a new integration. */
export function createdMembers(input: IntegrationMembers): IntegrationMembers {
  return { ...membersOf({}, input), RequestParameters: createdParameters(input.RequestParameters) };
}

/** The members of an integration after a patch. */
export function updatedMembers(current: IntegrationMembers, input: IntegrationMembers): IntegrationMembers {
  return membersOf(withTargetOf(current, input), input);
}

/** What was there, changed by what was sent. */
function membersOf(current: IntegrationMembers, input: IntegrationMembers): IntegrationMembers {
  return {
    IntegrationType: patchValue(current.IntegrationType, input.IntegrationType),
    IntegrationSubtype: patchText(current.IntegrationSubtype, input.IntegrationSubtype),
    IntegrationUri: patchText(current.IntegrationUri, input.IntegrationUri),
    IntegrationMethod: patchText(current.IntegrationMethod, input.IntegrationMethod),
    ConnectionType: patchValue(current.ConnectionType, input.ConnectionType),
    ConnectionId: patchText(current.ConnectionId, input.ConnectionId),
    PayloadFormatVersion: patchText(current.PayloadFormatVersion, input.PayloadFormatVersion),
    TimeoutInMillis: patchValue(current.TimeoutInMillis, input.TimeoutInMillis),
    CredentialsArn: patchText(current.CredentialsArn, input.CredentialsArn),
    RequestParameters: mergeTexts(current.RequestParameters, input.RequestParameters),
    ResponseParameters: withoutEmpty(mergeEntries(current.ResponseParameters, input.ResponseParameters)),
    RequestTemplates: patchValue(current.RequestTemplates, input.RequestTemplates),
    TemplateSelectionExpression: patchText(current.TemplateSelectionExpression, input.TemplateSelectionExpression),
    PassthroughBehavior: patchValue(current.PassthroughBehavior, input.PassthroughBehavior),
    ContentHandlingStrategy: patchValue(current.ContentHandlingStrategy, input.ContentHandlingStrategy),
    TlsConfig: patchValue(current.TlsConfig, input.TlsConfig),
    Description: patchText(current.Description, input.Description),
  };
}

/**
 * A patch without a subtype is judged as if it were for a URI (observed): a service integration has none of its own, so
 * the patch must bring one. A patch with a subtype, in turn, replaces a URI.
 */
function withTargetOf(current: IntegrationMembers, input: IntegrationMembers): IntegrationMembers {
  if (input.IntegrationSubtype) return { ...current, IntegrationUri: undefined };
  if (current.IntegrationSubtype === undefined) return current;
  if (!input.IntegrationUri) throw integrationFaults.subtypeMissingInUpdate();
  return { ...current, IntegrationSubtype: undefined };
}

/** In a new integration `""` is nothing to clear, but it is the documented value of an entry that removes something. */
function createdParameters(sent: Texts | undefined): Texts | undefined {
  if (sent === undefined) return undefined;
  return Object.fromEntries(Object.entries(sent).filter(([key, value]) => value !== "" || key.startsWith("remove:")));
}

/** An entry `{}` empties its status; that the status is then left out is unverified. */
function withoutEmpty<T extends object>(entries: { readonly [key: string]: T } | undefined) {
  if (entries === undefined) return undefined;
  return Object.fromEntries(Object.entries(entries).filter(([, entry]) => Object.keys(entry).length > 0));
}
