import type { FinishedRequest, ResponseFacts } from "../../src/model/observation/response-facts.ts";

/** Facts of an answer as the pipeline gathers them; members given replace those of a plain 200. */
export function responseFacts(facts: Partial<ResponseFacts> = {}): ResponseFacts {
  return {
    status: 200,
    responseLength: 12,
    responseLatencyMs: 7.4,
    dataProcessed: 20,
    integrationLatencyMs: 5.6,
    integrationStatus: 200,
    serviceStatus: undefined,
    endpointRequestId: undefined,
    endpointRequestId2: undefined,
    integrationError: undefined,
    authorizerError: undefined,
    errorMessage: undefined,
    errorType: undefined,
    ...facts,
  };
}

/** A request whose answer is complete. */
export function finishedRequest(
  members: Partial<FinishedRequest> = {},
  facts: Partial<ResponseFacts> = {},
): FinishedRequest {
  return {
    accountId: "111122223333",
    region: "us-east-1",
    apiId: "a1b2c3d4e5",
    stageName: "dev",
    requestId: "JCJM3j95PHcEJHg=",
    routeKey: "GET /pets/{id}",
    method: "GET",
    headers: ["User-Agent", "test/1"],
    path: "/dev/pets/6",
    routePath: "/pets/6",
    query: undefined,
    pathParameters: { id: "6" },
    stageVariables: {},
    domainName: "a1b2c3d4e5.execute-api.us-east-1.localhost",
    mappingKey: undefined,
    clientAddress: "198.51.100.9",
    localAddress: "127.0.0.1",
    secure: false,
    clientCertificate: undefined,
    timeMs: Date.UTC(2023, 1, 15, 23, 8, 37, 12),
    authorizer: undefined,
    outcome: responseFacts(facts),
    ...members,
  };
}
