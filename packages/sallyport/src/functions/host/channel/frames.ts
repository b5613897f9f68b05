/**
 * Frames of the private channel to our own Node.js runtime: 4 bytes length of what follows (big-endian), 1 byte type, the
 * body. The other side is `runtimes/node/channel.mjs`. An invocation costs one frame each way; over HTTP it would be two
 * requests with their heads.
 */

/** Host to runtime: 2 bytes length of the head, the head (JSON), the event. */
export const EVENT_FRAME = 1;

/** Runtime to host. */
export const READY_FRAME = 1;
export const RESPONSE_FRAME = 2;
export const ERROR_FRAME = 3;
export const INIT_ERROR_FRAME = 4;
export const CHUNK_FRAME = 5;
/** Body: nothing, or the error that ended the stream. */
export const STREAM_END_FRAME = 6;
export const OVERSIZE_FRAME = 7;

const LENGTH_BYTES = 4;
const TYPE_BYTES = 1;
const HEAD_LENGTH_BYTES = 2;

/** An event as one piece of bytes: one write, one read on the other side. */
export function eventFrame(head: string, payload: Uint8Array): Buffer {
  const headBytes = Buffer.byteLength(head);
  const length = TYPE_BYTES + HEAD_LENGTH_BYTES + headBytes + payload.byteLength;
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + length);
  frame.writeUInt32BE(length, 0);
  frame[LENGTH_BYTES] = EVENT_FRAME;
  frame.writeUInt16BE(headBytes, LENGTH_BYTES + TYPE_BYTES);
  const headAt = LENGTH_BYTES + TYPE_BYTES + HEAD_LENGTH_BYTES;
  frame.write(head, headAt, "utf8");
  frame.set(payload, headAt + headBytes);
  return frame;
}

export type FrameReceiver = (type: number, body: Buffer) => void;

/** Takes a byte stream apart. A frame that lies within one chunk is not copied. */
export class FrameReader {
  readonly #maximumBytes: number;
  readonly #onFrame: FrameReceiver;
  #rest: Buffer[] = [];
  #restBytes = 0;
  /** Bytes of the frame under way, its length included; 0: not known yet. */
  #wanted = 0;

  constructor(maximumBytes: number, onFrame: FrameReceiver) {
    this.#maximumBytes = maximumBytes;
    this.#onFrame = onFrame;
  }

  /** False: a frame is longer than allowed, or empty; nothing more can be read. */
  push(chunk: Buffer): boolean {
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    for (;;) {
      if (this.#wanted === 0) {
        if (this.#restBytes < LENGTH_BYTES) return true;
        const length = this.#joined().readUInt32BE(0);
        if (length < TYPE_BYTES || length > this.#maximumBytes) return false;
        this.#wanted = LENGTH_BYTES + length;
      }
      if (this.#restBytes < this.#wanted) return true;
      this.#take();
    }
  }

  #take(): void {
    const bytes = this.#joined();
    const end = this.#wanted;
    this.#wanted = 0;
    this.#restBytes -= end;
    this.#rest = this.#restBytes === 0 ? [] : [bytes.subarray(end)];
    this.#onFrame(bytes[LENGTH_BYTES] as number, bytes.subarray(LENGTH_BYTES + TYPE_BYTES, end));
  }

  #joined(): Buffer {
    if (this.#rest.length > 1) this.#rest = [Buffer.concat(this.#rest, this.#restBytes)];
    return this.#rest[0] as Buffer;
  }
}
