/** Every operation that the control plane serves. What is missing here is refused as not supported. */
import { apiOperations } from "./apis/apis.ts";
import { authorizerOperations } from "./apis/authorizers.ts";
import { deploymentOperations } from "./apis/deployments.ts";
import { integrationOperations } from "./apis/integrations.ts";
import { integrationResponseOperations } from "./apis/integration-responses.ts";
import { modelOperations } from "./apis/models.ts";
import { routeOperations } from "./apis/routes.ts";
import { routeResponseOperations } from "./apis/route-responses.ts";
import { stageOperations } from "./apis/stages.ts";
import { apiMappingOperations } from "./domains/api-mappings.ts";
import { domainNameOperations } from "./domains/domain-names.ts";
import { routingRuleOperations } from "./domains/routing-rules.ts";
import { vpcLinkOperations } from "./domains/vpc-links.ts";
import { openApiOperations } from "./openapi/operations.ts";
import type { OperationTable } from "./operation.ts";
import { tagOperations } from "./tags.ts";

export const operations: OperationTable = {
  ...apiOperations,
  ...authorizerOperations,
  ...deploymentOperations,
  ...integrationOperations,
  ...integrationResponseOperations,
  ...modelOperations,
  ...routeOperations,
  ...routeResponseOperations,
  ...stageOperations,
  ...apiMappingOperations,
  ...domainNameOperations,
  ...routingRuleOperations,
  ...vpcLinkOperations,
  ...openApiOperations,
  ...tagOperations,
};
