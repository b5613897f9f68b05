import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { FunctionDefinition } from "../../function-host.ts";
import type { FunctionLogLine, FunctionLogSink } from "../host-options.ts";
import { LineSplitter } from "./line-splitter.ts";

/** Of `LogType=Tail`. AWS Lambda API Reference, "Invoke". */
const TAIL_BYTES = 4_096;
/** What is read of a process's output in one span of time: a function that floods its log waits, not the gateway. */
const FLOOD_BYTES = 4_194_304;
const FLOOD_SPAN_MS = 250;
const STREAM_ID_BYTES = 16;

/** The last 4 KB of what an invocation wrote. */
export class LogTail {
  #text = "";

  add(line: string): void {
    this.#text += `${line}\n`;
    if (this.#text.length > 2 * TAIL_BYTES) this.#text = this.#text.slice(-TAIL_BYTES);
  }

  get text(): string {
    const bytes = Buffer.from(this.#text);
    // A character that the cut goes through is left out.
    let start = Math.max(0, bytes.length - TAIL_BYTES);
    while (start > 0 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
    return bytes.toString("utf8", start);
  }
}

/** The log of one process: what it writes, and what the platform writes about it. */
export class FunctionLog {
  readonly logGroup: string;
  readonly logStream: string;
  readonly #definition: FunctionDefinition;
  readonly #sink: FunctionLogSink | undefined;
  #requestId: string | undefined;
  /** Of the invocation under way; before the first, of the initialisation. */
  #tail: LogTail | undefined = new LogTail();

  constructor(definition: FunctionDefinition, sink: FunctionLogSink | undefined, nowMs: number) {
    this.#definition = definition;
    this.#sink = sink;
    this.logGroup = `/aws/lambda/${definition.name}`;
    const day = new Date(nowMs).toISOString().slice(0, 10).replaceAll("-", "/");
    this.logStream = `${day}/[${definition.version}]${randomBytes(STREAM_ID_BYTES).toString("hex")}`;
  }

  /** Whether anybody reads lines now: without, none need be made. */
  get wanted(): boolean {
    return this.#sink !== undefined || this.#tail !== undefined;
  }

  /** The last lines of the invocation, or of the initialisation. */
  get lastLines(): string {
    return this.#tail?.text ?? "";
  }

  begin(requestId: string, tail: LogTail | undefined): void {
    this.#requestId = requestId;
    this.#tail = tail;
  }

  end(): void {
    this.#requestId = undefined;
    this.#tail = undefined;
  }

  /** Reads a stream of the process to its end. */
  read(stream: Readable, source: "stdout" | "stderr", onLine?: (line: string) => void): void {
    const lines = new LineSplitter((line) => {
      this.line(source, line);
      onLine?.(line);
    });
    let bytes = 0;
    let since = performance.now();
    stream.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      lines.push(chunk);
      if (bytes < FLOOD_BYTES) return;
      const left = since + FLOOD_SPAN_MS - performance.now();
      if (left > 0) {
        stream.pause();
        setTimeout(() => stream.resume(), left).unref();
      }
      bytes = 0;
      since = performance.now() + Math.max(0, left);
    });
    stream.on("end", () => lines.flush());
    stream.on("error", () => stream.destroy());
  }

  line(source: FunctionLogLine["source"], text: string): void {
    this.#tail?.add(text);
    if (!this.#sink) return;
    const { arn, name, version } = this.#definition;
    this.#sink.write({
      functionArn: arn,
      functionName: name,
      version,
      logGroup: this.logGroup,
      logStream: this.logStream,
      requestId: this.#requestId,
      source,
      timeMs: Date.now(),
      text,
    });
  }
}
