import type { BodySource } from "../../upstream/body.ts";
import type { IntegrationFailure, IntegrationListener } from "../../integrations/integration.ts";
import { answer } from "../answer.ts";
import type { GatewayFault } from "../gateway-fault.ts";
import type { HttpRequest } from "../http-request.ts";
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
      const { field, rule, remedy } = bound.fault;
      const place = `route ${JSON.stringify(route.document.RouteKey)}, ${field}`;
      return { status: 500, step: STEP, rule: `${place}: ${rule}`, remedy };
    }
    const { exchange } = request;
    if (exchange.aborted) return ANSWERED;
    exchange.onAbort = () => request.call?.abort();
    request.call = bound.integration.call(request, new IntegrationAnswer(request, onFault));
    return ANSWERED;
  };
}

class IntegrationAnswer implements IntegrationListener {
  readonly #request: HttpRequest;
  readonly #onFault: LateFault;

  constructor(request: HttpRequest, onFault: LateFault) {
    this.#request = request;
    this.#onFault = onFault;
  }

  onResponse(status: number, headers: string[], body: BodySource | Uint8Array | undefined): void {
    this.#request.trace?.report({ step: STEP, message: `the back end answered ${status}` });
    answer(this.#request, status, headers, body);
  }

  onFailure({ status, rule, remedy, cause }: IntegrationFailure): void {
    if (this.#request.exchange.aborted) return;
    const route = JSON.stringify(this.#request.route!.document.RouteKey);
    this.#onFault(this.#request, { status, step: STEP, rule: `route ${route}: ${rule}`, remedy, cause });
  }
}
