/** Policies in short, and what they decide. */
import { evaluatePolicies } from "../../../src/protocol/iam/evaluate.ts";
import type { RequestContext } from "../../../src/protocol/iam/request-context.ts";
import type { PolicyDocument } from "../../../src/protocol/principal.ts";

export const API = "arn:aws:apigateway:eu-west-1::/apis/a1b2c3d4e5";

export const policy = (...statements: readonly object[]): PolicyDocument => ({
  Version: "2012-10-17",
  Statement: statements,
});
export const allow = (more: object = {}) => ({ Effect: "Allow", Action: "*", Resource: "*", ...more });
export const deny = (more: object = {}) => ({ Effect: "Deny", Action: "*", Resource: "*", ...more });

/** For example `explicit allow`. */
export function decide(
  policies: readonly PolicyDocument[],
  action = "apigateway:GET",
  resource = API,
  context: RequestContext = {},
): string {
  const { decision, explicit } = evaluatePolicies(policies, { action, resource, context });
  return `${explicit ? "explicit" : "implicit"} ${decision}`;
}
