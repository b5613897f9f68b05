import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

/**
 * Looks after requests that a client sends without waiting for answers. It bounds what one connection may have under way at once. Node begins every such request, and holds the connection back only for answers that wait to be sent: requests that wait for a slow back
 * end would cost memory, and connections to it, without end.
 */
export class PipelineGuard {
  readonly #max: number;
  /** Connections with requests behind the one that is being answered. */
  readonly #waiting = new WeakMap<Socket, number>();
  readonly #ending = new WeakSet<Socket>();

  constructor(max: number) {
    this.#max = max;
  }

  /** Whether a request may be served. */
  admits({ socket }: IncomingMessage, response: ServerResponse): boolean {
    if (this.#ending.has(socket)) return false;
    // Node gives a response its socket when it is its turn.
    if (response.socket === null) this.#count(socket, response);
    return true;
  }

  /** The connection ends with the answer to this request: what the client sent behind it is not served. */
  endWith({ socket }: IncomingMessage): void {
    this.#ending.add(socket);
  }

  #count(socket: Socket, response: ServerResponse): void {
    const waiting = (this.#waiting.get(socket) ?? 0) + 1;
    this.#waiting.set(socket, waiting);
    // Node itself resumes the socket at the end of each request that it has read: wait until it has read what there is.
    if (waiting >= this.#max) setImmediate(() => this.#holdBack(socket));
    response.once("close", () => this.#done(socket));
  }

  #holdBack(socket: Socket): void {
    if ((this.#waiting.get(socket) ?? 0) >= this.#max) socket.pause();
  }

  #done(socket: Socket): void {
    const waiting = (this.#waiting.get(socket) ?? 1) - 1;
    this.#waiting.set(socket, waiting);
    if (waiting < this.#max && socket.isPaused()) socket.resume();
  }
}
