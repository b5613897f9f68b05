import { bindFunction } from "../../functions/function-arn.ts";
import type { FunctionInvoker } from "../../functions/invoker.ts";
import type { IntegrationDocument } from "../../model/documents.ts";
import { eventBody } from "../../model/events/event-body.ts";
import type { EventInput } from "../../model/events/event.ts";
import { eventV1 } from "../../model/events/event-v1.ts";
import { eventV2 } from "../../model/events/event-v2.ts";
import { HTTP_INTEGRATION_TIMEOUT_MS } from "../../model/limits.ts";
import { headerValue } from "../../model/raw-headers.ts";
import type { Texts } from "../../model/request-context.ts";
import type { Integration, IntegrationCall, IntegrationListener, IntegrationRequest } from "../integration.ts";
import type { PayloadFormat } from "./function-response.ts";
import { LambdaCall } from "./lambda-call.ts";

export interface LambdaProxyServices {
  readonly functions: FunctionInvoker;
  /** Values for `X-Amzn-Trace-Id`. */
  readonly traceRoot: () => string;
}

/** The function of an integration and how it is called. */
export interface LambdaTarget {
  readonly arn: string;
  readonly credentialsArn: string | undefined;
  readonly format: PayloadFormat;
  readonly timeoutMs: number;
}

/** A function behind a route: the request goes in as an event, the result comes out as the response. */
export class LambdaProxy implements Integration {
  readonly #target: LambdaTarget;
  readonly #services: LambdaProxyServices;

  constructor(target: LambdaTarget, services: LambdaProxyServices) {
    this.#target = target;
    this.#services = services;
  }

  call(request: IntegrationRequest, listener: IntegrationListener): IntegrationCall {
    const call = new LambdaCall(this.#target, this.#services.functions, listener);
    call.start(request, (body) => this.#payload(request, body));
    return call;
  }

  #payload(request: IntegrationRequest, body: Uint8Array | undefined): string {
    const { headers, pathOverride, mappedHeaders } = request;
    const hasBody = body !== undefined && body.byteLength > 0;
    const input: EventInput = {
      request,
      body: hasBody
        ? eventBody(body, headerValue(headers, "content-type"), headerValue(headers, "content-encoding"))
        : undefined,
      contentLength: body?.byteLength ?? 0,
      traceRoot: this.#services.traceRoot(),
      pathOverride,
      mappedHeaders,
    };
    return JSON.stringify(this.#target.format === "1.0" ? eventV1(input) : eventV2(input));
  }
}

/** The integration of a document and a stage's variables, or what is wrong with them and where. */
export function bindLambdaProxy(
  document: IntegrationDocument,
  variables: Texts,
  services: LambdaProxyServices,
): LambdaProxy | { readonly field: string; readonly rule: string } {
  const { IntegrationUri, CredentialsArn, PayloadFormatVersion, TimeoutInMillis } = document;
  if (PayloadFormatVersion !== "1.0" && PayloadFormatVersion !== "2.0") {
    return { field: "PayloadFormatVersion", rule: `there is no payload format ${PayloadFormatVersion}` };
  }
  const bound = bindFunction(IntegrationUri, CredentialsArn, variables);
  if (bound.kind === "fault") {
    return { field: bound.member === "uri" ? "IntegrationUri" : "CredentialsArn", rule: bound.rule };
  }
  const { arn, credentialsArn } = bound;
  const timeoutMs = TimeoutInMillis ?? HTTP_INTEGRATION_TIMEOUT_MS.default;
  return new LambdaProxy({ arn, credentialsArn, format: PayloadFormatVersion, timeoutMs }, services);
}
