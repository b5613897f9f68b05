/** APIs with what the families of this folder need, and scenarios that fail. */
import assert from "node:assert/strict";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { authorizerOperations } from "../../../src/control/apis/authorizers.ts";
import { integrationResponseOperations } from "../../../src/control/apis/integration-responses.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { modelOperations } from "../../../src/control/apis/models.ts";
import { routeResponseOperations } from "../../../src/control/apis/route-responses.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { vpcLinkOperations } from "../../../src/control/domains/vpc-links.ts";
import type { ControlSettings, Input, OperationName, OperationTable } from "../../../src/control/operation.ts";
import { type Harness, openHarness } from "../harness.ts";

export const operations = {
  ...apiOperations,
  ...authorizerOperations,
  ...integrationOperations,
  ...integrationResponseOperations,
  ...modelOperations,
  ...routeOperations,
  ...routeResponseOperations,
  ...vpcLinkOperations,
} satisfies OperationTable;

export type Protocol = "HTTP" | "WEBSOCKET";

export const FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:f";
export const INVOCATION = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
export const ROLE = "arn:aws:iam::111122223333:role/gateway";

export const openApis = (settings: Partial<ControlSettings> = {}): Promise<Harness> =>
  openHarness(operations, settings);

/** A new API's id. */
export async function createApi(
  harness: Harness,
  protocol: Protocol,
  input: Partial<Input<"CreateApi">> = {},
): Promise<string> {
  const { ApiId = "" } = await harness.call("CreateApi", {
    Name: "api",
    ProtocolType: protocol,
    ...(protocol === "WEBSOCKET" ? { RouteSelectionExpression: "$request.body.action" } : {}),
    ...input,
  });
  return ApiId;
}

/** An integration that is right for the protocol. */
export async function createIntegration(harness: Harness, apiId: string, protocol: Protocol): Promise<string> {
  const { IntegrationId = "" } = await harness.call("CreateIntegration", {
    ApiId: apiId,
    ...(protocol === "HTTP"
      ? {
          IntegrationType: "HTTP_PROXY",
          IntegrationMethod: "GET",
          IntegrationUri: "https://example.com",
          PayloadFormatVersion: "1.0",
        }
      : { IntegrationType: "MOCK" }),
  });
  return IntegrationId;
}

/** Expects the call to fail like this. */
export async function assertFails(
  harness: Harness,
  name: OperationName,
  input: object,
  status: number,
  message: string | RegExp,
): Promise<void> {
  const failure = await harness.fail(name, input);
  const codes: Readonly<Record<number, string>> = {
    400: "BadRequestException",
    404: "NotFoundException",
    409: "ConflictException",
    429: "TooManyRequestsException",
  };
  if (typeof message === "string") {
    assert.deepEqual(failure, { code: codes[status], status, message });
    return;
  }
  assert.deepEqual({ code: failure.code, status: failure.status }, { code: codes[status], status });
  assert.match(failure.message, message);
}
