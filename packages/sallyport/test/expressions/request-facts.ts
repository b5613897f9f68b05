import type { RequestContext } from "../../src/model/request-context.ts";

/** A request of an HTTP API, changed by what a test is about. */
export function requestContext(changes: Partial<RequestContext> = {}): RequestContext {
  return {
    accountId: "111122223333",
    region: "us-east-1",
    apiId: "a1b2c3d4e5",
    stageName: "dev",
    requestId: "JCJM3j95PHcEJHg=",
    routeKey: "GET /p/{id}",
    method: "GET",
    headers: ["User-Agent", "curl", "X-Two", "1", "x-two", "2"],
    path: "/dev/p/a%20b",
    routePath: "/p/a%20b",
    query: "t=a&t=b&plus=a+b",
    pathParameters: { id: "a b" },
    stageVariables: { env: "e1" },
    domainName: "a1b2c3d4e5.execute-api.us-east-1.localhost",
    mappingKey: undefined,
    clientAddress: "::ffff:203.0.113.7",
    localAddress: "127.0.0.1",
    secure: false,
    clientCertificate: undefined,
    timeMs: Date.UTC(2025, 3, 4, 2, 3, 6, 573),
    authorizer: undefined,
    ...changes,
  };
}
