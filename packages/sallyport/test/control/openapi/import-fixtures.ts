/** From the text of a document to its plan, without a ledger. */
import assert from "node:assert/strict";
import { parseDocument } from "../../../src/control/openapi/document.ts";
import { basePathMode } from "../../../src/control/openapi/plan/base-path.ts";
import { planOf } from "../../../src/control/openapi/plan/plan.ts";
import type { ImportPlan } from "../../../src/control/openapi/plan/planned.ts";
import { AwsError } from "../../../src/model/errors.ts";

const OWNER = { account: "111122223333", region: "eu-west-1" };
export const LAMBDA = "arn:aws:lambda:eu-west-1:111122223333:function:f";
export const HTTP = { type: "http_proxy", httpMethod: "GET", uri: "https://example.com", payloadFormatVersion: "1.0" };
export const INTEGRATION = "x-amazon-apigateway-integration";
export const AUTHORIZER = "x-amazon-apigateway-authorizer";

/** `document`: a text, or what to add to an empty document. */
export async function plan(document: object | string, mode?: string): Promise<ImportPlan> {
  const text =
    typeof document === "string"
      ? document
      : JSON.stringify({ openapi: "3.0.1", info: { title: "pets" }, paths: {}, ...document });
  return planOf(await parseDocument(text, OWNER), basePathMode(mode));
}

/** Expects a 400. */
export async function refusal(document: object | string, mode?: string): Promise<AwsError> {
  const outcome = await plan(document, mode).then(
    () => assert.fail("the document was accepted"),
    (error: unknown) => error,
  );
  if (!(outcome instanceof AwsError)) throw outcome;
  assert.equal(outcome.code, "BadRequestException");
  return outcome;
}

export const get = (operation: object, path = "/x") => ({ paths: { [path]: { get: operation } } });
export const keysOf = (planned: ImportPlan) => planned.routes.map((route) => route.input.RouteKey);
