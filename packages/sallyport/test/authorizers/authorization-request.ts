import type { AuthorizationRequest } from "../../src/authorizers/authorizer.ts";

/** A request for authorizers that are asked without a gateway around them. */
export function authorizationRequest(changes: Partial<AuthorizationRequest> = {}): AuthorizationRequest {
  return {
    accountId: "111122223333",
    region: "us-east-1",
    apiId: "a1b2c3d4e5",
    stageName: "$default",
    requestId: "JCJJxhz4PHcEJgQ=",
    routeKey: "GET /pets",
    method: "GET",
    headers: [],
    path: "/pets",
    routePath: "/pets",
    query: undefined,
    pathParameters: {},
    stageVariables: {},
    domainName: "a1b2c3d4e5.execute-api.us-east-1.localhost",
    mappingKey: undefined,
    clientAddress: "127.0.0.1",
    localAddress: "127.0.0.1",
    secure: false,
    clientCertificate: undefined,
    timeMs: Date.now(),
    authorizer: undefined,
    target: "/pets",
    authority: "a1b2c3d4e5.execute-api.us-east-1.localhost",
    bufferBody: async () => undefined,
    ...changes,
  };
}
