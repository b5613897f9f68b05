/**
 * How a payload flows through the gateway, in either direction, without Node's streams: chunks are pushed into a sink
 * that may say "enough for now", and nothing is allocated per chunk.
 */
export interface BodySource {
  /** Bytes to come; undefined when unknown beforehand. */
  readonly length: number | undefined;
  /** Begins delivery, which may happen before the call returns. Once only. */
  pipe(sink: BodySink): void;
  /** Goes on after a `write` that returned false. */
  resume(): void;
  /** Nobody wants the rest. The sink hears no more. Harmless when the body has ended. */
  cancel(): void;
}

export interface BodySink {
  /** False: keep back what follows until `resume` is called on the source. The chunk itself has been taken. */
  write(chunk: Uint8Array): boolean;
  end(): void;
  /** The body is incomplete and stays so. */
  fail(reason: Error): void;
}

/** A body went over its limit while it was streaming. */
export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
  readonly limitBytes: number;

  constructor(limitBytes: number) {
    super(`body over ${limitBytes} bytes`);
    this.limitBytes = limitBytes;
  }
}

/** A source of unknown length that fails when it delivers more than `limitBytes`. */
export class LimitedBody implements BodySource, BodySink {
  readonly length = undefined;
  readonly #source: BodySource;
  readonly #limitBytes: number;
  #sink: BodySink | undefined;
  #bytes = 0;

  constructor(source: BodySource, limitBytes: number) {
    this.#source = source;
    this.#limitBytes = limitBytes;
  }

  /** Delivered so far. */
  get bytes(): number {
    return this.#bytes;
  }

  pipe(sink: BodySink): void {
    this.#sink = sink;
    this.#source.pipe(this);
  }

  resume(): void {
    this.#source.resume();
  }

  cancel(): void {
    this.#sink = undefined;
    this.#source.cancel();
  }

  write(chunk: Uint8Array): boolean {
    this.#bytes += chunk.byteLength;
    if (this.#bytes <= this.#limitBytes) return this.#sink?.write(chunk) ?? true;
    const sink = this.#sink;
    this.cancel();
    sink?.fail(new BodyTooLargeError(this.#limitBytes));
    return true;
  }

  end(): void {
    this.#sink?.end();
  }

  fail(reason: Error): void {
    this.#sink?.fail(reason);
  }
}
