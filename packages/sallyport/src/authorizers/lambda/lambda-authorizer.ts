import type { FunctionInvoker } from "../../functions/invoker.ts";
import { authorizerEventV1, authorizerEventV2 } from "../../model/events/authorizer-event.ts";
import { authorizerSourceArn, requestArn } from "../../model/execute-api-arn.ts";
import { MAX_REQUEST_ARN_BYTES } from "../../model/limits.ts";
import type { AuthorizationRequest, Authorizer, Decision } from "../authorizer.ts";
import type { Asked, AuthorizationCache } from "./authorization-cache.ts";
import { cacheKey } from "./authorization-cache.ts";
import { decide } from "./authorization-decision.ts";
import type { AuthorizerFailure } from "./authorizer-failure.ts";
import { failureDecision, invocationFailure, malformedFailure } from "./authorizer-failure.ts";
import type { AuthorizerMode } from "./authorizer-response.ts";
import { authorizerResponse } from "./authorizer-response.ts";
import type { Identity } from "./identity.ts";

/** A function may take so long (Developer Guide, Quotas for HTTP APIs). */
const TIMEOUT_MS = 10_000;

/** A REQUEST authorizer, bound to a stage's variables. */
export interface LambdaAuthorizerTarget {
  readonly authorizerId: string;
  readonly functionArn: string;
  readonly credentialsArn: string | undefined;
  readonly mode: AuthorizerMode;
  readonly identity: Identity;
  /** 0: nothing is cached. */
  readonly ttlMs: number;
  /** Of keys in the cache; see `cachePrefix`. */
  readonly cachePrefix: string;
}

export interface LambdaAuthorizerServices {
  readonly functions: FunctionInvoker;
  readonly cache: AuthorizationCache;
  /** Values for `X-Amzn-Trace-Id`. */
  readonly traceRoot: () => string;
}

/** Asks a function, or what it said before, whether a request may pass. */
export class LambdaAuthorizer implements Authorizer {
  readonly #target: LambdaAuthorizerTarget;
  readonly #services: LambdaAuthorizerServices;

  constructor(target: LambdaAuthorizerTarget, services: LambdaAuthorizerServices) {
    this.#target = target;
    this.#services = services;
  }

  authorize(request: AuthorizationRequest): Decision | Promise<Decision> {
    const { identity, ttlMs, cachePrefix } = this.#target;
    const arn = requestArn(request);
    if (Buffer.byteLength(arn) > MAX_REQUEST_ARN_BYTES) return tooLong(arn);
    const found = identity.read(request);
    if (found.kind === "missing") return unidentified(found.source);
    if (identity.isEmpty || ttlMs === 0) return this.#decision(request, arn, this.#invoke(request, arn, found.values));
    const key = cacheKey(cachePrefix, found.values);
    const known = this.#services.cache.find(key);
    if (known) return decide(known, request, arn, this.#target.authorizerId);
    const asked = this.#services.cache.ask(key, ttlMs, () => this.#invoke(request, arn, found.values));
    return this.#decision(request, arn, asked);
  }

  async #decision(
    request: AuthorizationRequest,
    arn: string,
    asking: Promise<Asked<AuthorizerFailure>>,
  ): Promise<Decision> {
    const asked = await asking;
    return asked.kind === "failure"
      ? failureDecision(asked.failure)
      : decide(asked.authorization, request, arn, this.#target.authorizerId);
  }

  async #invoke(
    request: AuthorizationRequest,
    arn: string,
    values: readonly string[],
  ): Promise<Asked<AuthorizerFailure>> {
    const { authorizerId, functionArn, credentialsArn, mode, identity } = this.#target;
    const { functions, traceRoot } = this.#services;
    const input = { request, arn, identity: identity.isEmpty ? undefined : values, traceRoot: traceRoot() };
    const outcome = await functions.invoke({
      functionArn,
      payload: JSON.stringify(mode === "1.0" ? authorizerEventV1(input) : authorizerEventV2(input)),
      timeoutMs: TIMEOUT_MS,
      credentialsArn,
      sourceArn: authorizerSourceArn(request, authorizerId),
    });
    if (outcome.kind !== "result") return { kind: "failure", failure: invocationFailure(functionArn, outcome) };
    const response = authorizerResponse(outcome.payload, mode);
    if (response.kind === "malformed") {
      return { kind: "failure", failure: malformedFailure(functionArn, response.rule) };
    }
    return { kind: "authorization", authorization: response, bytes: outcome.payload.byteLength };
  }
}

/** The function is not asked, and the answer has no `www-authenticate` (observed). */
function unidentified(source: string): Decision {
  const rule = `identity source ${source} has no value`;
  return { kind: "deny", status: 401, rule, remedy: "send every identity source of the authorizer" };
}

function tooLong(arn: string): Decision {
  const rule = `the request's ARN is ${Buffer.byteLength(arn)} bytes; the limit is ${MAX_REQUEST_ARN_BYTES}`;
  return { kind: "deny", status: 414, rule, remedy: "call a shorter path" };
}
