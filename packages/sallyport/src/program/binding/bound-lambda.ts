import type { LambdaProxy } from "../../integrations/lambda/lambda-proxy.ts";
import { bindLambdaProxy } from "../../integrations/lambda/lambda-proxy.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import type { Texts } from "../../model/request-context.ts";
import type { RouteFault } from "./route-fault.ts";
import { unsupported } from "./route-fault.ts";
import type { GatewayServices } from "../services.ts";

/** The Lambda proxy integration of a deployed route, or what keeps it from being called. */
export function bindLambda(
  document: IntegrationDocument,
  variables: Texts,
  { functions, traceRoot }: GatewayServices,
):
  | { readonly kind: "ready"; readonly integration: LambdaProxy }
  | { readonly kind: "fault"; readonly fault: RouteFault } {
  const { ConnectionType = "INTERNET" } = document;
  if (ConnectionType !== "INTERNET") return { kind: "fault", fault: unsupported("ConnectionType", ConnectionType) };
  if (!functions) return { kind: "fault", fault: noFunctions("IntegrationUri") };
  const integration = bindLambdaProxy(document, variables, { functions, traceRoot });
  return "rule" in integration
    ? { kind: "fault", fault: { ...integration, remedy: "correct the integration or the stage's variables" } }
    : { kind: "ready", integration };
}

/** There is nothing that could call a function. */
export function noFunctions(field: string): RouteFault {
  const rule = "there are no functions here, and no remote Lambda is configured";
  return { field, rule, remedy: "start with --lambda-endpoint URL" };
}
