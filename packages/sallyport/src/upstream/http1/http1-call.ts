import type { BodySink, BodySource } from "../body.ts";
import { BodyTooLargeError } from "../body.ts";
import type { UpstreamCall, UpstreamFailureKind, UpstreamListener, UpstreamRequest } from "../upstream.ts";
import type { Connection, ConnectionUser } from "./connection.ts";
import type { Deadline, Deadlines } from "./deadlines.ts";
import { RequestBodyWriter } from "./request-body-writer.ts";
import type { ResponseHead } from "./response-head.ts";
import { MalformedResponseError } from "./response-head.ts";

/** No head, or no piece of the body, within the time allowed. */
export class UpstreamTimeoutError extends Error {
  override readonly name = "UpstreamTimeoutError";
}

/** Where a call gets its connections and leaves them. */
export interface ConnectionSource {
  /** Leads to `start` or `fail`, later or at once. */
  acquire(call: Http1Call): void;
  /** The same with a connection that nobody has used yet. */
  acquireFresh(call: Http1Call): void;
  /** The call is over and no longer waits. */
  forget(call: Http1Call): void;
  release(connection: Connection, keepAliveSeconds: number | undefined): void;
}

/** Doing it twice does what doing it once does (RFC 9110, 9.2.2): only these may be sent again without being told to. */
const IDEMPOTENT: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"]);

/** One exchange with a back end, from the wait for a connection to the end of the response; also the response's body. */
export class Http1Call implements UpstreamCall, BodySource, ConnectionUser, Deadline {
  deadlineMs = 0;
  slot = -1;
  length: number | undefined;
  readonly #request: UpstreamRequest;
  readonly #head: string;
  readonly #listener: UpstreamListener;
  readonly #connections: ConnectionSource;
  readonly #deadlines: Deadlines;
  readonly #body: RequestBodyWriter | undefined;
  #connection: Connection | undefined;
  #sink: BodySink | undefined;
  #received = 0;
  #paused = false;
  #responded = false;
  #settled = false;
  #retried = false;
  #keepAliveSeconds: number | undefined;

  /** `head`: the request's, as it goes on the wire. */
  constructor(
    request: UpstreamRequest,
    head: string,
    listener: UpstreamListener,
    connections: ConnectionSource,
    deadlines: Deadlines,
  ) {
    this.#request = request;
    this.#head = head;
    this.#listener = listener;
    this.#connections = connections;
    this.#deadlines = deadlines;
    this.#putOff();
    deadlines.add(this);
    this.#body = request.body && new RequestBodyWriter(request.body, this);
  }

  /** Begins the exchange. */
  start(connection: Connection): void {
    this.#connection = connection;
    connection.begin(this, this.#request.method);
    if (!this.#body) {
      connection.writeHead(this.#head);
      return;
    }
    connection.cork();
    connection.writeHead(this.#head);
    this.#body.start(connection);
    connection.uncork();
  }

  /** There was no exchange, or it is over. */
  fail(kind: UpstreamFailureKind, cause: Error): void {
    if (!this.#settle()) return;
    this.#body?.stop();
    this.#connection?.destroy();
    if (this.#responded) this.#sink?.fail(cause);
    else this.#listener.onFailure({ kind, cause });
  }

  abort(): void {
    if (!this.#settle()) return;
    this.#body?.stop();
    this.#connection?.destroy();
  }

  onHead(head: ResponseHead): void {
    if (this.#settled) return;
    this.#putOff();
    this.#keepAliveSeconds = head.keepAliveSeconds;
    this.length = lengthOf(head, this.#request.method);
    try {
      this.#listener.onResponse(head.status, head.headers, this);
      this.#responded = true;
    } catch (error) {
      // Not every head that can be read can be written: Node refuses some characters in headers.
      this.fail("malformed", new MalformedResponseError("the head cannot be passed on", { cause: error }));
    }
  }

  onBody(chunk: Uint8Array): boolean {
    if (this.#settled) return true;
    this.#received += chunk.byteLength;
    if (this.#received > this.#request.maxResponseBytes) {
      this.fail("malformed", new BodyTooLargeError(this.#request.maxResponseBytes));
      return true;
    }
    this.#putOff();
    if (this.#sink?.write(chunk) === false) this.#paused = true;
    return !this.#paused;
  }

  onEnd(clean: boolean): void {
    const connection = this.#connection!;
    const settled = !this.#settle();
    // An answer that came before all of the request was sent makes the rest of it needless, and the connection useless.
    const sent = this.#body?.complete ?? true;
    this.#body?.stop();
    this.#connection = undefined;
    if (clean && sent && !settled) this.#connections.release(connection, this.#keepAliveSeconds);
    else connection.destroy();
    if (!settled) this.#sink?.end();
  }

  onDrain(): void {
    this.#body?.drain();
  }

  onBroken(error: Error): void {
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection && this.#mayRetry(connection)) {
      this.#retried = true;
      this.#body?.pause();
      this.#connections.acquireFresh(this);
      return;
    }
    this.fail(error instanceof MalformedResponseError ? "malformed" : "unreachable", error);
  }

  onDeadline(): void {
    // A client that reads slowly is no fault of the back end's.
    if (this.#paused) this.#putOff();
    else this.fail("timeout", new UpstreamTimeoutError(`nothing within ${this.#request.timeoutMs} ms`));
  }

  onBodyFailed(reason: Error): void {
    this.fail("body", reason);
  }

  pipe(sink: BodySink): void {
    this.#sink = sink;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#putOff();
    this.#connection?.resume();
  }

  cancel(): void {
    this.#sink = undefined;
    this.abort();
  }

  /**
   * A back end may close an idle connection at the very moment a request is sent on it (RFC 9112, 9.3.1). Such a request
   * goes out once more when nothing tells that the first one was heard and a second one would do no harm.
   */
  #mayRetry({ served, heard }: Connection): boolean {
    const untouched = this.#body === undefined || !this.#body.begun;
    return (
      !this.#settled && !this.#retried && served > 0 && !heard && untouched && IDEMPOTENT.has(this.#request.method)
    );
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    this.#deadlines.delete(this);
    if (!this.#connection) this.#connections.forget(this);
    return true;
  }

  #putOff(): void {
    this.deadlineMs = performance.now() + this.#request.timeoutMs;
  }
}

function lengthOf({ status, chunked, length }: ResponseHead, method: string): number | undefined {
  if (method === "HEAD" || status === 204 || status === 304) return 0;
  return chunked ? undefined : length;
}
