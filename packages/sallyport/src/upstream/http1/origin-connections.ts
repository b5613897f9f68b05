import { connect as connectTcp, isIP } from "node:net";
import { connect as connectTls } from "node:tls";
import { Connection, ReadBuffer } from "./connection.ts";
import type { ConnectionSource, Http1Call } from "./http1-call.ts";
import { UpstreamTimeoutError } from "./http1-call.ts";

/** A back end that did not say how long it keeps idle connections may be one that keeps them for 5 s, as many do. */
const IDLE_MS = 4_000;
/** However long a back end says. Our choice. */
const MAX_IDLE_MS = 300_000;
/** What a message may take to the back end, so that it does not close at the moment we send. Our choice. */
const IDLE_MARGIN_MS = 1_000;

export interface OriginOptions {
  /** Certificates (PEM) to trust; undefined: those of the system. */
  readonly ca: readonly string[] | undefined;
  readonly maxConnections: number;
  /** Calls that may wait for a connection. */
  readonly maxWaiting: number;
  readonly connectTimeoutMs: number;
  readonly nowMs: () => number;
}

/** The connections to one origin: the one used last is used next, so that those not needed grow old and close. */
export class OriginConnections implements ConnectionSource {
  usedMs = 0;
  readonly #options: OriginOptions;
  readonly #url: URL;
  readonly #idle: Connection[] = [];
  readonly #open = new Set<Connection>();
  /** In the order in which they came. */
  readonly #waiting = new Set<Http1Call>();
  readonly #connecting = new Set<() => void>();
  /** TLS sessions are resumed. */
  #session: Buffer | undefined;
  #closing = false;

  constructor(origin: string, options: OriginOptions) {
    this.#url = new URL(origin);
    this.#options = options;
  }

  /** Nothing is under way. */
  get isIdle(): boolean {
    return this.#open.size === this.#idle.length && this.#waiting.size === 0 && this.#connecting.size === 0;
  }

  acquire(call: Http1Call): void {
    const idle = this.#takeIdle();
    if (idle) {
      call.start(idle);
      return;
    }
    if (this.#waiting.size >= this.#options.maxWaiting) {
      call.fail("unreachable", new Error(`${this.#waiting.size} requests wait for a connection already`));
      return;
    }
    this.#waiting.add(call);
    this.#connectWhereNeeded();
  }

  acquireFresh(call: Http1Call): void {
    this.#connect(call);
  }

  forget(call: Http1Call): void {
    this.#waiting.delete(call);
  }

  release(connection: Connection, keepAliveSeconds: number | undefined): void {
    const told = keepAliveSeconds === undefined ? IDLE_MS : keepAliveSeconds * 1000 - IDLE_MARGIN_MS;
    if (this.#closing || told <= 0) {
      connection.destroy();
      return;
    }
    const next = this.#nextWaiting();
    if (next) {
      next.start(connection);
      return;
    }
    connection.idleUntilMs = this.#options.nowMs() + Math.min(told, MAX_IDLE_MS);
    this.#idle.push(connection);
  }

  /** Closes what has been idle for too long. */
  sweep(): void {
    const now = this.#options.nowMs();
    for (const connection of this.#idle.filter(({ idleUntilMs }) => idleUntilMs <= now)) connection.destroy();
  }

  /** Takes nothing new, and ends each connection with what it has under way. */
  close(): void {
    this.#closing = true;
    for (const connection of this.#idle.slice()) connection.destroy();
  }

  /** Breaks off what is under way. */
  destroy(): void {
    this.close();
    const gone = new Error("the gateway has been closed");
    for (const call of this.#waiting) call.fail("unreachable", gone);
    for (const stop of this.#connecting) stop();
    for (const connection of this.#open) connection.break(gone);
  }

  #takeIdle(): Connection | undefined {
    const now = this.#options.nowMs();
    for (;;) {
      const connection = this.#idle.pop();
      if (!connection || connection.idleUntilMs > now) return connection;
      connection.destroy();
    }
  }

  #nextWaiting(): Http1Call | undefined {
    const [call] = this.#waiting;
    if (call) this.#waiting.delete(call);
    return call;
  }

  /** As many connections are under way as calls wait, where there may be so many. */
  #connectWhereNeeded(): void {
    const { maxConnections } = this.#options;
    while (this.#connecting.size < this.#waiting.size && this.#open.size + this.#connecting.size < maxConnections) {
      this.#connect(undefined);
    }
  }

  /** `only`: the call that the connection is for; else it is for the first that waits. */
  #connect(only: Http1Call | undefined): void {
    const { protocol, hostname, port } = this.#url;
    const secure = protocol === "https:";
    const host = hostname.startsWith("[") ? hostname.slice(1, -1) : hostname;
    const buffer = new ReadBuffer();
    const place = { host, port: Number(port) || (secure ? 443 : 80), noDelay: true, onread: buffer.options };
    const socket = secure ? connectTls({ ...place, ...this.#tls(host) }) : connectTcp(place);
    const { connectTimeoutMs } = this.#options;
    const settle = (error: Error | undefined): void => {
      clearTimeout(timer);
      // A socket may have more than one error to tell.
      if (!this.#connecting.delete(stop)) return;
      socket.off(connected, onConnect).off("close", onClose);
      if (error) {
        socket.destroy();
        this.#onConnectFailed(error, only);
        return;
      }
      const connection = new Connection(socket, buffer, (closed) => this.#onClosed(closed));
      socket.off("error", settle);
      this.#onConnected(connection, only);
    };
    const onConnect = (): void => settle(undefined);
    const onClose = (): void => settle(new Error("the back end closed the connection"));
    const connected = secure ? "secureConnect" : "connect";
    const stop = (): void => settle(new Error("the gateway has been closed"));
    const timer = setTimeout(
      () => settle(new UpstreamTimeoutError(`no connection within ${connectTimeoutMs} ms`)),
      connectTimeoutMs,
    );
    this.#connecting.add(stop);
    socket.on(connected, onConnect).on("error", settle).on("close", onClose);
    if (secure) socket.on("session", (session: Buffer) => (this.#session = session));
  }

  #tls(host: string) {
    return {
      servername: isIP(host) ? "" : host,
      ALPNProtocols: ["http/1.1"],
      ca: this.#options.ca?.slice(),
      session: this.#session,
      // Said out loud, because an environment variable of Node's could otherwise turn it off.
      rejectUnauthorized: true,
    };
  }

  #onConnected(connection: Connection, only: Http1Call | undefined): void {
    this.#open.add(connection);
    if (only) only.start(connection);
    else this.release(connection, undefined);
  }

  #onConnectFailed(error: Error, only: Http1Call | undefined): void {
    const call = only ?? this.#nextWaiting();
    call?.fail(error instanceof UpstreamTimeoutError ? "timeout" : "unreachable", error);
    this.#connectWhereNeeded();
  }

  #onClosed(connection: Connection): void {
    this.#open.delete(connection);
    const at = this.#idle.indexOf(connection);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#connectWhereNeeded();
  }
}
