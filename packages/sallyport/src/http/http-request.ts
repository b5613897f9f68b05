import type { IntegrationCall, IntegrationRequest } from "../integrations/integration.ts";
import type { BodySource } from "../upstream/body.ts";
import type { RawHeaders } from "../model/raw-headers.ts";
import type { Trace } from "../observe/trace.ts";
import type { ApiProgram } from "../program/api-program.ts";
import { NO_PATH_PARAMETERS, pathParametersOf } from "../program/path-parameters.ts";
import type { DeployedRoute } from "../program/snapshot.ts";
import type { StageProgram } from "../program/stage-program.ts";
import type { Exchange } from "./exchange.ts";

/** A request on its way through the pipeline. Steps fill in what they find out; later steps rely on it. */
export class HttpRequest implements IntegrationRequest {
  readonly exchange: Exchange;
  readonly requestId: string;
  readonly trace: Trace | undefined;
  /** May be replaced by a limited one. */
  body: BodySource | undefined;

  /** From "identify API" on. */
  api: ApiProgram | undefined;
  domainName = "";
  /** Raw path with the stage, as sent. */
  path = "";
  query: string | undefined;

  /** From "select stage" on. `routeAt` is where in `path` the part begins that routes see. */
  stageName = "";
  program: StageProgram | undefined;
  routeAt = 0;

  /** From "select route" on. */
  route: DeployedRoute | undefined;

  /** While an integration runs. */
  call: IntegrationCall | undefined;

  constructor(exchange: Exchange, requestId: string, trace: Trace | undefined) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.trace = trace;
    this.body = exchange.body;
  }

  get method(): string {
    return this.exchange.method;
  }

  get headers(): RawHeaders {
    return this.exchange.headers;
  }

  get clientAddress(): string {
    return this.exchange.clientAddress;
  }

  get localAddress(): string {
    return this.exchange.localAddress;
  }

  get secure(): boolean {
    return this.exchange.secure;
  }

  get isDefaultRoute(): boolean {
    return this.route?.key.kind === "default";
  }

  get routePath(): string {
    return this.routeAt === 0 ? this.path : this.path.slice(this.routeAt) || "/";
  }

  get pathParameters(): Readonly<Record<string, string>> {
    const key = this.route?.key;
    return key?.kind === "path" ? pathParametersOf(key.segments, this.path, this.routeAt) : NO_PATH_PARAMETERS;
  }
}
