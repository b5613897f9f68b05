import type { BodySink, BodySource } from "../body.ts";
import type { Connection } from "./connection.ts";

/** The body of a request did not keep to the length that was announced for it. */
export class BodyLengthError extends Error {
  override readonly name = "BodyLengthError";
}

export interface RequestBodyEvents {
  onBodyFailed(reason: Error): void;
}

/**
 * Puts the body of a request on the wire, in chunks when its length is unknown, and never another number of bytes than
 * announced: the next request would begin in the wrong place. What comes while there is no connection is kept, which is
 * little, because it holds the source back.
 */
export class RequestBodyWriter implements BodySink {
  /** Bytes of the body have left. */
  begun = false;
  /** All of it has left. */
  complete = false;
  readonly #source: BodySource;
  readonly #events: RequestBodyEvents;
  #connection: Connection | undefined;
  /** Undefined: chunks. */
  #remaining: number | undefined;
  #piped = false;
  #stopped = false;
  #ended = false;
  #held: Uint8Array[] = [];

  constructor(source: BodySource, events: RequestBodyEvents) {
    this.#source = source;
    this.#events = events;
    this.#remaining = source.length;
  }

  /** Goes on over a connection, whose request head has been written. */
  start(connection: Connection): void {
    this.#connection = connection;
    if (!this.#piped) {
      this.#piped = true;
      this.#source.pipe(this);
      return;
    }
    for (const chunk of this.#held.splice(0)) this.#send(connection, chunk);
    if (this.#ended) this.#finish(connection);
    else this.#source.resume();
  }

  /** The connection broke; another one may follow. */
  pause(): void {
    this.#connection = undefined;
  }

  /** Nobody wants the rest. */
  stop(): void {
    if (this.#stopped || this.complete) return;
    this.#stopped = true;
    this.#connection = undefined;
    this.#held = [];
    this.#source.cancel();
  }

  drain(): void {
    if (this.#connection && !this.#ended) this.#source.resume();
  }

  write(chunk: Uint8Array): boolean {
    if (this.#stopped || chunk.byteLength === 0) return true;
    if (this.#remaining !== undefined) {
      this.#remaining -= chunk.byteLength;
      if (this.#remaining < 0) {
        this.#fail(new BodyLengthError("the request's body is longer than announced"));
        return true;
      }
    }
    if (this.#connection) return this.#send(this.#connection, chunk);
    this.#held.push(chunk);
    return false;
  }

  end(): void {
    if (this.#stopped) return;
    if (this.#remaining !== undefined && this.#remaining > 0) {
      this.#fail(new BodyLengthError("the request's body is shorter than announced"));
      return;
    }
    this.#ended = true;
    if (this.#connection) this.#finish(this.#connection);
  }

  fail(reason: Error): void {
    if (!this.#stopped) this.#fail(reason);
  }

  #fail(reason: Error): void {
    this.stop();
    this.#events.onBodyFailed(reason);
  }

  #send(connection: Connection, chunk: Uint8Array): boolean {
    this.begun = true;
    if (this.#remaining !== undefined) return connection.write(chunk);
    connection.cork();
    connection.writeText(`${chunk.byteLength.toString(16)}\r\n`);
    connection.write(chunk);
    const wantsMore = connection.writeText("\r\n");
    connection.uncork();
    return wantsMore;
  }

  #finish(connection: Connection): void {
    if (this.#remaining === undefined) connection.writeText("0\r\n\r\n");
    this.complete = true;
  }
}
