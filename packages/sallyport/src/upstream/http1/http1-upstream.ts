import { getCACertificates } from "node:tls";
import type { Upstream, UpstreamCall, UpstreamListener, UpstreamRequest } from "../upstream.ts";
import { Deadlines } from "./deadlines.ts";
import { Http1Call } from "./http1-call.ts";
import { OriginConnections } from "./origin-connections.ts";
import { requestHead } from "./request-head.ts";

/** Our choices: large enough not to be met, small enough to bound memory and file descriptors. */
const MAX_ORIGINS = 1_000;
const MAX_CONNECTIONS_PER_ORIGIN = 1_024;
const MAX_WAITING_PER_ORIGIN = 10_000;
const ORIGIN_IDLE_MS = 60_000;
const SWEEP_MS = 1_000;
const CONNECT_TIMEOUT_MS = 10_000;

export interface Http1UpstreamOptions {
  /** Certificates (PEM) that are trusted besides those of the system. */
  readonly extraCertificates?: readonly string[];
  /** Origins whose connections are kept at once. Default: 1,000. */
  readonly maxOrigins?: number;
  /** Connections to one origin at once; what is beyond it waits. Default: 1,024. */
  readonly maxConnectionsPerOrigin?: number;
  /** Requests that wait for a connection to one origin; what is beyond it fails. Default: 10,000. */
  readonly maxWaitingPerOrigin?: number;
}

const NOTHING_TO_ABORT: UpstreamCall = { abort: () => {} };

/**
 * The way out over connections of our own: HTTP/1.1 only, one request at a time on each, no redirects, no decompression,
 * certificates verified. Path variables and stage variables can name any number of origins, so they are bounded, too.
 */
export class Http1Upstream implements Upstream {
  readonly #origins = new Map<string, OriginConnections>();
  /** They gave way and finish what they have begun. */
  readonly #leaving = new Set<OriginConnections>();
  readonly #options: Http1UpstreamOptions;
  readonly #ca: readonly string[] | undefined;
  readonly #deadlines = new Deadlines();
  readonly #sweep: NodeJS.Timeout;
  #closed = false;

  constructor(options: Http1UpstreamOptions = {}) {
    const { extraCertificates = [] } = options;
    this.#options = options;
    this.#ca = extraCertificates.length > 0 ? [...getCACertificates("default"), ...extraCertificates] : undefined;
    this.#sweep = setInterval(() => this.#sweepAll(), SWEEP_MS).unref();
  }

  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    if (this.#closed) {
      listener.onFailure({ kind: "unreachable", cause: new Error("the gateway has been closed") });
      return NOTHING_TO_ABORT;
    }
    let head: string;
    try {
      head = requestHead(request);
    } catch (cause) {
      listener.onFailure({ kind: "refused", cause: cause as Error });
      return NOTHING_TO_ABORT;
    }
    const connections = this.#connectionsTo(request.origin);
    const call = new Http1Call(request, head, listener, connections, this.#deadlines);
    connections.acquire(call);
    return call;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweep);
    for (const connections of [...this.#origins.values(), ...this.#leaving]) connections.destroy();
    this.#origins.clear();
    this.#leaving.clear();
  }

  #connectionsTo(origin: string): OriginConnections {
    const known = this.#origins.get(origin);
    if (known) {
      known.usedMs = Date.now();
      return known;
    }
    if (this.#origins.size >= (this.#options.maxOrigins ?? MAX_ORIGINS)) this.#evict(this.#oldest());
    const added = new OriginConnections(origin, {
      ca: this.#ca,
      maxConnections: this.#options.maxConnectionsPerOrigin ?? MAX_CONNECTIONS_PER_ORIGIN,
      maxWaiting: this.#options.maxWaitingPerOrigin ?? MAX_WAITING_PER_ORIGIN,
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      nowMs: Date.now,
    });
    added.usedMs = Date.now();
    this.#origins.set(origin, added);
    return added;
  }

  #oldest(): string {
    let oldest = "";
    let usedMs = Infinity;
    for (const [origin, connections] of this.#origins) {
      if (connections.usedMs < usedMs) [oldest, usedMs] = [origin, connections.usedMs];
    }
    return oldest;
  }

  #evict(origin: string): void {
    const connections = this.#origins.get(origin)!;
    this.#origins.delete(origin);
    connections.close();
    if (!connections.isIdle) this.#leaving.add(connections);
  }

  #sweepAll(): void {
    const before = Date.now() - ORIGIN_IDLE_MS;
    for (const [origin, connections] of this.#origins) {
      connections.sweep();
      if (connections.usedMs < before && connections.isIdle) this.#evict(origin);
    }
    for (const connections of this.#leaving) if (connections.isIdle) this.#leaving.delete(connections);
  }
}
