import type { Log } from "../observe/log.ts";
import type { Tracer } from "../observe/trace.ts";
import { answerFault } from "./answer.ts";
import type { Exchange } from "./exchange.ts";
import type { GatewayFault } from "./gateway-fault.ts";
import { HttpRequest } from "./http-request.ts";
import { authorize } from "./steps/authorize.ts";
import { callIntegration } from "./steps/call-integration.ts";
import { answerPreflight } from "./steps/cors.ts";
import type { IdentifyApiOptions } from "./steps/identify-api.ts";
import { identifyApi } from "./steps/identify-api.ts";
import { limitBody, limitHead } from "./steps/limits.ts";
import { requireRoute, selectRoute } from "./steps/select-route.ts";
import { selectStage } from "./steps/select-stage.ts";
import type { Step, Verdict } from "./steps/step.ts";
import { ANSWERED } from "./steps/step.ts";

export interface PipelineOptions extends IdentifyApiOptions {
  readonly requestId: () => string;
  readonly log: Log;
  readonly trace?: Tracer;
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
      limitHead,
      limitBody,
      identifyApi(options),
      selectStage,
      selectRoute,
      answerPreflight,
      requireRoute,
      authorize,
      callIntegration((request, fault) => this.#fail(request, fault)),
    ];
  }

  /** Serves one request. Never throws: what goes wrong becomes its answer. */
  handle(exchange: Exchange): void {
    const requestId = this.#options.requestId();
    this.#run(new HttpRequest(exchange, requestId, Date.now(), this.#options.trace?.(requestId)), 0);
  }

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
