/** Integrations as `x-amazon-apigateway-integration`. */
import type { IntegrationDocument, RouteDocument } from "../../../model/documents.ts";
import { nonEmpty } from "../../patch.ts";
import { INTEGRATIONS } from "../plan/integrations.ts";

/** Left out of exports, as observed: an import sets it. */
const DEFAULT_TIMEOUT_MS = 30_000;

export interface ExportedIntegrations {
  /** What an operation says of its integration: the object itself, or a reference to it. */
  readonly of: (route: RouteDocument) => object | undefined;
  /** Those that several routes share, and those that none uses. Empty: undefined. */
  readonly components: Readonly<Record<string, object>> | undefined;
}

/** Names of shared integrations follow the order of `routes`, so that the same API always exports the same text. */
export function exportedIntegrations(
  routes: readonly RouteDocument[],
  integrations: readonly IntegrationDocument[],
): ExportedIntegrations {
  const byTarget = new Map(
    integrations.map((integration) => [`integrations/${integration.IntegrationId}`, integration]),
  );
  const uses = new Map<string, number>();
  for (const { Target: target = "" } of routes) uses.set(target, (uses.get(target) ?? 0) + 1);
  const unused = [...byTarget.keys()].filter((target) => !uses.has(target));
  const shared = [...uses.keys(), ...unused].filter((target) => byTarget.has(target) && uses.get(target) !== 1);
  const names = new Map(shared.map((target, index) => [target, `integration${index + 1}`]));
  const components = shared.map((target) => [names.get(target), exportedIntegration(byTarget.get(target))]);
  return {
    of: ({ Target: target = "" }) => {
      const name = names.get(target);
      return name === undefined
        ? exportedIntegration(byTarget.get(target))
        : { $ref: `#/components/${INTEGRATIONS}/${name}` };
    },
    components: nonEmpty(Object.fromEntries(components) as Record<string, object>),
  };
}

function exportedIntegration(integration: IntegrationDocument | undefined): object | undefined {
  if (integration === undefined) return undefined;
  const { IntegrationType: type, TimeoutInMillis: timeout, TlsConfig: tls } = integration;
  return {
    description: integration.Description,
    credentials: integration.CredentialsArn,
    requestParameters: nonEmpty(integration.RequestParameters),
    responseParameters: nonEmpty(integration.ResponseParameters),
    payloadFormatVersion: integration.PayloadFormatVersion,
    type: type?.toLowerCase(),
    integrationSubtype: integration.IntegrationSubtype,
    httpMethod: integration.IntegrationMethod,
    uri: integration.IntegrationUri,
    connectionType: integration.ConnectionType,
    connectionId: integration.ConnectionId,
    timeoutInMillis: timeout === DEFAULT_TIMEOUT_MS ? undefined : timeout,
    tlsConfig: tls?.ServerNameToVerify === undefined ? undefined : { serverNameToVerify: tls.ServerNameToVerify },
  };
}
