import type { RequestContext } from "../../../src/model/request-context.ts";

/** When the request of EX-3.1 came in. */
export const TIME_MS = Date.UTC(2025, 3, 14, 22, 13, 56, 573);
export const HOST = "a1b2c3d4e5.execute-api.us-east-1.amazonaws.com";
export const TRACE_ROOT = "1-67fd88a4-127eb8e773d2bb6f7df47ab6";

/** `GET /` on the `$default` stage, over HTTPS, from 203.0.113.7. */
export function requestContext(members: Partial<RequestContext> = {}): RequestContext {
  return {
    accountId: "111122223333",
    region: "us-east-1",
    apiId: "a1b2c3d4e5",
    stageName: "$default",
    requestId: "JCJJxhz4PHcEJgQ=",
    routeKey: "$default",
    method: "GET",
    headers: ["Host", HOST],
    path: "/",
    routePath: "/",
    query: undefined,
    pathParameters: {},
    stageVariables: {},
    domainName: HOST,
    mappingKey: undefined,
    clientAddress: "203.0.113.7",
    localAddress: "192.0.2.10",
    secure: true,
    clientCertificate: undefined,
    timeMs: TIME_MS,
    authorizer: undefined,
    ...members,
  };
}
