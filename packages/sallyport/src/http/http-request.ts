import type { AuthorizationRequest } from "../authorizers/authorizer.ts";
import type { IntegrationCall, IntegrationRequest } from "../integrations/integration.ts";
import type { BodySource, LimitedBody } from "../upstream/body.ts";
import type { RawHeaders } from "../model/raw-headers.ts";
import type { AuthorizerResult, ClientCertificate, Texts } from "../model/request-context.ts";
import type { FinishedRequest } from "../model/observation/response-facts.ts";
import type { Trace } from "../observe/trace.ts";
import type { ApiProgram } from "../program/api-program.ts";
import { NO_PATH_PARAMETERS, pathParametersOf } from "../program/path-parameters.ts";
import type { DeployedRoute } from "../program/snapshot.ts";
import type { StageProgram } from "../program/stage-program.ts";
import { BufferedBody, readWhole } from "../upstream/buffered-body.ts";
import type { Exchange, ExchangeEnd } from "./exchange.ts";
import { Outcome, type MonotonicClock } from "./outcome.ts";

/** A request on its way through the pipeline. Steps fill in what they find out; later steps rely on it. */
export class HttpRequest implements AuthorizationRequest, IntegrationRequest, FinishedRequest, ExchangeEnd {
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

  /** From "authorize" on. */
  authorizer: AuthorizerResult | undefined;

  /** From "map request" on: what the integration sees where parameters are mapped; undefined: this request itself. */
  mapped: IntegrationRequest | undefined;

  /** While an integration runs. */
  call: IntegrationCall | undefined;

  /** Of all steps together. */
  readonly outcome: Outcome;
  /** Called once, when the answer is complete or broke off. */
  onEnd: ((request: HttpRequest) => void) | undefined;
  /** Counts a body of unknown length. */
  countedBody: LimitedBody | undefined;

  readonly timeMs: number;
  #buffering: Promise<Uint8Array> | undefined;

  constructor(exchange: Exchange, requestId: string, timeMs: number, trace: Trace | undefined, nowMs: MonotonicClock) {
    this.exchange = exchange;
    this.requestId = requestId;
    this.timeMs = timeMs;
    this.trace = trace;
    this.outcome = new Outcome(nowMs);
    this.body = exchange.body;
  }

  get accountId(): string {
    return this.api!.api.Account;
  }

  get region(): string {
    return this.api!.api.Region;
  }

  get apiId(): string {
    return this.api!.api.ApiId;
  }

  get routeKey(): string {
    return this.route?.document.RouteKey ?? "";
  }

  get stageVariables(): Texts {
    return this.program!.variables;
  }

  /** Custom domain names are not served yet. */
  get mappingKey(): string | undefined {
    return undefined;
  }

  get clientCertificate(): ClientCertificate | undefined {
    return undefined;
  }

  get pathOverride(): string | undefined {
    return undefined;
  }

  async bufferBody(): Promise<Uint8Array | undefined> {
    if (this.body === undefined) return undefined;
    this.#buffering ??= readWhole(this.body);
    const bytes = await this.#buffering;
    this.body = new BufferedBody(bytes);
    return bytes;
  }

  /** Of the body; all that was announced, where the length was. */
  get bodyBytesReceived(): number {
    return this.exchange.body?.length ?? this.countedBody?.bytes ?? 0;
  }

  ended(): void {
    this.onEnd?.(this);
  }

  get method(): string {
    return this.exchange.method;
  }

  get target(): string {
    return this.exchange.target;
  }

  get authority(): string {
    return this.exchange.authority;
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
