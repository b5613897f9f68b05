import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Exchange } from "../http/exchange.ts";
import { joinedHeader } from "../model/raw-headers.ts";
import type { EdgeLimits } from "./edge-limits.ts";
import { EDGE_LIMITS } from "./edge-limits.ts";
import type { EdgeState } from "./node-exchange.ts";
import { NodeExchange } from "./node-exchange.ts";
import { PipelineGuard } from "./pipeline-guard.ts";
import { readHead } from "./request-head.ts";
import type { WireErrorStatus } from "./wire-error.ts";
import { endWithError, wireErrorBody, wireErrorOf } from "./wire-error.ts";

/** Larger than the quota, so that the pipeline can say 431 with a request id; beyond it the parser says it. */
const MAX_HEAD_BYTES = 64 * 1024;
/** The parser counts neither colons nor line ends, and empty values cost no quota. Our choice. */
const MAX_HEADERS = 2_000;
export interface HttpEdgeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly handle: (exchange: Exchange) => void;
  /** Limits that differ from ours. */
  readonly limits?: Partial<EdgeLimits>;
}

export interface EdgeAddress {
  readonly host: string;
  readonly port: number;
}

/** A listener for HTTP/1 without TLS. */
export interface HttpEdge {
  /** The address really listened on. */
  readonly address: EdgeAddress;
  /**
   * Stops listening, refuses requests on connections that are open, closes those that are idle and waits for what is
   * under way, but no longer than `deadlineMs`. Resolves when every connection is closed.
   */
  drain(deadlineMs: number): Promise<void>;
}

/** Opens a listener; rejects when it cannot be opened. */
export async function openHttpEdge({ host, port, handle, limits }: HttpEdgeOptions): Promise<HttpEdge> {
  const { headMs, requestMs, checkMs, ...others } = { ...EDGE_LIMITS, ...limits };
  const server = createServer({
    // `idleMs` covers it, without a second timer for each request and without a header that the real service has not.
    keepAliveTimeout: 0,
    headersTimeout: headMs,
    requestTimeout: requestMs,
    connectionsCheckingInterval: checkMs,
    maxHeaderSize: MAX_HEAD_BYTES,
    requireHostHeader: false,
    // Nobody listens to the end of a body that is none.
    optimizeEmptyRequests: true,
    noDelay: true,
  });
  const edge = new NodeHttpEdge(server, handle, others);
  server.listen({ host, port });
  await once(server, "listening");
  return edge;
}

class NodeHttpEdge implements HttpEdge, EdgeState {
  draining = false;
  readonly #server: Server;
  readonly #handle: (exchange: Exchange) => void;
  readonly #pipelines: PipelineGuard;

  constructor(
    server: Server,
    handle: (exchange: Exchange) => void,
    limits: Pick<EdgeLimits, "idleMs" | "connections" | "pipelined">,
  ) {
    this.#server = server;
    this.#handle = handle;
    this.#pipelines = new PipelineGuard(limits.pipelined);
    server.maxConnections = limits.connections;
    // Node's default of 2,000 drops what is beyond it without a word; the size is limited already.
    server.maxHeadersCount = 0;
    server.timeout = limits.idleMs;
    server.on("request", (message, response) => this.#serve(message, response));
    server.on("checkContinue", (message, response) => {
      // Node looks for the word anywhere in the value.
      if (joinedHeader(message.rawHeaders, "expect")?.toLowerCase() === "100-continue") this.#serve(message, response);
      else this.#refuse(message, response, 417);
    });
    server.on("checkExpectation", (message, response) => this.#refuse(message, response, 417));
    server.on("connect", (_message, socket) => endWithError(socket, 400));
    server.on("clientError", onClientError);
  }

  get address(): EdgeAddress {
    const { address, port } = this.#server.address() as AddressInfo;
    return { host: address, port };
  }

  async drain(deadlineMs: number): Promise<void> {
    this.draining = true;
    // Closes what is idle, too.
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    const deadline = setTimeout(() => this.#server.closeAllConnections(), deadlineMs);
    await closed;
    clearTimeout(deadline);
  }

  /** An answer that began before the drain left its connection open. */
  onExchangeEnd(): void {
    if (this.draining) this.#server.closeIdleConnections();
  }

  #serve(message: IncomingMessage, response: ServerResponse): void {
    if (!this.#pipelines.admits(message, response)) return;
    if (message.rawHeaders.length > 2 * MAX_HEADERS) {
      this.#refuse(message, response, 431);
      return;
    }
    const head = this.draining ? undefined : readHead(message, response);
    if (head) this.#handle(new NodeExchange(head, message, response, this));
    else this.#refuse(message, response, this.draining ? 503 : 400);
  }

  /** Answers without a request having come to be, and ends the connection. */
  #refuse(message: IncomingMessage, response: ServerResponse, status: WireErrorStatus): void {
    this.#pipelines.endWith(message);
    const body = wireErrorBody(status);
    response.shouldKeepAlive = false;
    response.writeHead(status, ["content-type", "application/json", "content-length", String(body.length)]);
    response.end(body);
  }
}

function onClientError(error: Error, socket: Duplex): void {
  const reset = "code" in error && error.code === "ECONNRESET";
  const response = responseUnderWay(socket);
  if (response?.req.complete === true && !reset) {
    // What is wrong came behind a whole request: that one gets its answer, and the connection ends with it.
    response.shouldKeepAlive = false;
    if (response.headersSent) socket.pause();
  } else if (reset || !socket.writable || response?.headersSent === true) socket.destroy();
  else endWithError(socket, wireErrorOf(error));
}

/** The member is Node's own, and its default handler of this event looks at it, too. */
function responseUnderWay(socket: Duplex): ServerResponse | undefined {
  return (socket as { _httpMessage?: ServerResponse | null })._httpMessage ?? undefined;
}
