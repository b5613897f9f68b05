import { AwsError } from "../../model/errors.ts";
import { requestArn } from "../../model/execute-api-arn.ts";
import { MAX_REQUEST_ARN_BYTES } from "../../model/limits.ts";
import { headerValue } from "../../model/raw-headers.ts";
import type { AuthorizerResult } from "../../model/request-context.ts";
import { authorize } from "../../protocol/iam/authorize.ts";
import type { Principal, PrincipalStore } from "../../protocol/principal.ts";
import type { AwsRequest } from "../../protocol/service.ts";
import { UNSIGNED_PAYLOAD } from "../../protocol/sigv4/payload.ts";
import { signatureFieldsOf } from "../../protocol/sigv4/signature-fields.ts";
import { verifySignature } from "../../protocol/sigv4/verify.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { AuthorizationRequest, Authorizer, Decision } from "../authorizer.ts";
import { namesSignedHost, signedRequest } from "./signed-request.ts";

/** `$context.authorizer.error` of a request without a signature, or with one that cannot be read (observed). */
const NO_SIGNATURE = "The request for the IAM Authorizer doesn't match the format that API Gateway expects.";
/** What signs nothing that could be read. */
const UNREADABLE: ReadonlySet<string> = new Set([
  "MissingAuthenticationTokenException",
  "IncompleteSignatureException",
]);

/**
 * Lets requests through that are signed by somebody who may invoke the API (API Gateway Developer Guide, Control access
 * to HTTP APIs with IAM authorization). Whatever is wrong is a 403 without a word about it; 414 for an overlong ARN.
 */
export class IamAuthorizer implements Authorizer {
  readonly #principals: PrincipalStore | undefined;

  constructor(principals: PrincipalStore | undefined) {
    this.#principals = principals;
  }

  authorize(request: AuthorizationRequest): Decision | Promise<Decision> {
    const principals = this.#principals;
    if (!principals) {
      return forbidden("no credentials are configured, so nobody may sign", "start the gateway with --credentials");
    }
    const bytes = Buffer.byteLength(requestArn(request));
    if (bytes > MAX_REQUEST_ARN_BYTES) return arnTooLong(bytes);
    if (!namesSignedHost(request)) {
      return forbidden("the target names another host than Host, which is signed", "send a target without a host");
    }
    try {
      return decideByHead(request, signedRequest(request), principals);
    } catch (error) {
      return refusal(error);
    }
  }
}

/** Reads the body only for callers that are known: strangers make nobody keep ten megabytes. */
function decideByHead(
  request: AuthorizationRequest,
  signed: AwsRequest,
  principals: PrincipalStore,
): Decision | Promise<Decision> {
  const { credential, contentSha256: content } = signatureFieldsOf(signed);
  if (!principals.find(credential.accessKeyId)) {
    return forbidden(`access key ${shown(credential.accessKeyId)} is unknown`, "add it to the credentials");
  }
  if (content?.startsWith("STREAMING-")) {
    // The integration would get the chunks with their signatures in between.
    return forbidden(`a body signed as ${shown(content)} is not supported`, "sign the body whole");
  }
  return content === UNSIGNED_PAYLOAD ? decide(request, signed, principals) : decideByBody(request, signed, principals);
}

async function decideByBody(
  request: AuthorizationRequest,
  signed: AwsRequest,
  principals: PrincipalStore,
): Promise<Decision> {
  let body: Uint8Array | undefined;
  try {
    body = await request.bufferBody();
  } catch (cause) {
    if (cause instanceof BodyTooLargeError) throw cause;
    return { ...forbidden("the request's body broke off, and is signed", "send all of it"), cause };
  }
  return decide(request, body ? { ...signed, body } : signed, principals);
}

function decide(request: AuthorizationRequest, signed: AwsRequest, principals: PrincipalStore): Decision {
  const { region, accountId, timeMs } = request;
  try {
    const { principal } = verifySignature(signed, principals, { now: timeMs, service: "execute-api", region });
    // No resource policies, so no access from other accounts (Developer Guide; that it is a 403 is our choice).
    if (principal.account !== accountId) return foreign(principal, accountId);
    const caller = { principal, account: principal.account, region, sourceIp: signed.sourceIp };
    authorize(caller, "execute-api:Invoke", requestArn(request), { context: contextOf(request), now: timeMs });
    return { kind: "allow", result: resultOf(principal) };
  } catch (error) {
    return refusal(error);
  }
}

/** Facts of an HTTP request that conditions of policies ask for, besides those of every call. */
function contextOf({ headers, secure }: AuthorizationRequest): Readonly<Record<string, string>> {
  const agent = headerValue(headers, "user-agent");
  const referer = headerValue(headers, "referer");
  return {
    "aws:SecureTransport": String(secure),
    ...(agent === undefined ? {} : { "aws:UserAgent": agent }),
    ...(referer === undefined ? {} : { "aws:Referer": referer }),
  };
}

function resultOf({ accessKeyId, account, arn, userId }: Principal): AuthorizerResult {
  return {
    kind: "iam",
    accessKey: accessKeyId,
    accountId: account,
    callerId: userId,
    userArn: arn,
    userId,
    // Literally, for callers outside of an organization (observed); there are none here.
    principalOrgId: "aws:PrincipalOrgID",
  };
}

/** What the signature or the policies said, for the trace and the log: the client only gets a 403. */
function refusal(error: unknown): Decision {
  if (!(error instanceof AwsError)) throw error;
  const { message, code } = error;
  if (UNREADABLE.has(code)) return { ...forbidden(message, "sign the request for execute-api"), error: NO_SIGNATURE };
  const denied = code === "AccessDeniedException";
  return forbidden(message, denied ? "allow it in the caller's policies" : "sign with the caller's secret, as sent");
}

function foreign({ arn, account }: Principal, owner: string): Decision {
  const rule = `${arn} is of account ${account}, and the API of ${owner}`;
  return forbidden(rule, `assume a role of account ${owner}`);
}

function arnTooLong(bytes: number): Decision {
  const rule = `the request's ARN is ${bytes} bytes; the limit is ${MAX_REQUEST_ARN_BYTES}`;
  return { kind: "deny", status: 414, rule, remedy: "use a shorter path" };
}

type Denial = Extract<Decision, { kind: "deny" }>;

function forbidden(rule: string, remedy: string): Denial {
  return { kind: "deny", status: 403, error: rule, rule, remedy };
}

/** What a stranger sent, in a reason: bounded. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 128));
}
