import type { Authorizer } from "../../authorizers/authorizer.ts";
import { bindHttpProxy } from "../../integrations/http/http-proxy.ts";
import type { Integration } from "../../integrations/integration.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { bindAuthorizer } from "./bound-authorizer.ts";
import { bindLambda } from "./bound-lambda.ts";
import { type BoundMapping, bindMapping } from "./bound-mapping.ts";
import { bindService } from "./bound-service.ts";
import type { RouteFault } from "./route-fault.ts";
import { unsupported } from "./route-fault.ts";
import type { GatewayServices } from "../services.ts";
import type { DeployedRoute, Snapshot } from "../snapshot.ts";

/** A route ready to run on one stage, or what keeps it from running: nothing is skipped that was asked for. */
export type BoundRoute =
  | {
      readonly kind: "ready";
      readonly integration: Integration;
      /** undefined: request and response pass as they are. */
      readonly mapping?: BoundMapping;
      /** undefined: the route is open. */
      readonly authorizer?: Authorizer;
    }
  | {
      readonly kind: "fault";
      readonly fault: RouteFault;
      /** Asked all the same: what is wrong behind it is nobody's business who may not call. */
      readonly authorizer?: Authorizer;
    };

type Variables = Readonly<Record<string, string>>;

const TARGET = /^integrations\/([^/]+)$/;

/** Binds a deployed route to its integration and to the variables of a stage. */
export function bindRoute(
  route: DeployedRoute,
  snapshot: Snapshot,
  variables: Variables,
  services: GatewayServices,
  stageName: string,
): BoundRoute {
  const authorizer = bindAuthorizer(route.document, snapshot, services, { stageName, variables });
  if (authorizer.kind === "fault") return { kind: "fault", fault: { ...authorizer.fault, step: "authorize" } };
  const bound = bindTarget(route, snapshot, variables, services);
  return authorizer.kind === "open" ? bound : { ...bound, authorizer: authorizer.authorizer };
}

function bindTarget(
  { document }: DeployedRoute,
  snapshot: Snapshot,
  variables: Variables,
  services: GatewayServices,
): BoundRoute {
  if (document.ApiKeyRequired) return { kind: "fault", fault: unsupported("ApiKeyRequired", "true") };
  const target = TARGET.exec(document.Target ?? "");
  if (!target) return faulty("Target", "the route has no integration", "attach an integration to the route");
  const integration = snapshot.integration(target[1]!);
  if (!integration) return faulty("Target", `${document.Target} is not deployed`, "attach an existing integration");
  return bindIntegration(integration, variables, services, snapshot.api.Region);
}

function faulty(field: string, rule: string, remedy: string): BoundRoute {
  return { kind: "fault", fault: { field, rule, remedy } };
}

function integrationFault(document: IntegrationDocument): RouteFault | undefined {
  const { IntegrationType = "none", ConnectionType = "INTERNET" } = document;
  if (IntegrationType === "AWS_PROXY") return undefined;
  if (IntegrationType !== "HTTP_PROXY") return unsupported("IntegrationType", IntegrationType);
  if (ConnectionType !== "INTERNET") return unsupported("ConnectionType", ConnectionType);
  return undefined;
}

function bindIntegration(
  document: IntegrationDocument,
  variables: Variables,
  services: GatewayServices,
  region: string,
): BoundRoute {
  const fault = integrationFault(document);
  if (fault) return { kind: "fault", fault };
  const mapping = bindMapping(document);
  if (mapping && "rule" in mapping) return { kind: "fault", fault: mapping };
  if (document.IntegrationType === "AWS_PROXY") {
    const bound =
      document.IntegrationSubtype === undefined
        ? bindLambda(document, variables, services)
        : bindService(document, variables, services, region);
    return bound.kind === "ready" ? { ...bound, mapping } : bound;
  }
  const integration = bindHttpProxy(document, variables, services);
  if ("rule" in integration) {
    return faulty("IntegrationUri", integration.rule, "correct the integration or the stage's variables");
  }
  return { kind: "ready", integration, mapping };
}
