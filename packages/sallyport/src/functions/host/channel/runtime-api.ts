/**
 * The Lambda Runtime API of one process. AWS Lambda Developer Guide, "Using the Lambda runtime API for custom runtimes".
 *
 * `AWS_LAMBDA_RUNTIME_API` is a host and a port and has no room for a secret, so each process has a listening port of its own
 * and connections are only taken from the process itself and its children (`caller-check.ts`).
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { MAX_RESULT_BYTES } from "../../lambda-limits.ts";
import type { ChannelListener, ReportedError, RuntimeChannel, RuntimeEvent } from "./channel.ts";
import { boundedBody } from "./request-body.ts";
import { decodedTrailers, isStreaming, pipedStream } from "./streamed-response.ts";

export interface RuntimeApi extends RuntimeChannel {
  /** `127.0.0.1:PORT` */
  readonly address: string;
}

export interface RuntimeApiOptions {
  readonly listener: ChannelListener;
  /** Whether the other end of a connection belongs to the process. */
  readonly isOwn: (socket: Socket) => boolean;
}

const INVOCATION = /^\/2018-06-01\/runtime\/invocation\/([^/]{1,200})\/(response|error)$/;
const NEXT = "/2018-06-01/runtime/invocation/next";
const INIT_ERROR = "/2018-06-01/runtime/init/error";
/** Longest error that a runtime may report. Our choice. */
const MAX_ERROR_BYTES = 262_144;
/** At a time; a runtime needs one or two. */
const MAX_CONNECTIONS = 32;
const LOOPBACK = "127.0.0.1";

export async function openRuntimeApi(options: RuntimeApiOptions): Promise<RuntimeApi> {
  const api = new Api(options);
  await api.listen();
  return api;
}

class Api implements RuntimeApi {
  readonly #listener: ChannelListener;
  readonly #server: Server;
  /** A `next` that waits for an event. */
  #waiting: ServerResponse | undefined;
  /** The invocation that the process has now. */
  #current: string | undefined;

  constructor({ listener, isOwn }: RuntimeApiOptions) {
    this.#listener = listener;
    // A waiting `next` has nothing to send for as long as the function is idle: no time limits on it.
    this.#server = createServer({ requestTimeout: 0, headersTimeout: 0, keepAliveTimeout: 0 }, this.#onRequest);
    this.#server.maxConnections = MAX_CONNECTIONS;
    this.#server.on("connection", (socket) => {
      if (!isOwn(socket)) socket.destroy();
    });
    this.#server.on("clientError", (_, socket) => socket.destroy());
  }

  get address(): string {
    return `${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  listen(): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.#server.on("error", reject);
    this.#server.listen(0, LOOPBACK, resolve);
    return promise;
  }

  deliver(event: RuntimeEvent): void {
    const response = this.#waiting;
    this.#waiting = undefined;
    this.#current = event.requestId;
    response?.writeHead(200, nextHeaders(event)).end(event.payload);
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  readonly #onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const path = (request.url ?? "").split("?")[0] as string;
    if (request.method === "GET" && path === NEXT) return this.#onNext(request, response);
    if (request.method !== "POST") return refuse(request, response, 404, "NotFound", "no such resource");
    if (path === INIT_ERROR) return void this.#onInitError(request, response);
    const [, id, what] = INVOCATION.exec(path) ?? [];
    if (id === undefined) return refuse(request, response, 404, "NotFound", "no such resource");
    if (id !== this.#current) return refuse(request, response, 400, "InvalidRequestID", "Invalid request ID");
    this.#current = undefined;
    void (what === "error" ? this.#onError(request, response) : this.#onResponse(request, response));
  };

  #onNext(request: IncomingMessage, response: ServerResponse): void {
    if (this.#waiting || this.#current !== undefined) {
      return refuse(request, response, 403, "InvalidStateTransition", "State transition is not allowed");
    }
    this.#waiting = response;
    response.once("close", () => {
      if (this.#waiting !== response) return;
      this.#waiting = undefined;
      // A client that gave up waiting may ask again; until then nothing can be delivered.
      this.#listener.onFault("the runtime closed its connection while it waited for an event");
    });
    this.#listener.onReady();
  }

  async #onInitError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const error = await reportedError(request);
    accept(response);
    this.#listener.onInitError(error);
  }

  async #onError(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const error = await reportedError(request);
    // First the outcome, so that the `next` that follows finds the invocation ended.
    this.#listener.onError(error);
    accept(response);
  }

  async #onResponse(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (isStreaming(request)) {
      const ended = await pipedStream(request, (chunk) => this.#listener.onChunk(chunk));
      this.#listener.onStreamEnd(ended === "ended" ? decodedTrailers(request.trailers) : ended);
      return accept(response);
    }
    const payload = await boundedBody(request, MAX_RESULT_BYTES);
    if (payload === "broken") return this.#listener.onFault("the runtime broke off its response");
    if (payload === "too-large") {
      this.#listener.onOversize();
      const message = `Exceeded maximum allowed payload size (${MAX_RESULT_BYTES} bytes).`;
      return refuse(request, response, 413, "RequestEntityTooLarge", message);
    }
    this.#listener.onResponse(payload);
    accept(response);
  }
}

function nextHeaders({ requestId, deadlineMs, invokedArn, traceId, clientContext }: RuntimeEvent) {
  return {
    "Content-Type": "application/json",
    "Lambda-Runtime-Aws-Request-Id": requestId,
    "Lambda-Runtime-Deadline-Ms": String(deadlineMs),
    "Lambda-Runtime-Invoked-Function-Arn": invokedArn,
    ...(traceId === undefined ? {} : { "Lambda-Runtime-Trace-Id": traceId }),
    ...(clientContext === undefined ? {} : { "Lambda-Runtime-Client-Context": headerText(clientContext) }),
  };
}

/** JSON with what no header can hold escaped: the same JSON to whoever parses it. */
function headerText(json: string): string {
  return json.replace(/[^\u0020-\u007e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

async function reportedError(request: IncomingMessage): Promise<ReportedError> {
  const body = await boundedBody(request, MAX_ERROR_BYTES);
  const type = request.headers["lambda-runtime-function-error-type"];
  return {
    functionError: type === "Handled" ? "Handled" : "Unhandled",
    payload: typeof body === "string" || body.length === 0 ? namedError(type) : body,
  };
}

/** For a report without a body: the header is all that is known. */
function namedError(type: string | string[] | undefined): Uint8Array {
  const errorType = typeof type === "string" ? type : "Runtime.Unknown";
  return Buffer.from(JSON.stringify({ errorType, errorMessage: "" }));
}

function accept(response: ServerResponse): void {
  response.writeHead(202, { "Content-Type": "application/json" }).end('{"status":"OK"}\n');
}

function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  errorType: string,
  errorMessage: string,
): void {
  request.resume();
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify({ errorMessage, errorType }));
}
