/** Rules between the members of one authorizer. API Gateway V2 API Reference, "Authorizer"; texts as observed. */
import { parseHttpIdentitySource, parseWebSocketIdentitySource } from "../../../expressions/identity-source.ts";
import type { ApiDocument } from "../../../model/documents.ts";
import type { Authorizer } from "../../../model/generated/apigatewayv2.ts";
import { authorizerFaults, integrationFaults } from "../../faults.ts";
import type { Quotas } from "../../quotas.ts";
import { functionArnOf, isInvocationArn, isRoleArn } from "../integration/integration-uris.ts";

/** The members of an authorizer that clients give it. */
export type AuthorizerMembers = Omit<Authorizer, "AuthorizerId">;

/** What real clients ask for when they name no time, and what is read back (unverified). */
const DEFAULT_TTL_SECONDS = 300;
const MAXIMUM_TTL_SECONDS = 3600;

const HTTP_ONLY = [
  "AuthorizerPayloadFormatVersion",
  "AuthorizerResultTtlInSeconds",
  "EnableSimpleResponses",
  "JwtConfiguration",
] as const;

const REQUEST_ONLY = [
  "AuthorizerUri",
  "AuthorizerCredentialsArn",
  "AuthorizerPayloadFormatVersion",
  "AuthorizerResultTtlInSeconds",
  "EnableSimpleResponses",
  "IdentityValidationExpression",
] as const;

/** What is stored of the members. Throws for the first rule that they break. */
export function checkedAuthorizer(
  protocol: ApiDocument["ProtocolType"],
  members: AuthorizerMembers,
  quotas: Quotas,
): AuthorizerMembers {
  if (members.Name === "") throw authorizerFaults.name();
  if (protocol === "WEBSOCKET") return webSocketAuthorizer(members);
  return members.AuthorizerType === "JWT" ? jwtAuthorizer(members, quotas) : requestAuthorizer(members);
}

function webSocketAuthorizer(members: AuthorizerMembers): AuthorizerMembers {
  if (members.AuthorizerType !== "REQUEST") throw authorizerFaults.typeWebSocket();
  const refused = HTTP_ONLY.find((member) => members[member] !== undefined);
  if (refused) throw authorizerFaults.webSocketMember(refused);
  checkFunction(members, isInvocationArn);
  const invalid = members.IdentitySource?.find((source) => !parseWebSocketIdentitySource(source));
  if (invalid !== undefined) throw authorizerFaults.sourceWebSocket(invalid);
  return members;
}

function requestAuthorizer(members: AuthorizerMembers): AuthorizerMembers {
  const { AuthorizerPayloadFormatVersion: version } = members;
  if (members.JwtConfiguration) throw authorizerFaults.requestMember("JwtConfiguration");
  if (members.IdentityValidationExpression) throw authorizerFaults.requestMember("IdentityValidationExpression");
  if (!version) throw authorizerFaults.payloadRequired();
  if (version !== "1.0" && version !== "2.0") throw authorizerFaults.payloadUnknown(version);
  checkFunction(members, (uri) => functionArnOf(uri) !== undefined);
  if (members.EnableSimpleResponses && version !== "2.0") throw authorizerFaults.simple();
  // Several sources in one text come from old tools (unverified).
  const sources = members.IdentitySource?.flatMap((source) => source.split(/\s*,\s*/)) ?? [];
  const invalid = sources.find((source) => !parseHttpIdentitySource(source));
  if (invalid !== undefined) throw authorizerFaults.sourceHttp(invalid);
  const ttl = members.AuthorizerResultTtlInSeconds ?? (sources.length > 0 ? DEFAULT_TTL_SECONDS : 0);
  if (ttl < 0 || ttl > MAXIMUM_TTL_SECONDS) throw authorizerFaults.ttl();
  if (ttl > 0 && sources.length === 0) throw authorizerFaults.ttlSource();
  return { ...members, IdentitySource: sources, AuthorizerResultTtlInSeconds: ttl };
}

function checkFunction(
  { AuthorizerUri: uri, AuthorizerCredentialsArn: role }: AuthorizerMembers,
  isFunction: (uri: string) => boolean,
): void {
  if (uri === undefined) throw authorizerFaults.uri();
  if (!isFunction(uri)) throw authorizerFaults.uriArn();
  if (role !== undefined && !isRoleArn(role)) throw integrationFaults.role();
}

function jwtAuthorizer(members: AuthorizerMembers, quotas: Quotas): AuthorizerMembers {
  const { JwtConfiguration: jwt, IdentitySource: sources = [] } = members;
  const refused = REQUEST_ONLY.find((member) => members[member] !== undefined);
  if (refused) throw authorizerFaults.jwtMember(refused);
  if (!jwt) throw authorizerFaults.jwtRequired();
  if (!isIssuer(jwt.Issuer)) throw authorizerFaults.issuer();
  const audience = jwt.Audience ?? [];
  if (audience.length === 0) throw authorizerFaults.audience();
  if (audience.length > quotas.audiencesPerAuthorizer) {
    throw authorizerFaults.audienceCount(quotas.audiencesPerAuthorizer);
  }
  const [source] = sources.map(parseHttpIdentitySource);
  if (sources.length !== 1 || (source?.kind !== "header" && source?.kind !== "querystring")) {
    throw authorizerFaults.sourceJwt();
  }
  return members;
}

/** Plain `http` is let through: issuers of tests and of private networks have no certificate (our choice). */
function isIssuer(issuer: string | undefined): boolean {
  return issuer !== undefined && /^https?:\/\/[^\s?#]+$/i.test(issuer) && URL.canParse(issuer);
}
