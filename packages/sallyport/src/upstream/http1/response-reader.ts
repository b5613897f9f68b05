import { ChunkedDecoder } from "./chunked-decoder.ts";
import type { ResponseEvents, ResponseHead } from "./response-head.ts";
import { MalformedResponseError, parseResponseHead } from "./response-head.ts";

/** Response heads over it are malformed, interim ones counted in. Our choice. */
const MAX_HEAD_BYTES = 64 * 1024;
/** A back end may say that it is still there, but not for ever. Our choice. */
const MAX_INTERIM = 32;
const HEAD_END = Buffer.from("\r\n\r\n");

/** Reads the responses of a connection, one after the other. Throws MalformedResponseError. */
export class ResponseReader {
  readonly #events: ResponseEvents;
  #method = "";
  #state: "head" | "length" | "chunked" | "to the end" | "complete" = "head";
  /** A head's first part. */
  #held: Buffer | undefined;
  #headBytes = 0;
  #interim = 0;
  #closes = false;
  #remaining = 0;
  #decoder: ChunkedDecoder | undefined;
  #lastText: string | undefined;
  #last: ResponseHead | undefined;

  constructor(events: ResponseEvents) {
    this.#events = events;
  }

  /** The next response is awaited, the one to a request with this method. */
  begin(method: string): void {
    this.#method = method;
    this.#state = "head";
    this.#headBytes = 0;
    this.#interim = 0;
  }

  feed(bytes: Buffer): void {
    let at = 0;
    let rest = bytes;
    while (this.#state === "head" && at < rest.length) {
      if (this.#held) {
        rest = Buffer.concat([this.#held, rest]);
        this.#held = undefined;
      }
      at = this.#feedHead(rest, at);
    }
    if (at < rest.length) this.#feedBody(rest, at);
  }

  /** The back end ended the connection; false: in the middle of the response. */
  end(): boolean {
    if (this.#state !== "to the end") return this.#state === "complete";
    this.#state = "complete";
    this.#events.onEnd(false);
    return true;
  }

  #feedHead(bytes: Buffer, from: number): number {
    const end = bytes.indexOf(HEAD_END, from);
    const size = (end < 0 ? bytes.length : end + 4) - from;
    if (this.#headBytes + size > MAX_HEAD_BYTES) {
      throw new MalformedResponseError(`a head over ${MAX_HEAD_BYTES} bytes`);
    }
    if (end < 0) {
      this.#held = Buffer.from(bytes.subarray(from));
      return bytes.length;
    }
    this.#headBytes += size;
    this.#takeHead(this.#parse(bytes.toString("latin1", from, end)), bytes.length === end + 4);
    return end + 4;
  }

  /** Answers to the like questions have like heads, within the second that their dates tell. */
  #parse(text: string): ResponseHead {
    if (text !== this.#lastText) {
      this.#last = parseResponseHead(text);
      this.#lastText = text;
    }
    const last = this.#last!;
    return { ...last, headers: last.headers.slice() };
  }

  #takeHead(head: ResponseHead, last: boolean): void {
    if (head.status < 200) {
      this.#interim += 1;
      // Nobody asked for another protocol.
      if (head.status === 101) throw new MalformedResponseError("the back end switched protocols");
      if (this.#interim > MAX_INTERIM) throw new MalformedResponseError(`more than ${MAX_INTERIM} interim responses`);
      return;
    }
    this.#closes = head.closes;
    const bodiless = this.#method === "HEAD" || head.status === 204 || head.status === 304;
    if (!bodiless && head.chunked) {
      this.#state = "chunked";
      this.#decoder = new ChunkedDecoder();
    } else if (!bodiless && head.length === undefined) {
      this.#state = "to the end";
    } else {
      this.#remaining = bodiless ? 0 : (head.length ?? 0);
      this.#state = this.#remaining === 0 ? "complete" : "length";
    }
    this.#events.onHead(head);
    if (this.#state === "complete") this.#events.onEnd(last && !this.#closes);
  }

  #feedBody(bytes: Buffer, from: number): void {
    switch (this.#state) {
      case "length":
        this.#feedLength(bytes, from);
        break;
      case "chunked":
        this.#feedChunked(bytes, from, this.#decoder!);
        break;
      case "to the end":
        this.#events.onBody(bytes.subarray(from));
        break;
      default:
      // What follows a complete response was told by `clean`: the connection is not used again.
    }
  }

  #feedLength(bytes: Buffer, from: number): void {
    const end = Math.min(bytes.length, from + this.#remaining);
    this.#remaining -= end - from;
    if (this.#remaining === 0) this.#state = "complete";
    this.#events.onBody(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    if (this.#remaining === 0) this.#events.onEnd(end === bytes.length && !this.#closes);
  }

  #feedChunked(bytes: Buffer, from: number, decoder: ChunkedDecoder): void {
    const end = decoder.feed(bytes, from, (data) => this.#events.onBody(data));
    if (!decoder.done) return;
    this.#state = "complete";
    this.#events.onEnd(end === bytes.length && !this.#closes);
  }
}
