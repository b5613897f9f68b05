import type { SigningCredentials } from "../protocol/sigv4/sign.ts";
import { signedHeaders } from "../protocol/sigv4/sign.ts";
import type { RawHeaders } from "../model/raw-headers.ts";
import type { Upstream } from "../upstream/upstream.ts";
import { parseFunctionArn } from "./function-arn.ts";
import type { FunctionInvoker, Invocation, InvocationOutcome } from "./invoker.ts";
import { RemoteCall } from "./remote-call.ts";

export interface RemoteLambdaOptions {
  /** URL of the Lambda API. A path of it is put in front. */
  readonly endpoint: string;
  readonly upstream: Upstream;
  /**
   * What calls are signed with; undefined: they are not signed, which emulators accept. They stand for an integration's
   * `CredentialsArn` as well, and the function must allow them: roles are not assumed (our choice).
   */
  readonly credentials: SigningCredentials | undefined;
  readonly nowMs: () => number;
}

/** Functions behind the API of another Lambda. AWS Lambda API Reference, "Invoke". */
export class RemoteLambda implements FunctionInvoker {
  readonly #origin: string;
  readonly #host: string;
  readonly #basePath: string;
  readonly #options: RemoteLambdaOptions;

  constructor(options: RemoteLambdaOptions) {
    const { origin, host, pathname } = new URL(options.endpoint);
    this.#origin = origin;
    this.#host = host;
    this.#basePath = pathname.replace(/\/+$/, "");
    this.#options = options;
  }

  invoke(invocation: Invocation): Promise<InvocationOutcome> {
    const target = parseFunctionArn(invocation.functionArn);
    if (!target) {
      const detail = `${invocation.functionArn} is no ARN of a Lambda function`;
      return Promise.resolve({ kind: "refused", why: "missing", detail });
    }
    const { arn, region, qualifier } = target;
    const path = `${this.#basePath}/2015-03-31/functions/${encodeURIComponent(arn)}/invocations`;
    const query = qualifier === undefined ? "" : `Qualifier=${encodeURIComponent(qualifier)}`;
    const body = Buffer.from(invocation.payload);
    const call = new RemoteCall(invocation, this.#origin);
    call.start(this.#options.upstream, {
      origin: this.#origin,
      method: "POST",
      path: query === "" ? path : `${path}?${query}`,
      headers: this.#headers(path, query, body, region),
      body,
    });
    return call.outcome;
  }

  #headers(path: string, query: string, body: Uint8Array, region: string): RawHeaders {
    const { credentials, nowMs } = this.#options;
    const headers = {
      host: this.#host,
      "content-type": "application/json",
      "x-amz-invocation-type": "RequestResponse",
    };
    const request = { method: "POST", path, query, headers, body };
    const sent = credentials
      ? signedHeaders(request, { credentials, region, service: "lambda", now: nowMs() })
      : headers;
    return [...Object.entries(sent).flat(), "content-length", String(body.byteLength)];
  }
}

/**
 * Credentials of the standard environment: `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY` and, for temporary ones,
 * `AWS_SESSION_TOKEN`. Undefined without the first two.
 */
export function environmentCredentials(
  environment: Readonly<Record<string, string | undefined>>,
): SigningCredentials | undefined {
  const accessKeyId = environment["AWS_ACCESS_KEY_ID"];
  const secretAccessKey = environment["AWS_SECRET_ACCESS_KEY"];
  if (!accessKeyId || !secretAccessKey) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken: environment["AWS_SESSION_TOKEN"] || undefined };
}
