import type { Authorizer } from "../authorizers/authorizer.ts";
import { bindHttpProxy } from "../integrations/http/http-proxy.ts";
import type { Integration } from "../integrations/integration.ts";
import type { IntegrationDocument } from "../model/documents.ts";
import type { GatewayServices } from "./services.ts";
import type { DeployedRoute, Snapshot } from "./snapshot.ts";

/** Why every request to a route fails. */
export interface RouteFault {
  /** Member of the route or integration that is the cause. */
  readonly field: string;
  readonly rule: string;
  readonly remedy: string;
}

/** A route ready to run on one stage, or what keeps it from running: nothing is skipped that was asked for. */
export type BoundRoute =
  | {
      readonly kind: "ready";
      readonly integration: Integration;
      /** undefined: the route is open. */
      readonly authorizer?: Authorizer;
    }
  | { readonly kind: "fault"; readonly fault: RouteFault };

type Variables = Readonly<Record<string, string>>;

const TARGET = /^integrations\/([^/]+)$/;

/** Binds a deployed route to its integration and to the variables of a stage. */
export function bindRoute(
  route: DeployedRoute,
  snapshot: Snapshot,
  variables: Variables,
  services: GatewayServices,
): BoundRoute {
  const { document } = route;
  const fault = routeFault(document);
  if (fault) return { kind: "fault", fault };
  const target = TARGET.exec(document.Target ?? "");
  if (!target) return faulty("Target", "the route has no integration", "attach an integration to the route");
  const integration = snapshot.integration(target[1]!);
  if (!integration) return faulty("Target", `${document.Target} is not deployed`, "attach an existing integration");
  return bindIntegration(integration, variables, services);
}

function faulty(field: string, rule: string, remedy: string): BoundRoute {
  return { kind: "fault", fault: { field, rule, remedy } };
}

function unsupported(field: string, value: string): RouteFault {
  return { field, rule: `${value} is not supported by this version`, remedy: "remove it, or use a later version" };
}

function routeFault({ AuthorizationType = "NONE", ApiKeyRequired }: DeployedRoute["document"]): RouteFault | undefined {
  if (AuthorizationType !== "NONE") return unsupported("AuthorizationType", AuthorizationType);
  return ApiKeyRequired ? unsupported("ApiKeyRequired", "true") : undefined;
}

function integrationFault(document: IntegrationDocument): RouteFault | undefined {
  const { IntegrationType = "none", ConnectionType = "INTERNET" } = document;
  if (IntegrationType !== "HTTP_PROXY") return unsupported("IntegrationType", IntegrationType);
  if (ConnectionType !== "INTERNET") return unsupported("ConnectionType", ConnectionType);
  for (const field of ["RequestParameters", "ResponseParameters"] as const) {
    const names = Object.keys(document[field] ?? {});
    if (names.length > 0) return unsupported(field, names.join(", "));
  }
  return undefined;
}

function bindIntegration(document: IntegrationDocument, variables: Variables, services: GatewayServices): BoundRoute {
  const fault = integrationFault(document);
  if (fault) return { kind: "fault", fault };
  const integration = bindHttpProxy(document, variables, services);
  if ("rule" in integration) {
    return faulty("IntegrationUri", integration.rule, "correct the integration or the stage's variables");
  }
  return { kind: "ready", integration };
}
