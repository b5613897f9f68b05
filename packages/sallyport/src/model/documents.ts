/**
 * What the ledger holds: the shapes of the service model plus what the model does not show. Members that clients must
 * not see are simply not in the model's outputs, so the protocol layer never sends them.
 */
import type {
  Api,
  ApiMapping,
  Authorizer,
  Deployment,
  DomainName,
  Integration,
  IntegrationResponse,
  Model,
  Route,
  RouteResponse,
  RoutingRule,
  Stage,
  VpcLink,
} from "./generated/apigatewayv2.ts";

/** `ApiEndpoint` is worked out when it is read: it depends on how the gateway was started. */
export type ApiDocument = Omit<Api, "ApiEndpoint"> & {
  readonly ApiId: string;
  readonly Account: string;
  readonly Region: string;
  /** Ids of what quick create made; present on APIs made by it. */
  readonly QuickCreate?: { readonly RouteId: string; readonly IntegrationId: string };
};
export type RouteDocument = Route & { readonly RouteId: string };
export type RouteResponseDocument = RouteResponse & { readonly RouteResponseId: string };
export type IntegrationDocument = Integration & { readonly IntegrationId: string };
export type IntegrationResponseDocument = IntegrationResponse & { readonly IntegrationResponseId: string };
export type AuthorizerDocument = Authorizer & { readonly AuthorizerId: string };
export type ModelDocument = Model & { readonly ModelId: string };
export type StageDocument = Stage;
export type DeploymentDocument = Deployment & {
  readonly DeploymentId: string;
  /** The API as of this revision of the ledger is what was deployed. */
  readonly Revision: number;
};
export type DomainNameDocument = DomainName & {
  readonly DomainName: string;
  readonly Account: string;
  readonly Region: string;
};
export type ApiMappingDocument = ApiMapping & { readonly ApiMappingId: string; readonly ApiMappingKey: string };
export type RoutingRuleDocument = RoutingRule & { readonly RoutingRuleId: string; readonly Priority: number };
export type VpcLinkDocument = Omit<VpcLink, "VpcLinkStatus" | "VpcLinkStatusMessage"> & {
  readonly Account: string;
  readonly Region: string;
  /** When it was made, in ms since the epoch: its status follows from it. */
  readonly CreatedMs: number;
  /** When its deletion was asked for. */
  readonly DeletedMs?: number;
};
/** `cloudwatchRoleArn` lets WebSocket stages write execution logs. */
export interface AccountSettingsDocument {
  readonly CloudwatchRoleArn?: string;
}
