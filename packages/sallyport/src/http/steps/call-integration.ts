import type { BodySource } from "../../upstream/body.ts";
import type { IntegrationFacts, IntegrationFailure, IntegrationListener } from "../../integrations/integration.ts";
import type { BoundMapping } from "../../program/binding/bound-mapping.ts";
import { answer } from "../answer.ts";
import type { GatewayFault } from "../gateway-fault.ts";
import type { HttpRequest } from "../http-request.ts";
import { mapResponse, type MappedResponseListener } from "../map-response.ts";
import type { Step } from "./step.ts";
import { ANSWERED } from "./step.ts";

const STEP = "call integration";

/** Takes a fault that comes up after the steps have ended. */
export type LateFault = (request: HttpRequest, fault: GatewayFault) => void;

/** Hands the request to the route's integration, whose answer goes to the client as it comes. */
export function callIntegration(onFault: LateFault): Step {
  return (request) => {
    const route = request.route!;
    const bound = request.program!.bound(route);
    if (bound.kind === "fault") {
      const { field, rule, remedy, step = STEP } = bound.fault;
      const place = `route ${JSON.stringify(route.document.RouteKey)}, ${field}`;
      return { status: 500, step, rule: `${place}: ${rule}`, remedy };
    }
    const { exchange } = request;
    if (exchange.aborted) return ANSWERED;
    exchange.onAbort = () => request.call?.abort();
    request.outcome.integrationCalled();
    const listener = new IntegrationAnswer(request, bound.mapping?.responses, onFault);
    request.call = bound.integration.call(request.mapped ?? request, listener);
    return ANSWERED;
  };
}

class IntegrationAnswer implements IntegrationListener, MappedResponseListener {
  readonly #request: HttpRequest;
  readonly #mappings: BoundMapping["responses"];
  readonly #onFault: LateFault;

  constructor(request: HttpRequest, mappings: BoundMapping["responses"], onFault: LateFault) {
    this.#request = request;
    this.#mappings = mappings;
    this.#onFault = onFault;
  }

  onResponse(
    status: number,
    headers: string[],
    body: BodySource | Uint8Array | undefined,
    facts?: IntegrationFacts,
  ): void {
    noteAnswer(this.#request, status, headers, facts);
    const mapping = this.#mappings?.get(status);
    if (mapping) mapResponse(this.#request, mapping, { status, headers, body }, this);
    else answer(this.#request, status, headers, body);
  }

  onMapped(status: number, headers: string[], body: BodySource | Uint8Array | undefined): void {
    answer(this.#request, status, headers, body);
  }

  onUnmappable(rule: string, remedy: string, cause?: Error): void {
    if (this.#request.exchange.aborted) return;
    this.#onFault(this.#request, { status: 500, step: "map response", rule, remedy, cause });
  }

  onFailure({ status, rule, remedy, cause, timeout, message, facts }: IntegrationFailure): void {
    this.#request.outcome.integrationEnded();
    this.#request.outcome.integrationError = message ?? rule;
    this.#request.outcome.serviceStatus = facts?.serviceStatus;
    this.#request.outcome.endpointRequestId = facts?.requestId;
    if (this.#request.exchange.aborted) return;
    const route = JSON.stringify(this.#request.route!.document.RouteKey);
    this.#onFault(this.#request, { status, step: STEP, rule: `route ${route}: ${rule}`, remedy, cause, timeout });
  }
}

/** What logs, metrics and the trace tell about an integration's answer. */
function noteAnswer(
  request: HttpRequest,
  status: number,
  headers: string[],
  facts: IntegrationFacts | undefined,
): void {
  const { outcome, trace } = request;
  outcome.integrationEnded();
  outcome.integrationStatus = status;
  outcome.serviceStatus = facts?.serviceStatus;
  outcome.endpointRequestId = facts?.requestId;
  if (request.program!.settings.accessLog?.needsEndpointIds) outcome.readEndpointIds(headers);
  trace?.report({ step: STEP, message: `the integration answered ${status}`, headers });
}
