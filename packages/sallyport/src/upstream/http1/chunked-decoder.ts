import { MalformedResponseError } from "./response-head.ts";

/** Size and extensions of a chunk. Our choice: nobody needs extensions, and each is thrown away. */
const MAX_SIZE_LINE_BYTES = 1_024;
/** All trailers together. They are thrown away, too (RFC 9112, 7.1.2 allows it). */
const MAX_TRAILER_BYTES = 16 * 1024;
const SIZE_LINE = /^([0-9A-Fa-f]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/;
/** A name, a colon, and what a value may hold. */
const TRAILER = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+:[\t\x20-\x7e\x80-\xff]*$/;
const CR = 0x0d;
const LF = 0x0a;

/** Takes the chunked coding (RFC 9112, 7.1) off a body, piece by piece. Lines end with CR LF and nothing else. */
export class ChunkedDecoder {
  /** The last chunk and its trailers have come. */
  done = false;
  #state: "size" | "data" | "data end" | "trailer" = "size";
  #line = "";
  #trailerBytes = 0;
  /** Bytes of the chunk still to come. */
  #remaining = 0;

  /** Takes what of `bytes` belongs to the body, from `from` on, and gives the place behind it. */
  feed(bytes: Buffer, from: number, onData: (data: Buffer) => void): number {
    let at = from;
    while (at < bytes.length && !this.done) {
      if (this.#state === "data") {
        const end = Math.min(bytes.length, at + this.#remaining);
        this.#remaining -= end - at;
        if (this.#remaining === 0) this.#state = "data end";
        onData(bytes.subarray(at, end));
        at = end;
      } else {
        at = this.#readLine(bytes, at);
      }
    }
    return at;
  }

  #readLine(bytes: Buffer, from: number): number {
    const lineFeed = bytes.indexOf(LF, from);
    const end = lineFeed < 0 ? bytes.length : lineFeed + 1;
    this.#line += bytes.toString("latin1", from, end);
    if (this.#line.length > (this.#state === "trailer" ? MAX_TRAILER_BYTES : MAX_SIZE_LINE_BYTES)) {
      throw new MalformedResponseError("a line of the chunked coding is too long");
    }
    if (lineFeed >= 0) {
      const line = this.#line;
      this.#line = "";
      if (line.charCodeAt(line.length - 2) !== CR) throw new MalformedResponseError("a bare line end between chunks");
      this.#takeLine(line.slice(0, -2));
    }
    return end;
  }

  #takeLine(line: string): void {
    switch (this.#state) {
      case "size":
        this.#takeSize(line);
        break;
      case "trailer":
        this.#takeTrailer(line);
        break;
      default:
        if (line !== "") throw new MalformedResponseError("a chunk is longer than its size");
        this.#state = "size";
    }
  }

  #takeSize(line: string): void {
    const size = SIZE_LINE.exec(line)?.[1];
    if (size === undefined) throw new MalformedResponseError("the size of a chunk is no number");
    this.#remaining = Number.parseInt(size, 16);
    this.#state = this.#remaining === 0 ? "trailer" : "data";
  }

  #takeTrailer(line: string): void {
    this.#trailerBytes += line.length;
    if (line === "") this.done = true;
    else if (!TRAILER.test(line) || this.#trailerBytes > MAX_TRAILER_BYTES) {
      throw new MalformedResponseError("trailers that are no headers, or too many");
    }
  }
}
