import type { GatewayFault } from "../gateway-fault.ts";
import type { HttpRequest } from "../http-request.ts";

/** The request has its answer, or will get it without further steps. */
export const ANSWERED = Symbol("answered");

/** Undefined: go on. */
export type Verdict = GatewayFault | typeof ANSWERED | undefined;

/** One step of the pipeline. It returns a promise only when it must wait: waiting costs every request. */
export type Step = (request: HttpRequest) => Verdict | Promise<Verdict>;
