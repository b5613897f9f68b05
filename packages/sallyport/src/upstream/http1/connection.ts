import type { Socket } from "node:net";
import type { ResponseEvents, ResponseHead } from "./response-head.ts";
import { ResponseReader } from "./response-reader.ts";

/** The one who has a connection at the moment. Hears nothing more after `onEnd` or `onBroken`. */
export interface ConnectionUser {
  onHead(head: ResponseHead): void;
  /** The chunk is the callee's. False: read on only after `resume`. */
  onBody(chunk: Uint8Array): boolean;
  /** `clean`: the connection may take another request. */
  onEnd(clean: boolean): void;
  /** The socket takes more of the request. */
  onDrain(): void;
  onBroken(error: Error): void;
}

/** The back end closed the connection. */
export class ConnectionClosedError extends Error {
  override readonly name = "ConnectionClosedError";
}

/** Smaller pieces of a body are copied out of the read buffer; with larger ones the buffer itself is handed over. */
const COPIED_BYTES = 4_096;
const READ_BYTES = 16 * 1024;
/** For connections on which a read filled the buffer. */
const LARGE_READ_BYTES = 64 * 1024;

/** The options of `net.connect` that let a socket read into one buffer again and again. */
export class ReadBuffer {
  /** Set by the connection as soon as there is one. */
  onBytes: ((bytes: Buffer) => boolean) | undefined;
  #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #given = false;

  readonly options = {
    buffer: (): Uint8Array => this.#next(),
    callback: (read: number): boolean => {
      const bytes = this.#buffer;
      return this.onBytes?.(read === bytes.length ? bytes : bytes.subarray(0, read)) ?? true;
    },
  };

  /** A chunk that stays as it is when the buffer is read into again. */
  owned(chunk: Buffer): Uint8Array {
    if (chunk.length <= COPIED_BYTES) return Buffer.from(chunk);
    this.#given = true;
    return chunk;
  }

  #next(): Uint8Array {
    if (this.#given) {
      this.#given = false;
      this.#buffer = Buffer.allocUnsafeSlow(LARGE_READ_BYTES);
    }
    return this.#buffer;
  }
}

/** A connection to a back end: one request after the other. */
export class Connection implements ResponseEvents {
  /** Responses that have come over it. */
  served = 0;
  /** A byte of the response that is awaited has come. */
  heard = false;
  /** Not used again after this time. */
  idleUntilMs = 0;
  readonly #socket: Socket;
  readonly #buffer: ReadBuffer;
  readonly #onClose: (connection: Connection) => void;
  #user: ConnectionUser | undefined;
  readonly #reader = new ResponseReader(this);
  #paused = false;
  #closed = false;

  constructor(socket: Socket, buffer: ReadBuffer, onClose: (connection: Connection) => void) {
    this.#socket = socket;
    this.#buffer = buffer;
    this.#onClose = onClose;
    buffer.onBytes = (bytes) => this.#onBytes(bytes);
    socket.on("drain", () => this.#user?.onDrain());
    socket.on("end", () => this.#onEof());
    socket.on("error", (error) => this.break(error));
    socket.on("close", () => this.break(new ConnectionClosedError("the back end closed the connection")));
  }

  /** Takes the connection for one exchange. */
  begin(user: ConnectionUser, method: string): void {
    this.#user = user;
    this.heard = false;
    this.#reader.begin(method);
  }

  writeHead(head: string): void {
    this.#socket.write(head, "latin1");
  }

  /** False: the socket has enough for now. */
  write(chunk: Uint8Array): boolean {
    return this.#socket.write(chunk);
  }

  writeText(text: string): boolean {
    return this.#socket.write(text, "latin1");
  }

  /** Several writes as one. */
  cork(): void {
    this.#socket.cork();
  }

  uncork(): void {
    this.#socket.uncork();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#socket.resume();
  }

  /** Ends the connection; its user hears nothing of it. */
  destroy(): void {
    this.#user = undefined;
    this.#socket.destroy();
    this.#close();
  }

  /** Ends the connection; its user hears why. */
  break(error: Error): void {
    const user = this.#user;
    this.destroy();
    user?.onBroken(error);
  }

  onHead(head: ResponseHead): void {
    this.#user?.onHead(head);
  }

  onBody(chunk: Buffer): void {
    if (this.#user && !this.#user.onBody(this.#buffer.owned(chunk))) this.#paused = true;
  }

  onEnd(clean: boolean): void {
    const user = this.#user;
    this.#user = undefined;
    this.served += 1;
    // Whoever paused has all of it now, and the next one has not asked for a pause.
    this.resume();
    user?.onEnd(clean);
  }

  #onBytes(bytes: Buffer): boolean {
    if (!this.#user) {
      // Nobody asked for anything: the answer to the next request would be a wrong one.
      this.destroy();
      return true;
    }
    this.heard = true;
    try {
      this.#reader.feed(bytes);
    } catch (error) {
      this.break(error as Error);
    }
    return !this.#paused;
  }

  #onEof(): void {
    if (this.#user && !this.#reader.end()) {
      this.break(new ConnectionClosedError("the back end closed the connection"));
    } else this.destroy();
  }

  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#onClose(this);
  }
}
