import { headerValue, type RawHeaders } from "../model/raw-headers.ts";
import type { ResponseFacts } from "../model/observation/response-facts.ts";
import { faultType } from "./fault-type.ts";
import { faultMessage, type GatewayFault } from "./gateway-fault.ts";

/** Milliseconds of a clock that never goes back. */
export type MonotonicClock = () => number;

/** What becomes of a request, gathered on its way through the pipeline. */
export class Outcome implements ResponseFacts {
  status = 0;
  responseLength = 0;
  dataProcessed = 0;
  responseLatencyMs = 0;
  integrationLatencyMs: number | undefined;
  integrationStatus: number | undefined;
  serviceStatus: number | undefined;
  endpointRequestId: string | undefined;
  endpointRequestId2: string | undefined;
  integrationError: string | undefined;
  authorizerError: string | undefined;
  fault: GatewayFault | undefined;
  readonly #nowMs: MonotonicClock;
  readonly #startedMs: number;
  #calledMs = 0;

  constructor(nowMs: MonotonicClock) {
    this.#nowMs = nowMs;
    this.#startedMs = nowMs();
  }

  integrationCalled(): void {
    this.#calledMs = this.#nowMs();
  }

  integrationEnded(): void {
    this.integrationLatencyMs = this.#nowMs() - this.#calledMs;
  }

  /** Only where a log asks: it costs a search of the headers. */
  readEndpointIds(headers: RawHeaders): void {
    this.endpointRequestId ??= headerValue(headers, "x-amz-request-id") ?? headerValue(headers, "x-amzn-requestid");
    this.endpointRequestId2 = headerValue(headers, "x-amz-id-2");
  }

  /** What counts as processed is not told: both bodies, our choice. */
  ended(requestBytes: number, responseBytes: number): void {
    this.responseLatencyMs = this.#nowMs() - this.#startedMs;
    this.responseLength = responseBytes;
    this.dataProcessed = requestBytes + responseBytes;
  }

  get errorMessage(): string | undefined {
    return this.fault && faultMessage(this.fault.status);
  }

  get errorType(): string | undefined {
    return this.fault && faultType(this.fault);
  }
}
