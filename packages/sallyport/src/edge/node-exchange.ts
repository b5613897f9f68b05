import type { IncomingMessage, ServerResponse } from "node:http";
import type { BodySink, BodySource } from "../upstream/body.ts";
import type { Exchange, ExchangeEnd } from "../http/exchange.ts";
import type { RawHeaders } from "../model/raw-headers.ts";
import type { NodeRequestBody } from "./node-request-body.ts";
import type { RequestHead } from "./request-head.ts";

/** The listener that an exchange belongs to. */
export interface EdgeState {
  /** It is on its way out: connections end with their answer. */
  readonly draining: boolean;
  /** Told when an exchange is over, one way or the other. */
  onExchangeEnd(): void;
}

/** Up to here copying a body costs less than a second piece on the wire. */
const SMALL_BYTES = 8 * 1024;

/** An exchange over Node's HTTP server; also the sink that a streamed response flows into. */
export class NodeExchange implements Exchange, BodySink {
  readonly method: string;
  readonly target: string;
  readonly authority: string;
  readonly headers: RawHeaders;
  readonly body: NodeRequestBody | undefined;
  readonly clientAddress: string;
  readonly localAddress: string;
  readonly secure: boolean;
  onAbort: (() => void) | undefined;
  onEnd: ExchangeEnd | undefined;
  bodyBytesSent = 0;
  answered = false;
  aborted = false;
  readonly #response: ServerResponse;
  readonly #edge: EdgeState;
  /** The response's body while it streams. */
  #source: BodySource | undefined;
  /** Bytes still to come of a response of known length. */
  #remaining = -1;

  constructor(head: RequestHead, message: IncomingMessage, response: ServerResponse, edge: EdgeState) {
    this.method = message.method ?? "";
    this.target = head.target;
    this.authority = head.authority;
    this.headers = message.rawHeaders;
    this.body = head.body;
    this.clientAddress = message.socket.remoteAddress ?? "";
    this.localAddress = message.socket.localAddress ?? "";
    this.secure = "encrypted" in message.socket;
    this.#response = response;
    this.#edge = edge;
    response.on("close", () => this.#onClose());
  }

  respond(status: number, headers: readonly string[], body: Uint8Array | undefined): void {
    this.#writeHead(status, headers);
    if (body && this.method !== "HEAD") this.bodyBytesSent = body.byteLength;
    if (body) this.#endWith(body);
    else this.#response.end();
    this.body?.cancel();
  }

  stream(status: number, headers: readonly string[], body: BodySource): void {
    this.#writeHead(status, headers);
    if (this.method === "HEAD") {
      this.#response.end();
      body.cancel();
      return;
    }
    this.#source = body;
    this.#remaining = body.length ?? -1;
    this.#response.on("drain", () => body.resume());
    body.pipe(this);
    // Whatever of the body came with the head leaves in one piece with ours; a body that is slow must not hold it.
    process.nextTick(flushHead, this.#response);
  }

  destroy(): void {
    this.#response.destroy();
  }

  write(chunk: Uint8Array): boolean {
    this.bodyBytesSent += chunk.byteLength;
    if (this.#remaining < 0) return this.#response.write(chunk);
    this.#remaining -= chunk.byteLength;
    if (this.#remaining > 0) return this.#response.write(chunk);
    this.#endWith(chunk);
    return true;
  }

  end(): void {
    this.#source = undefined;
    if (!this.#response.writableEnded) this.#response.end();
  }

  fail(): void {
    this.#source = undefined;
    this.#response.destroy();
  }

  /** As text, one byte a character, Node puts a small body behind its head and writes both as one piece. */
  #endWith(bytes: Uint8Array): void {
    if (bytes.byteLength > SMALL_BYTES) this.#response.end(bytes);
    else this.#response.end(asBuffer(bytes).toString("latin1"), "latin1");
  }

  #writeHead(status: number, headers: readonly string[]): void {
    this.answered = true;
    const response = this.#response;
    // A body that the client holds back would otherwise be taken for its next request.
    if (this.#edge.draining || this.body?.isHeldBack) response.shouldKeepAlive = false;
    response.writeHead(status, headers as string[]);
  }

  #onClose(): void {
    this.#edge.onExchangeEnd();
    if (!this.#response.writableFinished) this.#abort();
    this.onEnd?.ended();
  }

  #abort(): void {
    this.aborted = true;
    const source = this.#source;
    this.#source = undefined;
    source?.cancel();
    this.onAbort?.();
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return bytes instanceof Buffer ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function flushHead(response: ServerResponse): void {
  if (!response.writableEnded && !response.destroyed) response.flushHeaders();
}
