import type { MappedRequest } from "../expressions/mapping/request-mapping.ts";
import type { IntegrationRequest } from "../integrations/integration.ts";
import type { RawHeaders } from "../model/raw-headers.ts";
import type { AuthorizerResult, ClientCertificate, Texts } from "../model/request-context.ts";
import type { Trace } from "../observe/trace.ts";
import type { BodySource } from "../upstream/body.ts";

/** A request as its integration sees it when parameters are mapped; what is not mapped is the request's own. */
export class MappedIntegrationRequest implements IntegrationRequest {
  readonly #request: IntegrationRequest;
  readonly headers: RawHeaders;
  readonly mappedHeaders: ReadonlySet<string> | undefined;
  readonly query: string | undefined;
  readonly pathOverride: string | undefined;

  constructor(request: IntegrationRequest, mapped: MappedRequest) {
    this.#request = request;
    this.headers = mapped.headers;
    this.mappedHeaders = mapped.mappedHeaders;
    this.query = mapped.query;
    this.pathOverride = mapped.pathOverride;
  }

  bufferBody(): Promise<Uint8Array | undefined> {
    return this.#request.bufferBody();
  }

  get trace(): Trace | undefined {
    return this.#request.trace;
  }

  get body(): BodySource | undefined {
    return this.#request.body;
  }

  get isDefaultRoute(): boolean {
    return this.#request.isDefaultRoute;
  }

  get accountId(): string {
    return this.#request.accountId;
  }

  get region(): string {
    return this.#request.region;
  }

  get apiId(): string {
    return this.#request.apiId;
  }

  get stageName(): string {
    return this.#request.stageName;
  }

  get requestId(): string {
    return this.#request.requestId;
  }

  get routeKey(): string {
    return this.#request.routeKey;
  }

  get method(): string {
    return this.#request.method;
  }

  get path(): string {
    return this.#request.path;
  }

  get routePath(): string {
    return this.#request.routePath;
  }

  get pathParameters(): Texts {
    return this.#request.pathParameters;
  }

  get stageVariables(): Texts {
    return this.#request.stageVariables;
  }

  get domainName(): string {
    return this.#request.domainName;
  }

  get mappingKey(): string | undefined {
    return this.#request.mappingKey;
  }

  get clientAddress(): string {
    return this.#request.clientAddress;
  }

  get localAddress(): string {
    return this.#request.localAddress;
  }

  get secure(): boolean {
    return this.#request.secure;
  }

  get clientCertificate(): ClientCertificate | undefined {
    return this.#request.clientCertificate;
  }

  get timeMs(): number {
    return this.#request.timeMs;
  }

  get authorizer(): AuthorizerResult | undefined {
    return this.#request.authorizer;
  }
}
