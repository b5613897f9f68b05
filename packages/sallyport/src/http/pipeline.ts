import type { Log } from "../observe/log.ts";
import type { Tracer } from "../observe/trace.ts";
import { answerFault } from "./answer.ts";
import { finish } from "./finish.ts";
import type { Exchange } from "./exchange.ts";
import type { GatewayFault } from "./gateway-fault.ts";
import { HttpRequest } from "./http-request.ts";
import type { MonotonicClock } from "./outcome.ts";
import { authorize } from "./steps/authorize.ts";
import { callIntegration } from "./steps/call-integration.ts";
import { answerPreflight } from "./steps/cors.ts";
import type { IdentifyApiOptions } from "./steps/identify-api.ts";
import { identifyApi } from "./steps/identify-api.ts";
import type { RequestLimits } from "./steps/limits.ts";
import { limitBody, limitHead } from "./steps/limits.ts";
import { mapRequest } from "./steps/map-request.ts";
import { requireRoute, selectRoute } from "./steps/select-route.ts";
import { selectStage } from "./steps/select-stage.ts";
import type { Step, Verdict } from "./steps/step.ts";
import { ANSWERED } from "./steps/step.ts";
import { throttle } from "./steps/throttle.ts";

export interface PipelineOptions extends IdentifyApiOptions {
  readonly requestId: () => string;
  readonly log: Log;
  readonly trace?: Tracer;
  readonly nowMs: MonotonicClock;
  readonly limits?: RequestLimits;
  /** Tell clients the private reason of an error: for listeners that only this machine reaches. */
  readonly tellReasons: boolean;
}

/** What happens to a request of an HTTP API, from its head to its answer. */
export class HttpPipeline {
  readonly #options: PipelineOptions;
  readonly #steps: readonly Step[];

  constructor(options: PipelineOptions) {
    this.#options = options;
    this.#steps = [
      limitHead(options.limits ?? {}),
      limitBody(options.limits ?? {}),
      identifyApi(options),
      selectStage,
      selectRoute,
      answerPreflight(options.nowMs),
      requireRoute,
      throttle(options.nowMs),
      authorize,
      mapRequest,
      callIntegration((request, fault) => this.#fail(request, fault)),
    ];
  }

  /** Serves one request. Never throws: what goes wrong becomes its answer. */
  handle(exchange: Exchange): void {
    const { requestId: newId, trace, nowMs } = this.#options;
    const requestId = newId();
    const request = new HttpRequest(exchange, requestId, Date.now(), trace?.(requestId), nowMs);
    exchange.onEnd = request;
    request.onEnd = this.#finish;
    this.#run(request, 0);
  }

  /** Its answer is out: nothing that fails now may reach anybody but the log. */
  readonly #finish = (request: HttpRequest): void => {
    try {
      finish(request);
    } catch (error) {
      this.#options.log.error("a request can not be recorded", { requestId: request.requestId, error });
    }
  };

  /** Runs the steps from `at` on, and without a pause where none of them waits. */
  #run(request: HttpRequest, at: number): void {
    try {
      for (let next = at; next < this.#steps.length; next++) {
        const verdict = this.#steps[next]!(request);
        if (verdict instanceof Promise) {
          this.#await(request, verdict, next + 1);
          return;
        }
        if (this.#settles(request, verdict)) return;
      }
    } catch (error) {
      this.#crash(request, error);
    }
  }

  #await(request: HttpRequest, verdict: Promise<Verdict>, next: number): void {
    verdict.then(
      (settled) => request.exchange.aborted || this.#settles(request, settled) || this.#run(request, next),
      (error: unknown) => this.#crash(request, error),
    );
  }

  #settles(request: HttpRequest, verdict: Verdict): boolean {
    if (verdict === undefined) return false;
    if (verdict !== ANSWERED) this.#fail(request, verdict);
    return true;
  }

  #fail(request: HttpRequest, fault: GatewayFault): void {
    const { log, tellReasons } = this.#options;
    const { requestId } = request;
    const { status, step, rule, remedy, cause } = fault;
    if (status >= 500) log.warn(rule, { requestId, status, step, remedy, cause });
    else log.debug(rule, { requestId, status, step, remedy });
    answerFault(request, fault, tellReasons);
  }

  /** A defect of ours: the client gets a 500 if it can still get anything. */
  #crash(request: HttpRequest, error: unknown): void {
    const { requestId, exchange } = request;
    this.#options.log.error("the pipeline failed", { requestId, error });
    if (exchange.answered || exchange.aborted) {
      exchange.destroy();
      return;
    }
    const rule = error instanceof Error ? error.message : "unknown error";
    answerFault(request, { status: 500, step: "pipeline", rule, remedy: "report this" }, this.#options.tellReasons);
  }
}
