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
import { domainPrefix, resourcePath } from "./event-path.ts";

/** An event of format 1.0. What has no value is null: its readers need the key. */
export function eventV1(input: EventInput): Record<string, unknown> {
  const { body } = input;
  return {
    version: "1.0",
    ...eventV1Request(input),
    body: body?.text ?? null,
    isBase64Encoded: body?.isBase64Encoded ?? false,
  };
}

/** What the events of integrations and of authorizers have in common. */
export function eventV1Request(input: EventInput): Record<string, unknown> {
  const { request, pathOverride } = input;
  const { routeKey, method, pathParameters, stageVariables } = request;
  const path = pathOverride ?? request.path;
  return {
    resource: resourcePath(routeKey),
    path,
    httpMethod: method,
    ...headerMaps(eventHeaders(request, input)),
    ...parameterMaps(request.query),
    requestContext: requestContextV1(request, path),
    pathParameters: hasEntries(pathParameters) ? pathParameters : null,
    stageVariables: hasEntries(stageVariables) ? stageVariables : null,
  };
}

/** Always written so, whatever the client wrote (observed, against the documentation). */
const CASED: ReadonlyMap<string, string> = new Map(
  [
    "Content-Length",
    "Content-Type",
    "Host",
    "User-Agent",
    "X-Amzn-Trace-Id",
    "X-Forwarded-For",
    "X-Forwarded-Port",
    "X-Forwarded-Proto",
  ].map((name) => [name.toLowerCase(), name]),
);

/** The last value of each header (our choice, the rule of REST APIs), and all of them. */
function headerMaps(found: ReadonlyMap<string, EventHeader>) {
  const headers = eventMap<string>();
  const multiValueHeaders = eventMap<readonly string[]>();
  for (const [lowerName, { name, values }] of found) {
    const shown = CASED.get(lowerName) ?? name;
    headers[shown] = values.at(-1)!;
    multiValueHeaders[shown] = values;
  }
  return { headers, multiValueHeaders };
}

function parameterMaps(query: string | undefined) {
  const parameters = queryParameters(query);
  if (parameters.size === 0) return { queryStringParameters: null, multiValueQueryStringParameters: null };
  const queryStringParameters = eventMap<string>();
  const multiValueQueryStringParameters = eventMap<readonly string[]>();
  for (const [name, values] of parameters) {
    queryStringParameters[name] = values.at(-1)!;
    multiValueQueryStringParameters[name] = values;
  }
  return { queryStringParameters, multiValueQueryStringParameters };
}

function requestContextV1(request: RequestContext, path: string): Record<string, unknown> {
  const { accountId, apiId, domainName, requestId, routeKey, stageName, timeMs, method } = request;
  return {
    accountId,
    apiId,
    authorizer: request.authorizer && authorizerV1(request.authorizer),
    domainName,
    domainPrefix: domainPrefix(domainName),
    extendedRequestId: requestId,
    httpMethod: method,
    identity: identityV1(request),
    path: decodePercent(path),
    protocol: "HTTP/1.1",
    requestId,
    requestTime: requestTime(timeMs),
    requestTimeEpoch: timeMs,
    // The key, though the documentation's sample shows null (observed).
    resourceId: routeKey,
    resourcePath: resourcePath(routeKey),
    stage: stageName,
  };
}

function identityV1({ headers, clientAddress, clientCertificate, authorizer }: RequestContext) {
  const iam = authorizer?.kind === "iam" ? authorizer : undefined;
  return {
    accessKey: iam?.accessKey ?? null,
    accountId: iam?.accountId ?? null,
    caller: iam?.callerId ?? null,
    cognitoAmr: null,
    cognitoAuthenticationProvider: null,
    cognitoAuthenticationType: null,
    cognitoIdentityId: null,
    cognitoIdentityPoolId: null,
    principalOrgId: iam?.principalOrgId ?? null,
    sourceIp: plainAddress(clientAddress),
    user: iam?.userId ?? null,
    userAgent: headerText(headerValue(headers, "user-agent") ?? ""),
    userArn: iam?.userArn ?? null,
    clientCert: clientCertificate,
  };
}

/** Who signed the request is told in `identity`. That the principal is merged in with the context is unverified. */
function authorizerV1(result: AuthorizerResult): Record<string, unknown> | undefined {
  switch (result.kind) {
    case "jwt":
      return { claims: result.claims, scopes: result.scopes };
    case "lambda": {
      const { context, principalId } = result;
      const merged = Object.assign(eventMap<unknown>(), context);
      if (principalId !== undefined) merged["principalId"] = principalId;
      return merged;
    }
    case "iam":
      return undefined;
  }
}
