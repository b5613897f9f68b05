import { MappingBody } from "../../expressions/mapping/mapping-body.ts";
import { MAX_PAYLOAD_BYTES } from "../../model/limits.ts";
import { headerValue } from "../../model/raw-headers.ts";
import type { SigningCredentials } from "../../protocol/sigv4/sign.ts";
import type { BodySource } from "../../upstream/body.ts";
import { readWhole } from "../../upstream/buffered-body.ts";
import type { UpstreamCall, UpstreamFailure, UpstreamListener } from "../../upstream/upstream.ts";
import { endToEnd } from "../../model/wire/hop-by-hop.ts";
import { failureOf } from "../http/http-proxy-call.ts";
import type { IntegrationCall, IntegrationFailure, IntegrationListener, IntegrationRequest } from "../integration.ts";
import { errorCode, permissionFailure, preparationFailure } from "./service-failure.ts";
import type { BoundService } from "./service-integration.ts";

/** One call of an AWS service on its way: parameters, credentials, the call itself. */
export class ServiceCall implements IntegrationCall, UpstreamListener {
  readonly #bound: BoundService;
  readonly #request: IntegrationRequest;
  readonly #listener: IntegrationListener;
  #call: UpstreamCall | undefined;
  #origin = "";
  #settled = false;

  constructor(bound: BoundService, request: IntegrationRequest, listener: IntegrationListener) {
    this.#bound = bound;
    this.#request = request;
    this.#listener = listener;
  }

  abort(): void {
    this.#settled = true;
    this.#call?.abort();
  }

  /** Never rejects. */
  async start(): Promise<void> {
    try {
      const body = await this.#body();
      const call = this.#bound.prepare(this.#request, body);
      const beganMs = this.#bound.client.nowMs();
      const credentials = await this.#inTime(this.#bound.credentials());
      if (this.#settled || !credentials) return;
      const timeoutMs = Math.max(1, this.#bound.timeoutMs - (this.#bound.client.nowMs() - beganMs));
      const request = this.#bound.client.request(call, credentials, { timeoutMs, maxResponseBytes: MAX_PAYLOAD_BYTES });
      this.#origin = request.origin;
      this.#call = this.#bound.client.upstream.send(request, this);
    } catch (error) {
      this.#fail(preparationFailure(error) ?? defect(error));
    }
  }

  onResponse(status: number, headers: string[], body: BodySource): void {
    if (status >= 400) void this.#readError(status, headers, body);
    else this.#answer(status, headers, body);
  }

  onFailure(failure: UpstreamFailure): void {
    this.#fail(failureOf(failure, this.#origin));
  }

  async #body(): Promise<MappingBody | undefined> {
    if (!this.#bound.readsBody) return undefined;
    const bytes = await this.#request.bufferBody();
    return bytes && new MappingBody(bytes);
  }

  /** Assuming a role counts for the integration's timeout. */
  async #inTime(
    credentials: SigningCredentials | Promise<SigningCredentials>,
  ): Promise<SigningCredentials | undefined> {
    if (!(credentials instanceof Promise)) return credentials;
    const { timeoutMs } = this.#bound;
    const timer = setTimeout(() => {
      const rule = `STS did not answer within ${timeoutMs} ms`;
      this.#fail({ status: 503, rule, remedy: "raise TimeoutInMillis", timeout: true });
    }, timeoutMs);
    try {
      return await credentials;
    } finally {
      clearTimeout(timer);
    }
  }

  /** An error that is about the gateway's permission is not the client's business; all others are. Never rejects. */
  async #readError(status: number, headers: string[], source: BodySource): Promise<void> {
    try {
      const body = await readWhole(source);
      const failure = permissionFailure(this.#bound.operation, errorCode(headers, body));
      if (failure) this.#fail(failure);
      else this.#answer(status, headers, body);
    } catch (error) {
      this.#fail(brokenOff(this.#origin, error));
    }
  }

  /** The service's own, its internal headers left out: HTTP APIs send no `x-amzn-…` (observed). */
  #answer(status: number, headers: string[], body: BodySource | Uint8Array): void {
    if (this.#settled) return;
    this.#settled = true;
    const kept = withoutInternal(endToEnd(headers));
    if (body instanceof Uint8Array && headerValue(kept, "content-length") === undefined) {
      kept.push("content-length", String(body.byteLength));
    }
    const requestId = headerValue(headers, "x-amzn-requestid") ?? headerValue(headers, "x-amz-request-id");
    this.#listener.onResponse(status, kept, body, { serviceStatus: status, requestId });
  }

  #fail(failure: IntegrationFailure): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#listener.onFailure(failure);
  }
}

function withoutInternal(headers: readonly string[]): string[] {
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!/^x-amzn?-/i.test(headers[at]!)) kept.push(headers[at]!, headers[at + 1]!);
  }
  return kept;
}

function brokenOff(origin: string, error: unknown): IntegrationFailure {
  const cause = error instanceof Error ? error : new Error(String(error));
  return { status: 503, rule: `the answer of ${origin} broke off: ${cause.message}`, remedy: "check it", cause };
}

function defect(error: unknown): IntegrationFailure {
  const cause = error instanceof Error ? error : new Error(String(error));
  return { status: 500, rule: `the call could not be made: ${cause.message}`, remedy: "report this", cause };
}
