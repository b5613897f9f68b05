import { bindServiceIntegration } from "../../integrations/aws/service-integration.ts";
import type { Integration } from "../../integrations/integration.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import type { Texts } from "../../model/request-context.ts";
import { type RouteFault, unsupported } from "./route-fault.ts";
import type { GatewayServices } from "../services.ts";

type BoundService =
  | { readonly kind: "ready"; readonly integration: Integration }
  | { readonly kind: "fault"; readonly fault: RouteFault };

/** The service integration of a document with a subtype. `region` is the API's. */
export function bindService(
  document: IntegrationDocument,
  variables: Texts,
  { aws }: GatewayServices,
  region: string,
): BoundService {
  const { IntegrationSubtype = "" } = document;
  if (!aws) return { kind: "fault", fault: unsupported("IntegrationSubtype", IntegrationSubtype) };
  const bound = bindServiceIntegration(document, variables, region, aws);
  if (!("rule" in bound)) return { kind: "ready", integration: bound };
  return { kind: "fault", fault: { ...bound, remedy: "correct the integration, and deploy" } };
}
