import type { SigningCredentials } from "../../protocol/sigv4/sign.ts";
import { NoWholeResponseError, requestWhole } from "../../upstream/whole-response.ts";
import type { AwsClient, AwsCall } from "./aws-client.ts";

/** No credentials to be had: `$context.integrationErrorMessage` is the permission text, this is the private reason. */
export class NoCredentialsError extends Error {
  override readonly name = "NoCredentialsError";
  readonly remedy: string;

  constructor(message: string, remedy: string, cause?: Error) {
    super(message, { cause });
    this.remedy = remedy;
  }
}

/** Our choices. */
const ASSUME_TIMEOUT_MS = 5_000;
const MAX_ANSWER_BYTES = 64 * 1024;
const MAX_ROLES = 1_000;
/** A role's credentials are renewed when they have less than this left. */
const RENEW_BEFORE_MS = 5 * 60_000;
const SESSION_NAME = "sallyport";

interface Assumed {
  readonly credentials: SigningCredentials;
  readonly expiresMs: number;
}

/**
 * Credentials for calls on behalf of an integration's role. The role is assumed at the STS that `--aws-endpoint` names;
 * without one the gateway's own credentials stand for every role (our choice: on one's own machine they are those of
 * whoever runs the gateway, and assuming roles of the real service with them must be asked for).
 */
export class RoleCredentials {
  readonly #client: AwsClient;
  readonly #assumed = new Map<string, Assumed>();
  readonly #assuming = new Map<string, Promise<SigningCredentials>>();

  constructor(client: AwsClient) {
    this.#client = client;
  }

  /** At once where nothing must be waited for. Throws or rejects with NoCredentialsError. */
  of(roleArn: string, region: string): SigningCredentials | Promise<SigningCredentials> {
    const own = this.#client.credentials;
    if (!own) {
      const rule = "the gateway has no AWS credentials: AWS_ACCESS_KEY_ID or AWS_SECRET_ACCESS_KEY is not set";
      throw new NoCredentialsError(rule, "set both in the gateway's environment");
    }
    if (!this.#client.isConfigured("sts")) return own;
    const known = this.#assumed.get(roleArn);
    if (known && known.expiresMs - RENEW_BEFORE_MS > this.#client.nowMs()) return known.credentials;
    return this.#assuming.get(roleArn) ?? this.#begin(roleArn, region, own);
  }

  /** Calls that come while a role is being assumed wait for the same answer. A failure is not kept. */
  #begin(roleArn: string, region: string, own: SigningCredentials): Promise<SigningCredentials> {
    const assuming = this.#assume(roleArn, region, own).finally(() => this.#assuming.delete(roleArn));
    this.#assuming.set(roleArn, assuming);
    return assuming;
  }

  async #assume(roleArn: string, region: string, own: SigningCredentials): Promise<SigningCredentials> {
    const limits = { timeoutMs: ASSUME_TIMEOUT_MS, maxResponseBytes: MAX_ANSWER_BYTES };
    const request = this.#client.request(assumeRole(roleArn, region), own, limits);
    const remedy = "let the gateway's credentials assume the role, or correct CredentialsArn";
    let text: string;
    try {
      const answer = await requestWhole(this.#client.upstream, request);
      text = Buffer.from(answer.body).toString("utf8");
      if (answer.status !== 200) {
        const code = memberOf(text, "Code") ?? "";
        throw new NoCredentialsError(`STS refused to assume ${roleArn}: ${answer.status} ${code}`.trimEnd(), remedy);
      }
    } catch (cause) {
      if (!(cause instanceof NoWholeResponseError)) throw cause;
      throw new NoCredentialsError(`STS at ${request.origin} did not answer: ${cause.message}`, "check it", cause);
    }
    return this.#keep(roleArn, text, remedy);
  }

  #keep(roleArn: string, text: string, remedy: string): SigningCredentials {
    const accessKeyId = memberOf(text, "AccessKeyId");
    const secretAccessKey = memberOf(text, "SecretAccessKey");
    const sessionToken = memberOf(text, "SessionToken");
    const expiresMs = Date.parse(memberOf(text, "Expiration") ?? "");
    if (!accessKeyId || !secretAccessKey || !sessionToken || Number.isNaN(expiresMs)) {
      throw new NoCredentialsError(`the answer of STS holds no credentials of ${roleArn}`, remedy);
    }
    const credentials = { accessKeyId, secretAccessKey, sessionToken };
    if (this.#assumed.size >= MAX_ROLES) this.#assumed.delete(this.#assumed.keys().next().value ?? "");
    this.#assumed.set(roleArn, { credentials, expiresMs });
    return credentials;
  }
}

/** AWS STS API Reference, "AssumeRole". */
function assumeRole(roleArn: string, region: string): AwsCall {
  const parameters = { Action: "AssumeRole", Version: "2011-06-15", RoleArn: roleArn, RoleSessionName: SESSION_NAME };
  return {
    service: "sts",
    region,
    method: "POST",
    path: "/",
    query: "",
    headers: { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
    body: Buffer.from(new URLSearchParams(parameters).toString()),
  };
}

/** The first element of a name. Keys, tokens, times and error codes hold nothing that XML would escape. */
function memberOf(xml: string, name: string): string | undefined {
  return new RegExp(`<${name}>([^<&]+)</${name}>`).exec(xml)?.[1];
}
