import { setTimeout as pause } from "node:timers/promises";
import type { LineWriter, LogLine } from "./line-queue.ts";
import { otlpLogs } from "./otlp.ts";

/** Our choices. */
const TIMEOUT_MS = 10_000;
const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 500;

export interface HttpWriterOptions {
  readonly url: URL;
  /** `lines`: newline-delimited text; `otlp`: OTLP/HTTP with JSON, logs signal. */
  readonly encoding: "lines" | "otlp";
  /** The log group or other name that the lines belong to. */
  readonly source: string;
  readonly timeoutMs?: number;
  /** Pause after the first failure; it doubles with each. */
  readonly pauseMs?: number;
}

/** Posts lines in batches. What fails is tried again a few times and then given up: the queue behind it is bounded. */
export class HttpWriter implements LineWriter {
  readonly name: string;
  readonly #options: HttpWriterOptions;
  readonly #stop = new AbortController();

  constructor(options: HttpWriterOptions) {
    this.#options = options;
    // Neither user nor query: they may be secrets.
    this.name = options.url.origin + options.url.pathname;
  }

  async write(lines: readonly LogLine[]): Promise<void> {
    const { encoding, source, pauseMs = FIRST_PAUSE_MS } = this.#options;
    const body = encoding === "otlp" ? otlpLogs(source, lines) : lines.map((line) => `${line.text}\n`).join("");
    for (let attempt = 1; ; attempt++) {
      const failure = await this.#post(body);
      if (!failure) return;
      if (attempt === ATTEMPTS || !failure.again || this.#stop.signal.aborted) throw failure.error;
      await pause(pauseMs * 2 ** (attempt - 1), undefined, { signal: this.#stop.signal });
    }
  }

  abandon(): void {
    this.#stop.abort(new Error("the gateway stops"));
  }

  async #post(body: string): Promise<Failure | undefined> {
    const { url, encoding, timeoutMs = TIMEOUT_MS } = this.#options;
    // TLS is loaded where it is needed: a start does not wait for it.
    const { request: send } = await (url.protocol === "https:" ? import("node:https") : import("node:http"));
    const type = encoding === "otlp" ? "application/json" : "application/x-ndjson";
    const headers = { "content-type": type, "content-length": Buffer.byteLength(body) };
    const signal = AbortSignal.any([this.#stop.signal, AbortSignal.timeout(timeoutMs)]);
    return new Promise((resolve) => {
      const sent = send(url, { method: "POST", headers, signal }, (response) => {
        const { statusCode = 0 } = response;
        response.resume();
        response.on("error", (error) => resolve({ error, again: true }));
        response.on("end", () => resolve(failureOf(statusCode)));
      });
      sent.on("error", (error) => resolve({ error, again: true }));
      sent.end(body);
    });
  }
}

interface Failure {
  readonly error: Error;
  /** It may work the next time. */
  readonly again: boolean;
}

function failureOf(status: number): Failure | undefined {
  if (status >= 200 && status < 300) return undefined;
  return { error: new Error(`the destination answered ${status}`), again: status === 429 || status >= 500 };
}
