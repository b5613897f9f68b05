/** Events of Lambda authorizers. API Gateway Developer Guide, "Working with AWS Lambda authorizers for HTTP APIs". */
import { headerValue } from "../raw-headers.ts";
import type { RequestContext } from "../request-context.ts";
import type { EventInput } from "./event.ts";
import { eventV1Request } from "./event-v1.ts";
import { eventV2Request } from "./event-v2.ts";

/** What the event of an authorizer is made of. */
export interface AuthorizerEventInput {
  readonly request: RequestContext;
  /** ARN of the request: its real method and path. */
  readonly arn: string;
  /** Values of the identity sources, in the configured order; undefined when none are configured. */
  readonly identity: readonly string[] | undefined;
  /** A new value for a trace's root. */
  readonly traceRoot: string;
}

/** The event that a REQUEST authorizer of format 2.0 gets; its headers are in lower case (observed). */
export function authorizerEventV2(input: AuthorizerEventInput): Record<string, unknown> {
  return {
    version: "2.0",
    type: "REQUEST",
    routeArn: input.arn,
    // That it is null without identity sources is unverified.
    identitySource: input.identity ?? null,
    ...eventV2Request(eventInput(input)),
  };
}

/** The event that a REQUEST authorizer of format 1.0 gets. */
export function authorizerEventV1(input: AuthorizerEventInput): Record<string, unknown> {
  const identity = input.identity?.join(",") ?? null;
  return {
    version: "1.0",
    type: "REQUEST",
    methodArn: input.arn,
    identitySource: identity,
    authorizationToken: identity,
    ...eventV1Request(eventInput(input)),
  };
}

function eventInput({ request, traceRoot }: AuthorizerEventInput): EventInput {
  return { request, traceRoot, body: undefined, contentLength: declaredLength(request), pathOverride: undefined };
}

/** An authorizer is asked before the body is read: a length that the client did not tell is not known yet. */
function declaredLength({ headers }: RequestContext): number | undefined {
  const declared = headerValue(headers, "content-length");
  if (declared !== undefined) return Number(declared);
  return headerValue(headers, "transfer-encoding") === undefined ? 0 : undefined;
}
