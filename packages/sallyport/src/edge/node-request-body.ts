import type { IncomingMessage } from "node:http";
import type { BodySink, BodySource } from "../upstream/body.ts";

/** What of an unwanted body is read so that the connection can go on, before it is cut. Our choice. */
const MAX_DISCARDED_BYTES = 32 * 1024 * 1024;

/** The client went away before its body was complete. */
export class ClientGoneError extends Error {
  override readonly name = "ClientGoneError";
}

/** The body of a request that Node received. */
export class NodeRequestBody implements BodySource {
  readonly length: number | undefined;
  readonly #message: IncomingMessage;
  /** The client waits for a "100 Continue" before it sends. */
  #askFor: (() => void) | undefined;
  #sink: BodySink | undefined;
  #discarded = 0;
  #started = false;

  constructor(message: IncomingMessage, length: number | undefined, askFor: (() => void) | undefined) {
    this.#message = message;
    this.length = length;
    this.#askFor = askFor;
  }

  pipe(sink: BodySink): void {
    this.#sink = sink;
    this.#askFor?.();
    this.#askFor = undefined;
    this.#start();
  }

  resume(): void {
    this.#message.resume();
  }

  /** Reads on without anybody listening: closing at once would reset a client that has not read its answer yet. */
  cancel(): void {
    this.#sink = undefined;
    // The client was never told to go on: nothing comes, and the connection ends with the answer.
    if (this.#askFor) return;
    this.#start();
    this.#message.resume();
  }

  /** Nobody has asked for the body and the client waits to be asked. */
  get isHeldBack(): boolean {
    return this.#askFor !== undefined;
  }

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    const message = this.#message;
    message.on("data", (chunk: Buffer) => this.#onData(chunk));
    message.on("end", () => this.#sink?.end());
    message.on("error", (error) => this.#sink?.fail(error));
    message.on("close", () => {
      if (!message.complete) this.#sink?.fail(new ClientGoneError("the client closed the connection"));
    });
  }

  #onData(chunk: Buffer): void {
    if (this.#sink) {
      if (!this.#sink.write(chunk)) this.#message.pause();
      return;
    }
    this.#discarded += chunk.length;
    if (this.#discarded > MAX_DISCARDED_BYTES) this.#message.destroy();
  }
}
