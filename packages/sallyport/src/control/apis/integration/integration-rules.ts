/** Rules between the members of one integration, and what is left out or filled in by the API's protocol. */
import { isRequestBodyVariable, isSelectionExpression } from "../../../expressions/selection-expression.ts";
import type { ApiDocument } from "../../../model/documents.ts";
import { integrationFaults } from "../../faults.ts";
import { nonEmpty } from "../../patch.ts";
import type { IntegrationMembers } from "./integration-members.ts";
import { checkTarget, isLambda } from "./integration-targets.ts";
import { isCredentialsArn } from "./integration-uris.ts";
import {
  checkMessageMappings,
  checkRequestMappings,
  checkResponseMappings,
  checkServiceParameters,
} from "./parameter-mappings.ts";

/** Shortest and longest timeout; the longest is the default. API Gateway Developer Guide, "Quotas". */
const MINIMUM_TIMEOUT_MS = 50;
const MAXIMUM_TIMEOUT_MS = { HTTP: 30_000, WEBSOCKET: 29_000 } as const;

const METHOD = /^[A-Z]+(?:-[A-Z]+)*$/;

/** What is stored of the members. Throws for the first rule that they break, other documents left aside. */
export function checkedIntegration(
  protocol: ApiDocument["ProtocolType"],
  members: IntegrationMembers,
): IntegrationMembers {
  return protocol === "HTTP" ? httpIntegration(members) : webSocketIntegration(members);
}

function httpIntegration(members: IntegrationMembers): IntegrationMembers {
  const { IntegrationType: type, IntegrationSubtype: subtype } = members;
  if (type !== "AWS_PROXY" && type !== "HTTP_PROXY") throw integrationFaults.httpProxyOnly();
  checkHttpPayload(members);
  if (type === "HTTP_PROXY" && !members.IntegrationMethod) throw integrationFaults.methodRequired(type);
  const shared = sharedMembers("HTTP", members);
  if (subtype === undefined) checkRequestMappings(members.RequestParameters);
  else {
    if (members.CredentialsArn === undefined) throw integrationFaults.subtypeRole(subtype);
    checkServiceParameters(subtype, members.RequestParameters);
  }
  checkResponseMappings(members.ResponseParameters);
  return {
    ...shared,
    IntegrationSubtype: subtype,
    PayloadFormatVersion: members.PayloadFormatVersion,
    ResponseParameters: nonEmpty(members.ResponseParameters),
  };
}

function checkHttpPayload({
  IntegrationType: type,
  IntegrationSubtype: subtype,
  PayloadFormatVersion: version,
}: IntegrationMembers): void {
  if (!version) throw integrationFaults.payloadRequired();
  if (subtype !== undefined && (type !== "AWS_PROXY" || version !== "1.0")) throw integrationFaults.subtype(subtype);
  if (version !== "1.0" && version !== "2.0") throw integrationFaults.payloadUnknown(version);
  if (type === "HTTP_PROXY" && version !== "1.0") throw integrationFaults.payloadHttpProxy(version);
}

function webSocketIntegration(members: IntegrationMembers): IntegrationMembers {
  const { IntegrationType: type, PayloadFormatVersion: version = "1.0" } = members;
  if (members.IntegrationSubtype !== undefined) throw integrationFaults.webSocketMember("IntegrationSubtype");
  if (nonEmpty(members.ResponseParameters)) throw integrationFaults.webSocketMember("ResponseParameters");
  if (version !== "1.0") throw integrationFaults.payloadUnknown(version);
  if (!members.IntegrationMethod && (type === "AWS" || type === "HTTP" || type === "HTTP_PROXY")) {
    throw integrationFaults.methodRequired(type);
  }
  const shared = sharedMembers("WEBSOCKET", members);
  checkMessageMappings(members.RequestParameters);
  const { TemplateSelectionExpression: expression } = members;
  if (expression !== undefined && !isSelectionExpression(expression, isRequestBodyVariable)) {
    throw integrationFaults.selectionExpression("templateSelectionExpression", expression);
  }
  return {
    ...shared,
    PayloadFormatVersion: version,
    RequestTemplates: nonEmpty(members.RequestTemplates),
    TemplateSelectionExpression: expression,
    PassthroughBehavior: members.PassthroughBehavior ?? "WHEN_NO_MATCH",
    ContentHandlingStrategy: members.ContentHandlingStrategy,
    IntegrationResponseSelectionExpression: responseSelectionExpression(members),
  };
}

/**
 * Members that both protocols keep. What only a VPC link gives a meaning is dropped without one: observed for
 * `tlsConfig`, our choice for `connectionId`, which Terraform leaves behind when the connection becomes INTERNET.
 */
function sharedMembers(protocol: ApiDocument["ProtocolType"], members: IntegrationMembers): IntegrationMembers {
  const { IntegrationMethod: method, CredentialsArn: credentials } = members;
  const maximum = MAXIMUM_TIMEOUT_MS[protocol];
  const timeout = members.TimeoutInMillis ?? maximum;
  if (timeout < MINIMUM_TIMEOUT_MS || timeout > maximum) throw integrationFaults.timeout(maximum);
  if (method !== undefined && !METHOD.test(method)) throw integrationFaults.method(method);
  if (credentials !== undefined && !isCredentialsArn(credentials)) throw integrationFaults.role();
  checkTarget(protocol, members);
  const linked = members.ConnectionType === "VPC_LINK";
  const serverName = linked ? members.TlsConfig?.ServerNameToVerify : undefined;
  return {
    IntegrationType: members.IntegrationType,
    IntegrationUri: members.IntegrationUri,
    IntegrationMethod: method ?? (isLambda(members) ? "POST" : undefined),
    ConnectionType: members.ConnectionType ?? "INTERNET",
    ConnectionId: linked ? members.ConnectionId : undefined,
    TlsConfig: serverName ? { ServerNameToVerify: serverName } : undefined,
    TimeoutInMillis: timeout,
    CredentialsArn: credentials,
    RequestParameters: nonEmpty(members.RequestParameters),
    Description: members.Description,
  };
}

/** Observed, for AWS services other than Lambda unverified. Proxy integrations have none. */
function responseSelectionExpression(members: IntegrationMembers): string | undefined {
  switch (members.IntegrationType) {
    case "AWS":
      return isLambda(members) ? "${integration.response.body.errorMessage}" : "${integration.response.statuscode}";
    case "HTTP":
    case "MOCK":
      return "${integration.response.statuscode}";
    default:
      return undefined;
  }
}
