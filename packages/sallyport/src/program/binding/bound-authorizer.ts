import type { Authorizer } from "../../authorizers/authorizer.ts";
import { IamAuthorizer } from "../../authorizers/iam/iam-authorizer.ts";
import { JwtAuthorizer } from "../../authorizers/jwt/jwt-authorizer.ts";
import { readJwtConfiguration } from "../../authorizers/jwt/jwt-configuration.ts";
import { bindLambdaAuthorizer } from "../../authorizers/lambda/bind.ts";
import type { AuthorizerDocument, RouteDocument } from "../../model/documents.ts";
import type { Texts } from "../../model/request-context.ts";
import { noFunctions } from "./bound-lambda.ts";
import type { RouteFault } from "./route-fault.ts";
import { unsupported } from "./route-fault.ts";
import type { GatewayServices } from "../services.ts";
import type { Snapshot } from "../snapshot.ts";

/** What a request must pass before its integration is called, or why nobody may pass. */
export type BoundAuthorizer =
  | { readonly kind: "open" }
  | { readonly kind: "authorizer"; readonly authorizer: Authorizer }
  | { readonly kind: "fault"; readonly fault: RouteFault };

/** The stage that a route is bound for. */
export interface AuthorizerStage {
  readonly stageName: string;
  readonly variables: Texts;
}

const REMEDY = "attach an authorizer that fits AuthorizationType";

/** The authorizer of a deployed route. Whatever is not understood keeps the route closed. */
export function bindAuthorizer(
  route: RouteDocument,
  snapshot: Snapshot,
  services: GatewayServices,
  stage: AuthorizerStage,
): BoundAuthorizer {
  const { AuthorizationType = "NONE" } = route;
  switch (AuthorizationType) {
    case "NONE":
      return { kind: "open" };
    case "AWS_IAM":
      return { kind: "authorizer", authorizer: new IamAuthorizer(services.principals) };
    case "JWT":
      return bindJwt(route, snapshot, services);
    case "CUSTOM":
      return bindCustom(route, snapshot, services, stage);
    default:
      return { kind: "fault", fault: unsupported("AuthorizationType", AuthorizationType) };
  }
}

function bindJwt(route: RouteDocument, snapshot: Snapshot, { issuers }: GatewayServices): BoundAuthorizer {
  const document = authorizerOf(route, snapshot, "JWT");
  if ("rule" in document) return { kind: "fault", fault: document };
  const configuration = readJwtConfiguration(document);
  if (configuration.kind === "fault") {
    const { field, rule } = configuration;
    return { kind: "fault", fault: { field, rule, remedy: "correct the authorizer" } };
  }
  const keys = issuers.of(configuration.issuer);
  const scopes = route.AuthorizationScopes ?? [];
  return { kind: "authorizer", authorizer: new JwtAuthorizer(configuration, keys, scopes) };
}

function bindCustom(
  route: RouteDocument,
  snapshot: Snapshot,
  services: GatewayServices,
  stage: AuthorizerStage,
): BoundAuthorizer {
  const document = authorizerOf(route, snapshot, "REQUEST");
  if ("rule" in document) return { kind: "fault", fault: document };
  const { functions, authorizations: cache, traceRoot } = services;
  if (!functions) return { kind: "fault", fault: noFunctions("AuthorizerUri") };
  const place = { apiId: snapshot.api.ApiId, ...stage };
  const bound = bindLambdaAuthorizer(document, place, { functions, cache, traceRoot });
  return "rule" in bound
    ? { kind: "fault", fault: { ...bound, remedy: "correct the authorizer or the stage's variables" } }
    : { kind: "authorizer", authorizer: bound };
}

/** The authorizer that the route names, of the type that its AuthorizationType needs; or what is wrong. */
function authorizerOf(
  { AuthorizerId: id = "" }: RouteDocument,
  snapshot: Snapshot,
  type: "JWT" | "REQUEST",
): AuthorizerDocument | RouteFault {
  const document = snapshot.authorizer(id);
  if (!document) return { field: "AuthorizerId", rule: `authorizer ${id || "none"} is not deployed`, remedy: REMEDY };
  if (document.AuthorizerType === type) return document;
  const rule = `authorizer ${id} is of type ${document.AuthorizerType ?? "none"}, not ${type}`;
  return { field: "AuthorizerId", rule, remedy: REMEDY };
}
