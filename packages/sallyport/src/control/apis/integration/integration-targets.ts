/** Where an integration leads: its URI or subtype, by type and connection. */
import type { ApiDocument } from "../../../model/documents.ts";
import { integrationFaults } from "../../faults.ts";
import type { IntegrationMembers } from "./integration-members.ts";
import {
  functionArnOf,
  isCloudMapArn,
  isHttpUrl,
  isInvocationArn,
  isListenerArn,
  isServiceArn,
} from "./integration-uris.ts";

/** Whether the integration calls a Lambda function by its URI. */
export function isLambda({ IntegrationType: type, IntegrationUri: uri }: IntegrationMembers): boolean {
  return (type === "AWS" || type === "AWS_PROXY") && uri !== undefined && functionArnOf(uri) !== undefined;
}

/** Throws when the target does not go with the type and the connection. */
export function checkTarget(protocol: ApiDocument["ProtocolType"], members: IntegrationMembers): void {
  const { IntegrationType: type, IntegrationSubtype: subtype, IntegrationUri: uri, ConnectionType } = members;
  if (ConnectionType === "VPC_LINK") checkVpcLinkTarget(protocol, members);
  else if (type === "MOCK") return;
  else if (subtype !== undefined) {
    if (uri !== undefined) throw integrationFaults.subtypeUri();
  } else if (uri === undefined) throw integrationFaults.target();
  else if (type === "HTTP" || type === "HTTP_PROXY") {
    if (!isHttpUrl(uri)) throw integrationFaults.httpUri(uri);
  } else if (!isAwsUri(protocol, type, uri)) throw integrationFaults.arn();
}

/** HTTP APIs take a function's ARN bare or as invocation ARN, WebSocket APIs only the latter, or another service. */
function isAwsUri(protocol: ApiDocument["ProtocolType"], type: string | undefined, uri: string): boolean {
  if (protocol === "HTTP") return functionArnOf(uri) !== undefined;
  return isInvocationArn(uri) || (type === "AWS" && isServiceArn(uri) && !uri.includes(":lambda:path/"));
}

/**
 * HTTP APIs reach listeners and Cloud Map services through a link, WebSocket APIs URLs. API Gateway Developer Guide,
 * "Working with private integrations for HTTP APIs" and "Set up a WebSocket API integration request".
 */
function checkVpcLinkTarget(protocol: ApiDocument["ProtocolType"], members: IntegrationMembers): void {
  const { IntegrationType: type = "", IntegrationUri: uri, ConnectionId } = members;
  if (type !== "HTTP_PROXY" && type !== "HTTP") throw integrationFaults.vpcLinkType(type);
  if (ConnectionId === undefined) throw integrationFaults.vpcLinkRequired();
  if (uri === undefined) throw integrationFaults.target();
  if (protocol === "WEBSOCKET") {
    if (!isHttpUrl(uri)) throw integrationFaults.httpUri(uri);
  } else if (!isListenerArn(uri) && !isCloudMapArn(uri)) throw integrationFaults.vpcLinkUri();
}
