import { StringDecoder } from "node:string_decoder";

/** Longest event of a log (CloudWatch Logs quotas: 1 MB; ours keeps a line readable). Longer lines are cut in pieces. */
const MAX_LINE_CHARACTERS = 262_144;

/** Makes lines of what a process writes. */
export class LineSplitter {
  readonly #decoder = new StringDecoder("utf8");
  readonly #onLine: (line: string) => void;
  #rest = "";

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#rest + this.#decoder.write(chunk)).split("\n");
    this.#rest = lines.pop() as string;
    for (const line of lines) this.#onLine(line);
    while (this.#rest.length >= MAX_LINE_CHARACTERS) {
      this.#onLine(this.#rest.slice(0, MAX_LINE_CHARACTERS));
      this.#rest = this.#rest.slice(MAX_LINE_CHARACTERS);
    }
  }

  /** A last line without line break. */
  flush(): void {
    if (this.#rest !== "") this.#onLine(this.#rest);
    this.#rest = "";
  }
}
