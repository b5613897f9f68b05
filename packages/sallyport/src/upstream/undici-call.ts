import type { Dispatcher } from "undici";
import { errors } from "undici";
import { headerValue } from "../model/raw-headers.ts";
import type { BodySink, BodySource } from "./body.ts";
import { BodyTooLargeError } from "./body.ts";
import { BodyIterator } from "./body-iterator.ts";
import type { UpstreamCall, UpstreamFailureKind, UpstreamListener, UpstreamRequest } from "./upstream.ts";

/** No head, or no piece of the body, within the time allowed. */
export class UpstreamTimeoutError extends Error {
  override readonly name = "UpstreamTimeoutError";
}

/** The head of the response is no head that could be sent on. */
export class UnusableResponseError extends Error {
  override readonly name = "UnusableResponseError";
}

class AbortedError extends Error {
  override readonly name = "AbortedError";
}

/**
 * One exchange with a back end: undici's handler on one side, the response's body on the other. The clock is ours, not
 * undici's: its timers are half a second coarse and do not run while a connection is made.
 */
export class UndiciCall implements Dispatcher.DispatchHandler, UpstreamCall, BodySource {
  length: number | undefined;
  readonly requestBody: BodyIterator | undefined;
  readonly #request: UpstreamRequest;
  readonly #listener: UpstreamListener;
  readonly #timer: NodeJS.Timeout;
  #controller: Dispatcher.DispatchController | undefined;
  #sink: BodySink | undefined;
  #received = 0;
  #paused = false;
  #responded = false;
  #settled = false;

  constructor(request: UpstreamRequest, listener: UpstreamListener) {
    this.#request = request;
    this.#listener = listener;
    this.requestBody = request.body && new BodyIterator(request.body);
    this.#timer = setTimeout(UndiciCall.#onTimeout, request.timeoutMs, this);
  }

  abort(): void {
    this.#break(new AbortedError("aborted"));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // It was given up while it waited for a connection.
    if (this.#settled) controller.abort(new AbortedError("aborted"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number): void {
    if (status < 200 || this.#settled) return;
    this.#timer.refresh();
    const headers = textHeaders(controller.rawHeaders);
    this.length = bodyLength(this.#request.method, status, headers);
    try {
      this.#listener.onResponse(status, headers, this);
      this.#responded = true;
    } catch (error) {
      // Not every head that can be read can be written: Node refuses some characters in headers.
      this.#break(new UnusableResponseError("the head cannot be passed on", { cause: error }));
    }
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#settled) return;
    this.#timer.refresh();
    this.#received += chunk.length;
    if (this.#received > this.#request.maxResponseBytes) {
      this.#break(new BodyTooLargeError(this.#request.maxResponseBytes));
    } else if (this.#sink?.write(chunk) === false) {
      this.#paused = true;
      controller.pause();
    }
  }

  onResponseEnd(): void {
    if (!this.#settle()) return;
    // An answer that came before all of the request was sent makes the rest of it needless.
    this.requestBody?.stop();
    this.#sink?.end();
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (!this.#settle()) return;
    this.requestBody?.stop();
    this.#report(error);
  }

  pipe(sink: BodySink): void {
    this.#sink = sink;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#timer.refresh();
    this.#controller?.resume();
  }

  cancel(): void {
    this.#sink = undefined;
    this.abort();
  }

  #report(error: Error): void {
    if (this.#responded) this.#sink?.fail(error);
    else this.#listener.onFailure({ kind: kindOf(error, this.requestBody?.failure), cause: error });
  }

  /** Ends the exchange from this side; a timeout is reported, an abort is not. */
  #break(reason: Error): void {
    if (!this.#settle()) return;
    this.requestBody?.stop();
    this.#controller?.abort(reason);
    if (!(reason instanceof AbortedError)) this.#report(reason);
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    return true;
  }

  static #onTimeout(call: UndiciCall): void {
    // A client that reads slowly is no fault of the back end's.
    if (call.#paused) call.#timer.refresh();
    else call.#break(new UpstreamTimeoutError(`nothing within ${call.#request.timeoutMs} ms`));
  }
}

/** undici hands over what stood on the wire: buffers, names and values in turn. */
function textHeaders(raw: Dispatcher.DispatchController["rawHeaders"]): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((piece) => (typeof piece === "string" ? piece : piece.toString("latin1")));
}

function bodyLength(method: string, status: number, headers: readonly string[]): number | undefined {
  if (method === "HEAD" || status === 204 || status === 304) return 0;
  const declared = headerValue(headers, "content-length");
  return declared === undefined ? undefined : Number(declared);
}

function kindOf(error: Error, bodyFailure: Error | undefined): UpstreamFailureKind {
  if (error instanceof UpstreamTimeoutError || error instanceof errors.ConnectTimeoutError) return "timeout";
  if (bodyFailure !== undefined && error === bodyFailure) return "body";
  if (error instanceof errors.InvalidArgumentError || error instanceof errors.NotSupportedError) return "refused";
  const malformed =
    error instanceof UnusableResponseError ||
    error instanceof errors.HTTPParserError ||
    error instanceof errors.HeadersOverflowError ||
    error instanceof errors.ResponseContentLengthMismatchError;
  return malformed ? "malformed" : "unreachable";
}
