import { bindFunction } from "../../functions/function-arn.ts";
import type { AuthorizerDocument } from "../../model/documents.ts";
import type { Texts } from "../../model/request-context.ts";
import { cachePrefix } from "./authorization-cache.ts";
import type { AuthorizerMode } from "./authorizer-response.ts";
import { Identity } from "./identity.ts";
import type { LambdaAuthorizerServices } from "./lambda-authorizer.ts";
import { LambdaAuthorizer } from "./lambda-authorizer.ts";

/** Where an authorizer is bound. */
export interface AuthorizerPlace {
  readonly apiId: string;
  readonly stageName: string;
  readonly variables: Texts;
}

/** What keeps an authorizer from being asked: a member and its rule. */
export interface AuthorizerFault {
  readonly field: string;
  readonly rule: string;
}

/** The authorizer of a document on a stage, or what is wrong with it. Nothing about it is skipped. */
export function bindLambdaAuthorizer(
  document: AuthorizerDocument,
  { apiId, stageName, variables }: AuthorizerPlace,
  services: LambdaAuthorizerServices,
): LambdaAuthorizer | AuthorizerFault {
  const { AuthorizerId: authorizerId, AuthorizerUri, AuthorizerCredentialsArn } = document;
  const mode = modeOf(document);
  if (typeof mode !== "string") return mode;
  const bound = bindFunction(AuthorizerUri, AuthorizerCredentialsArn, variables);
  if (bound.kind === "fault") {
    return { field: bound.member === "uri" ? "AuthorizerUri" : "AuthorizerCredentialsArn", rule: bound.rule };
  }
  let invalid = "";
  const sources = document.IdentitySource ?? [];
  const identity = Identity.of(sources, (text) => (invalid = text));
  if (!identity) return { field: "IdentitySource", rule: `${invalid} is no identity source` };
  const { arn: functionArn, credentialsArn } = bound;
  const ttlMs = (document.AuthorizerResultTtlInSeconds ?? 0) * 1000;
  const definition = [functionArn, credentialsArn, mode, sources, ttlMs];
  const prefix = cachePrefix({ apiId, stageName, authorizerId, definition });
  return new LambdaAuthorizer(
    { authorizerId, functionArn, credentialsArn, mode, identity, ttlMs, cachePrefix: prefix },
    services,
  );
}

function modeOf({
  AuthorizerPayloadFormatVersion: version,
  EnableSimpleResponses,
}: AuthorizerDocument): AuthorizerMode | AuthorizerFault {
  if (version !== "1.0" && version !== "2.0") {
    return { field: "AuthorizerPayloadFormatVersion", rule: `there is no payload format ${version}` };
  }
  if (EnableSimpleResponses !== true) return version;
  if (version === "2.0") return "simple";
  return { field: "EnableSimpleResponses", rule: "simple responses need payload format 2.0" };
}
