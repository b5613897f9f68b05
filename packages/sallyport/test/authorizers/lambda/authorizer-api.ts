import type { TestContext } from "node:test";
import type { FunctionInvoker } from "../../../src/functions/invoker.ts";
import { type FunctionHandler, LocalFunctions } from "../../../src/functions/local-functions.ts";
import { FUNCTION_ARN, lambdaProxy, recording } from "../../integrations/lambda/lambda-api.ts";
import { openGateway } from "../../http/gateway-harness.ts";

export const AUTHORIZER_ARN = "arn:aws:lambda:us-east-1:111122223333:function:auth";
export const AUTHORIZER_ID = "auth1";

/** What a policy is asked about: `${ARN}/GET/pets`. */
export const API_ARN = "arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/$default";

export const requestAuthorizer = (members: object = {}): object => ({
  AuthorizerType: "REQUEST",
  AuthorizerUri: AUTHORIZER_ARN,
  AuthorizerPayloadFormatVersion: "2.0",
  EnableSimpleResponses: true,
  IdentitySource: ["$request.header.Authorization"],
  AuthorizerResultTtlInSeconds: 0,
  ...members,
});

export const customRoute = (target = "fn"): object => ({
  Target: `integrations/${target}`,
  AuthorizationType: "CUSTOM",
  AuthorizerId: AUTHORIZER_ID,
});

export const TOKEN = { headers: { Authorization: "token" } };

/** Statements of a policy as the answer of an authorizer. */
export const policyAnswer = (...statements: readonly object[]): object => ({
  principalId: "me",
  policyDocument: { Version: "2012-10-17", Statement: statements },
});

export const allow = (...paths: readonly string[]): object => ({
  Effect: "Allow",
  Action: "execute-api:Invoke",
  Resource: paths.map((path) => `${API_ARN}/${path}`),
});

/** The authorizer's function, or an invoker that stands for it. */
export type Authorize = FunctionHandler | FunctionInvoker;

/** A gateway with routes for everything behind one authorizer; the function behind them answers with its event. */
export async function openAuthorizer(context: TestContext, authorize: Authorize, members: object = {}) {
  const local = new LocalFunctions().set("fn", (event) => ({ statusCode: 200, body: JSON.stringify(event) }));
  if (typeof authorize === "function") local.set("auth", authorize);
  const asked = recording(typeof authorize === "function" ? local : authorize);
  const functions: FunctionInvoker = {
    invoke: (invocation) => (invocation.functionArn.startsWith(FUNCTION_ARN) ? local : asked).invoke(invocation),
  };
  const harness = await openGateway(
    context,
    {
      routes: { $default: customRoute(), "GET /v1": customRoute("v1") },
      integrations: { fn: lambdaProxy(), v1: lambdaProxy({ PayloadFormatVersion: "1.0" }) },
      authorizers: { [AUTHORIZER_ID]: requestAuthorizer(members) },
    },
    { functions },
  );
  return { ...harness, asked: asked.invocations };
}
