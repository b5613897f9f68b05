import type { Writable } from "node:stream";
import type { LineWriter, LogLine } from "./line-queue.ts";

/** Writes to a stream of the process, standard output for example. */
export class StreamWriter implements LineWriter {
  readonly name: string;
  readonly #stream: Writable;
  #giveUp: ((reason: Error) => void) | undefined;
  #abandoned = false;

  constructor(name: string, stream: Writable) {
    this.name = name;
    this.#stream = stream;
  }

  write(lines: readonly LogLine[]): Promise<void> {
    if (this.#abandoned) return Promise.reject(new Error("abandoned"));
    const text = lines.map((line) => `${line.text}\n`).join("");
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      this.#stream.write(text, (error) => (error ? reject(error) : resolve()));
    });
  }

  /** Whoever reads the stream has stopped reading. */
  abandon(): void {
    this.#abandoned = true;
    this.#giveUp?.(new Error("nobody reads the stream"));
  }
}
