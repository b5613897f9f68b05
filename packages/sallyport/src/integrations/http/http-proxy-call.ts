import { sameHeaderName } from "../../model/raw-headers.ts";
import type { BodySource } from "../../upstream/body.ts";
import { BodyTooLargeError } from "../../upstream/body.ts";
import type { IntegrationCall, IntegrationFailure, IntegrationListener } from "../integration.ts";
import type {
  Upstream,
  UpstreamCall,
  UpstreamFailure,
  UpstreamListener,
  UpstreamRequest,
} from "../../upstream/upstream.ts";
import { endToEnd } from "../../model/wire/hop-by-hop.ts";

/** One request of an HTTP proxy integration on its way. */
export class HttpProxyCall implements UpstreamListener, IntegrationCall {
  readonly #clientMethod: string;
  readonly #method: string;
  readonly #origin: string;
  readonly #listener: IntegrationListener;
  #call: UpstreamCall | undefined;
  #maxResponseBytes = 0;

  constructor(clientMethod: string, method: string, origin: string, listener: IntegrationListener) {
    this.#clientMethod = clientMethod;
    this.#method = method;
    this.#origin = origin;
    this.#listener = listener;
  }

  start(upstream: Upstream, request: UpstreamRequest): void {
    this.#maxResponseBytes = request.maxResponseBytes;
    this.#call = upstream.send(request, this);
  }

  abort(): void {
    this.#call?.abort();
  }

  onResponse(status: number, headers: string[], body: BodySource): void {
    const length = body.length;
    if (length !== undefined && length > this.#maxResponseBytes) {
      body.cancel();
      const rule = `${this.#origin} announced a body of ${length} bytes; the limit is ${this.#maxResponseBytes}`;
      this.#listener.onFailure({ status: 500, rule, remedy: "answer with less, or in parts" });
      return;
    }
    const kept = endToEnd(headers);
    // The integration's method turned a request for a body into HEAD: the length announced never comes.
    if (this.#method === "HEAD" && this.#clientMethod !== "HEAD") removeHeader(kept, "content-length");
    this.#listener.onResponse(status, kept, body);
  }

  onFailure(failure: UpstreamFailure): void {
    this.#listener.onFailure(failureOf(failure, this.#origin));
  }
}

function removeHeader(headers: string[], lowerName: string): void {
  for (let at = headers.length - 2; at >= 0; at -= 2) {
    if (sameHeaderName(headers[at]!, lowerName)) headers.splice(at, 2);
  }
}

/** 503 for what never answered, 500 for an answer that is none; both unverified but for the timeout. */
export function failureOf({ kind, cause }: UpstreamFailure, origin: string): IntegrationFailure {
  const detail = describe(cause);
  switch (kind) {
    case "timeout":
      return timedOut(origin, cause);
    case "unreachable":
      return { status: 503, rule: `${origin} is not reachable: ${detail}`, remedy: "check the back end", cause };
    case "malformed":
      return { status: 500, rule: `${origin} sent no valid HTTP/1.1: ${detail}`, remedy: "check the back end", cause };
    case "refused":
      return { status: 500, rule: `request to ${origin} not sendable: ${detail}`, remedy: "check its URI", cause };
    case "body":
      return cause instanceof BodyTooLargeError
        ? { status: 413, rule: cause.message, remedy: "send less", cause }
        : { status: 503, rule: `the request's body broke off: ${detail}`, remedy: "send all of it", cause };
  }
}

function timedOut(origin: string, cause: Error): IntegrationFailure {
  const rule = `${origin} did not answer: ${describe(cause)}`;
  return { status: 503, rule, remedy: "raise TimeoutInMillis", cause, timeout: true };
}

/** Node reports a refused connection to several addresses as an AggregateError without a message. */
function describe(cause: Error): string {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : "";
  return [code, cause.message].filter((text) => text).join(" ") || cause.name;
}
