/** What the result of an authorizer's function means. */
import { parsePolicy } from "../../protocol/iam/policy.ts";
import { PolicyError } from "../../protocol/iam/policy-error.ts";
import type { PolicyDocument } from "../../protocol/principal.ts";

/** `simple`: 2.0 with simple responses; `2.0` and `1.0` answer with IAM policies. */
export type AuthorizerMode = "simple" | "2.0" | "1.0";

export type Context = Readonly<Record<string, unknown>> | null;

/** What a function found out about somebody, independent of the request that it was asked for. */
export type Authorization =
  | { readonly kind: "simple"; readonly isAuthorized: boolean; readonly context: Context }
  | {
      readonly kind: "policy";
      readonly principalId: string;
      /** Well-formed. */
      readonly document: PolicyDocument;
      readonly context: Context;
    };

export type AuthorizerResponse = Authorization | { readonly kind: "malformed"; readonly rule: string };

type Members = Readonly<Record<string, unknown>>;

/** Reads a result; whatever is missing, of another type or not understood makes it malformed, never an admission. */
export function authorizerResponse(payload: Uint8Array, mode: AuthorizerMode): AuthorizerResponse {
  const result = parsed(payload);
  if (!isObject(result)) return malformed("the result is no JSON object");
  const context = result["context"] ?? null;
  if (context !== null && !isObject(context)) return malformed("context is no object");
  return mode === "simple"
    ? simple(result, context)
    : policy(result, mode === "1.0" ? withoutClaims(context) : context);
}

function malformed(rule: string): AuthorizerResponse {
  return { kind: "malformed", rule };
}

function simple({ isAuthorized }: Members, context: Context): AuthorizerResponse {
  if (typeof isAuthorized !== "boolean") return malformed("isAuthorized is neither true nor false");
  return { kind: "simple", isAuthorized, context };
}

/** That `principalId` must be there is unverified. */
function policy({ principalId, policyDocument }: Members, context: Context): AuthorizerResponse {
  if (typeof principalId !== "string") return malformed("principalId is no text");
  if (!isObject(policyDocument)) return malformed("policyDocument is no object");
  try {
    parsePolicy(policyDocument, "policyDocument");
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return malformed(error.message);
  }
  return { kind: "policy", principalId, document: policyDocument, context };
}

/** `claims` is no key of a context in format 1.0 (documented): left out, or it could pass for a token's (our choice). */
function withoutClaims(context: Context): Context {
  if (context === null || !Object.hasOwn(context, "claims")) return context;
  const { claims: _, ...rest } = context;
  return rest;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Undefined for what is no JSON. */
function parsed(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
