import { HTTP_INTEGRATION_TIMEOUT_MS, MAX_PAYLOAD_BYTES } from "../../model/limits.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import type { Integration, IntegrationCall, IntegrationListener, IntegrationRequest } from "../integration.ts";
import type { Upstream } from "../../upstream/upstream.ts";
import type { UpstreamRequest } from "../../upstream/upstream.ts";
import { HttpProxyCall } from "./http-proxy-call.ts";
import { backendHeaders } from "./request-headers.ts";
import type { BoundUri } from "./uri.ts";
import { bindUri, targetOf } from "./uri.ts";

export interface HttpProxyServices {
  readonly upstream: Upstream;
  /** Values for `X-Amzn-Trace-Id`. */
  readonly traceRoot: () => string;
  /** Address to tell in `Forwarded` as ours. Default: the one that the client called. */
  readonly egressAddress?: string;
  /** Longest body of an answer. Default: the real service's quota. */
  readonly payloadBytes?: number;
}

/** Method, path and headers to the back end are worked out here; the request and response bodies just flow through. */
export class HttpProxy implements Integration {
  readonly #uri: BoundUri;
  /** undefined: the client's. */
  readonly #method: string | undefined;
  readonly #timeoutMs: number;
  readonly #services: HttpProxyServices;

  constructor(uri: BoundUri, method: string | undefined, timeoutMs: number, services: HttpProxyServices) {
    this.#uri = uri;
    this.#method = method;
    this.#timeoutMs = timeoutMs;
    this.#services = services;
  }

  call(request: IntegrationRequest, listener: IntegrationListener): IntegrationCall {
    const target = targetOf(this.#uri, request);
    if (target.kind === "fault") return refuse(target.rule, listener);
    const { upstream, traceRoot, egressAddress, payloadBytes } = this.#services;
    const call = new HttpProxyCall(request.method, this.#method ?? request.method, target.origin, listener);
    const outgoing: UpstreamRequest = {
      origin: target.origin,
      method: this.#method ?? request.method,
      path: target.path,
      headers: backendHeaders(request, { host: target.host, traceRoot: traceRoot(), egressAddress }),
      body: request.body,
      timeoutMs: this.#timeoutMs,
      maxResponseBytes: payloadBytes ?? MAX_PAYLOAD_BYTES,
    };
    request.trace?.report({
      step: "call integration",
      message: `${outgoing.method} ${outgoing.origin}${outgoing.path}`,
      headers: outgoing.headers,
    });
    call.start(upstream, outgoing);
    return call;
  }
}

const NOTHING_TO_ABORT: IntegrationCall = { abort: () => {} };

function refuse(rule: string, listener: IntegrationListener): IntegrationCall {
  listener.onFailure({ status: 500, rule, remedy: "correct the integration's IntegrationUri" });
  return NOTHING_TO_ABORT;
}

/** The integration of a document and a stage's variables, or what is wrong with them. */
export function bindHttpProxy(
  document: IntegrationDocument,
  variables: Readonly<Record<string, string>>,
  services: HttpProxyServices,
): HttpProxy | { readonly rule: string } {
  const uri = bindUri(document.IntegrationUri ?? "", variables);
  if (uri.kind === "fault") return { rule: uri.rule };
  const method = document.IntegrationMethod?.toUpperCase();
  const timeoutMs = document.TimeoutInMillis ?? HTTP_INTEGRATION_TIMEOUT_MS.default;
  return new HttpProxy(uri, method === "ANY" ? undefined : method, timeoutMs, services);
}
