import { once } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Exchange } from "../http/exchange.ts";
import type { EdgeState } from "./node-exchange.ts";
import { NodeExchange } from "./node-exchange.ts";
import { readHead } from "./request-head.ts";
import type { WireErrorStatus } from "./wire-error.ts";
import { endWithError, wireErrorBody, wireErrorOf } from "./wire-error.ts";

/** Larger than the quota, so that the pipeline can say 431 with a request id; beyond it the parser says it. */
const MAX_HEAD_BYTES = 64 * 1024;
/** Our choices; the service's own are not published. */
const TIMEOUTS = {
  keepAliveTimeout: 65_000,
  headersTimeout: 20_000,
  /** Receiving all of a request. */
  requestTimeout: 120_000,
  connectionsCheckingInterval: 5_000,
} as const;
/** Nothing in either direction, longer than any integration may take. */
const SOCKET_IDLE_MS = 75_000;

export interface HttpEdgeOptions {
  readonly host: string;
  /** 0: any that is free. */
  readonly port: number;
  readonly handle: (exchange: Exchange) => void;
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
export async function openHttpEdge({ host, port, handle }: HttpEdgeOptions): Promise<HttpEdge> {
  const server = createServer({ ...TIMEOUTS, maxHeaderSize: MAX_HEAD_BYTES, requireHostHeader: false, noDelay: true });
  const edge = new NodeHttpEdge(server, handle);
  server.listen({ host, port });
  await once(server, "listening");
  return edge;
}

class NodeHttpEdge implements HttpEdge, EdgeState {
  draining = false;
  readonly #server: Server;
  readonly #handle: (exchange: Exchange) => void;

  constructor(server: Server, handle: (exchange: Exchange) => void) {
    this.#server = server;
    this.#handle = handle;
    // Node's default of 2,000 drops what is beyond it without a word; the size is limited already.
    server.maxHeadersCount = 0;
    server.timeout = SOCKET_IDLE_MS;
    server.on("request", (message, response) => this.#serve(message, response));
    server.on("checkContinue", (message, response) => this.#serve(message, response));
    server.on("checkExpectation", (_message, response) => refuse(response, 417));
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
    if (this.draining) {
      refuse(response, 503);
      return;
    }
    const head = readHead(message, response);
    if (head) this.#handle(new NodeExchange(head, message, response, this));
    else refuse(response, 400);
  }
}

/** Answers without a request having come to be, and ends the connection. */
function refuse(response: ServerResponse, status: WireErrorStatus): void {
  const body = wireErrorBody(status);
  response.shouldKeepAlive = false;
  response.writeHead(status, ["content-type", "application/json", "content-length", String(body.length)]);
  response.end(body);
}

function onClientError(error: Error, socket: Duplex): void {
  const reset = "code" in error && error.code === "ECONNRESET";
  if (reset || !socket.writable || hasAnswer(socket)) socket.destroy();
  else endWithError(socket, wireErrorOf(error));
}

/**
 * Whether a response is on its way already: a second one would be taken for a part of it. The member is Node's own, and
 * its default handler of this event asks it the same.
 */
function hasAnswer(socket: Duplex): boolean {
  const response = (socket as { _httpMessage?: ServerResponse | null })._httpMessage;
  return response?.headersSent === true;
}
