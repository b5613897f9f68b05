import {
  type AwsEndpoint,
  type AwsEndpoints,
  type CalledService,
  configuredEndpoint,
  publicEndpoint,
} from "../../config/aws-endpoints.ts";
import { type SigningCredentials, signedHeaders } from "../../protocol/sigv4/sign.ts";
import { BufferedBody } from "../../upstream/buffered-body.ts";
import type { Upstream, UpstreamRequest } from "../../upstream/upstream.ts";

/** A call of an AWS service before it is addressed and signed. */
export interface AwsCall {
  readonly service: CalledService;
  readonly region: string;
  /** What the service's host name begins with for this operation. */
  readonly hostPrefix?: string | undefined;
  readonly method: "GET" | "POST";
  /** Raw, beginning with `/`. */
  readonly path: string;
  /** Raw, without the question mark; `""` for none. */
  readonly query: string;
  /** Names in lower case, without `host`. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface AwsClientOptions {
  readonly upstream: Upstream;
  readonly endpoints: AwsEndpoints;
  /** The gateway's own; undefined: it has none. */
  readonly credentials: SigningCredentials | undefined;
  readonly nowMs: () => number;
}

/** Addresses and signs calls of AWS services. One for a gateway. */
export class AwsClient {
  readonly upstream: Upstream;
  readonly credentials: SigningCredentials | undefined;
  readonly nowMs: () => number;
  readonly #endpoints: AwsEndpoints;

  constructor({ upstream, endpoints, credentials, nowMs }: AwsClientOptions) {
    this.upstream = upstream;
    this.credentials = credentials;
    this.nowMs = nowMs;
    this.#endpoints = endpoints;
  }

  /** Whether the service has an endpoint of its user's choice. */
  isConfigured(service: CalledService): boolean {
    return configuredEndpoint(this.#endpoints, service) !== undefined;
  }

  endpoint({ service, region, hostPrefix }: AwsCall): AwsEndpoint {
    return configuredEndpoint(this.#endpoints, service) ?? publicEndpoint(service, region, hostPrefix);
  }

  /** The request to send. */
  request(
    call: AwsCall,
    credentials: SigningCredentials,
    limits: Pick<UpstreamRequest, "timeoutMs" | "maxResponseBytes">,
  ): UpstreamRequest {
    const { service, region, method, query, body } = call;
    const { origin, host, basePath } = this.endpoint(call);
    const path = basePath + call.path;
    const unsigned = { method, path, query, headers: { ...call.headers, host }, body };
    const signed = signedHeaders(unsigned, { credentials, region, service, now: this.nowMs() });
    const headers = Object.entries(signed).flat();
    if (method === "POST") headers.push("content-length", String(body.byteLength));
    return {
      origin,
      method,
      path: query === "" ? path : `${path}?${query}`,
      headers,
      body: method === "POST" ? new BufferedBody(body) : undefined,
      ...limits,
    };
  }
}
