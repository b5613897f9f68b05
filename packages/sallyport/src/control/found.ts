/** Fetches the document that a call names, or fails with the real service's 404. */
import { MAX_KEY_BYTES } from "../ledger/keyspace.ts";
import type { Document, Reader } from "../ledger/ledger.ts";
import type {
  ApiDocument,
  ApiMappingDocument,
  AuthorizerDocument,
  DeploymentDocument,
  DomainNameDocument,
  IntegrationDocument,
  IntegrationResponseDocument,
  ModelDocument,
  RouteDocument,
  RouteResponseDocument,
  RoutingRuleDocument,
  StageDocument,
  VpcLinkDocument,
} from "../model/documents.ts";
import type { AwsError } from "../model/errors.ts";
import { keys } from "../model/keys.ts";
import { unknown } from "./faults.ts";
import type { Call } from "./operation.ts";

/** Whether the ledger can hold a document under that key. */
export function isStorableKey(key: string): boolean {
  return key.isWellFormed() && !key.includes("\0") && Buffer.byteLength(key) <= MAX_KEY_BYTES;
}

/** The document; none where a caller's text makes a key that the ledger can not hold, for example one with U+0000. */
export async function lookUp<T>(reader: Reader, key: string): Promise<Document<T> | undefined> {
  return isStorableKey(key) ? reader.get<T>(key) : undefined;
}

async function must<T>(reader: Reader, key: string, fault: () => AwsError): Promise<Document<T>> {
  const document = await lookUp<T>(reader, key);
  if (document === undefined) throw fault();
  return document;
}

export const found = {
  /** An API of the caller's account and region; others' are as unknown as none. */
  async api(reader: Reader, call: Call, apiId: string): Promise<Document<ApiDocument>> {
    const document = await lookUp<ApiDocument>(reader, keys.api(apiId));
    if (document === undefined || document.value.Account !== call.account || document.value.Region !== call.region) {
      throw unknown.api(call.account, apiId);
    }
    return document;
  },
  route: (reader: Reader, apiId: string, id: string) =>
    must<RouteDocument>(reader, keys.route(apiId, id), () => unknown.route(id)),
  routeResponse: (reader: Reader, apiId: string, routeId: string, id: string) =>
    must<RouteResponseDocument>(reader, keys.routeResponse(apiId, routeId, id), () => unknown.routeResponse(id)),
  integration: (reader: Reader, apiId: string, id: string) =>
    must<IntegrationDocument>(reader, keys.integration(apiId, id), () => unknown.integration(id)),
  integrationResponse: (reader: Reader, apiId: string, integrationId: string, id: string) =>
    must<IntegrationResponseDocument>(reader, keys.integrationResponse(apiId, integrationId, id), () =>
      unknown.integrationResponse(id),
    ),
  authorizer: (reader: Reader, apiId: string, id: string) =>
    must<AuthorizerDocument>(reader, keys.authorizer(apiId, id), () => unknown.authorizer(id)),
  model: (reader: Reader, apiId: string, id: string) =>
    must<ModelDocument>(reader, keys.model(apiId, id), () => unknown.model(id)),
  stage: (reader: Reader, apiId: string, name: string) =>
    must<StageDocument>(reader, keys.stage(apiId, name), () => unknown.stage()),
  deployment: (reader: Reader, apiId: string, id: string) =>
    must<DeploymentDocument>(reader, keys.deployment(apiId, id), () => unknown.deployment()),
  /** A domain name of the caller's account and region. */
  async domainName(reader: Reader, call: Call, name: string): Promise<Document<DomainNameDocument>> {
    const document = await lookUp<DomainNameDocument>(reader, keys.domainName(call.region, name));
    if (document === undefined || document.value.Account !== call.account) throw unknown.domainName();
    return document;
  },
  apiMapping: (reader: Reader, call: Call, name: string, id: string) =>
    must<ApiMappingDocument>(reader, keys.apiMapping(call.region, name, id), () => unknown.apiMapping(id)),
  routingRule: (reader: Reader, call: Call, name: string, id: string) =>
    must<RoutingRuleDocument>(reader, keys.routingRule(call.region, name, id), () => unknown.routingRule(id)),
  /** A VPC link of the caller's account and region that has not gone. */
  async vpcLink(reader: Reader, call: Call, id: string): Promise<Document<VpcLinkDocument>> {
    const document = await lookUp<VpcLinkDocument>(reader, keys.vpcLink(id));
    const link = document?.value;
    if (!document || !link || link.Account !== call.account || link.Region !== call.region) throw unknown.vpcLink(id);
    if (link.DeletedMs !== undefined && call.now >= link.DeletedMs + call.settings.vpcLinkDelayMs) {
      throw unknown.vpcLink(id);
    }
    return document;
  },
};

/** The ids that stand in a call's URI. */
export interface UriIds {
  readonly ApiId?: string;
  readonly RouteId?: string;
  readonly RouteResponseId?: string;
  readonly IntegrationId?: string;
  readonly IntegrationResponseId?: string;
  readonly AuthorizerId?: string;
  readonly ModelId?: string;
  readonly StageName?: string;
  readonly DeploymentId?: string;
  readonly DomainName?: string;
  readonly ApiMappingId?: string;
  readonly RoutingRuleId?: string;
  readonly VpcLinkId?: string;
}

/**
 * Everything that a call's URI names must exist, outermost first, before its other members are looked at: the order of
 * checks that published reports of the real service show.
 */
export async function requireNamed(reader: Reader, call: Call, ids: UriIds): Promise<void> {
  if (ids.ApiId !== undefined) await requireInApi(reader, call, ids.ApiId, ids);
  if (ids.DomainName !== undefined) {
    await found.domainName(reader, call, ids.DomainName);
    if (ids.ApiMappingId !== undefined) await found.apiMapping(reader, call, ids.DomainName, ids.ApiMappingId);
    if (ids.RoutingRuleId !== undefined && call.operation !== "PutRoutingRule") {
      await found.routingRule(reader, call, ids.DomainName, ids.RoutingRuleId);
    }
  }
  if (ids.VpcLinkId !== undefined) await found.vpcLink(reader, call, ids.VpcLinkId);
}

async function requireInApi(reader: Reader, call: Call, apiId: string, ids: UriIds): Promise<void> {
  await found.api(reader, call, apiId);
  if (ids.RouteId !== undefined) {
    await found.route(reader, apiId, ids.RouteId);
    if (ids.RouteResponseId !== undefined) await found.routeResponse(reader, apiId, ids.RouteId, ids.RouteResponseId);
  }
  if (ids.IntegrationId !== undefined) {
    await found.integration(reader, apiId, ids.IntegrationId);
    if (ids.IntegrationResponseId !== undefined) {
      await found.integrationResponse(reader, apiId, ids.IntegrationId, ids.IntegrationResponseId);
    }
  }
  if (ids.AuthorizerId !== undefined) await found.authorizer(reader, apiId, ids.AuthorizerId);
  if (ids.ModelId !== undefined) await found.model(reader, apiId, ids.ModelId);
  if (ids.StageName !== undefined) await found.stage(reader, apiId, ids.StageName);
  if (ids.DeploymentId !== undefined) await found.deployment(reader, apiId, ids.DeploymentId);
}
