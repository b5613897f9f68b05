import { decodePercent } from "../percent-encoding.ts";
import { plainAddress } from "../wire/peer-address.ts";
import { queryParameters } from "../wire/query-parameters.ts";
import { headerValue } from "../raw-headers.ts";
import type { AuthorizerResult, RequestContext } from "../request-context.ts";
import { requestTime } from "./request-time.ts";
import type { EventInput } from "./event.ts";
import { eventMap, hasEntries } from "./event.ts";
import type { EventHeader } from "./event-headers.ts";
import { eventHeaders, headerText } from "./event-headers.ts";
import { domainPrefix, stagedPath } from "./event-path.ts";

/** An event of format 2.0. What has no value is undefined, hence not in the JSON: strict readers refuse null there. */
export function eventV2(input: EventInput): Record<string, unknown> {
  const { body } = input;
  return {
    version: "2.0",
    ...eventV2Request(input),
    ...(body && { body: body.text }),
    isBase64Encoded: body?.isBase64Encoded ?? false,
  };
}

/** What the events of integrations and of authorizers have in common. */
export function eventV2Request(input: EventInput): Record<string, unknown> {
  const { request, pathOverride } = input;
  const { routeKey, query, pathParameters, stageVariables } = request;
  const rawPath = decodePercent(pathOverride ?? stagedPath(request));
  const headers = eventHeaders(request, input);
  return {
    routeKey,
    rawPath,
    rawQueryString: query ?? "",
    cookies: cookiesOf(headers.get("cookie")),
    headers: joinedHeaders(headers),
    queryStringParameters: joinedParameters(query),
    requestContext: requestContextV2(request, rawPath),
    pathParameters: hasEntries(pathParameters) ? pathParameters : undefined,
    stageVariables: hasEntries(stageVariables) ? stageVariables : undefined,
  };
}

function cookiesOf(header: EventHeader | undefined): string[] | undefined {
  if (!header) return undefined;
  const pairs = header.values.flatMap((value) => value.split(";"));
  return pairs.map((pair) => pair.trim()).filter((pair) => pair !== "");
}

function joinedHeaders(headers: ReadonlyMap<string, EventHeader>): Record<string, string> {
  const result = eventMap<string>();
  for (const [name, { values }] of headers) {
    if (name !== "cookie") result[name] = values.length === 1 ? values[0]! : values.join(",");
  }
  return result;
}

function joinedParameters(query: string | undefined): Record<string, string> | undefined {
  const parameters = queryParameters(query);
  if (parameters.size === 0) return undefined;
  const result = eventMap<string>();
  for (const [name, values] of parameters) result[name] = values.join(",");
  return result;
}

function requestContextV2(request: RequestContext, path: string): Record<string, unknown> {
  const { accountId, apiId, domainName, requestId, routeKey, stageName, timeMs, method, clientCertificate } = request;
  return {
    accountId,
    apiId,
    authentication: clientCertificate && { clientCert: clientCertificate },
    authorizer: request.authorizer && authorizerV2(request.authorizer),
    domainName,
    domainPrefix: domainPrefix(domainName),
    http: {
      method,
      path,
      protocol: "HTTP/1.1",
      sourceIp: plainAddress(request.clientAddress),
      userAgent: headerText(headerValue(request.headers, "user-agent") ?? ""),
    },
    requestId,
    routeKey,
    stage: stageName,
    time: requestTime(timeMs),
    timeEpoch: timeMs,
  };
}

function authorizerV2(result: AuthorizerResult): Record<string, unknown> {
  switch (result.kind) {
    case "jwt":
      return { jwt: { claims: result.claims, scopes: result.scopes } };
    case "lambda":
      return { lambda: result.context };
    case "iam": {
      const { accessKey, accountId, callerId, principalOrgId, userArn, userId } = result;
      // Nobody signs with credentials of a Cognito identity pool here.
      return { iam: { accessKey, accountId, callerId, cognitoIdentity: null, principalOrgId, userArn, userId } };
    }
  }
}
