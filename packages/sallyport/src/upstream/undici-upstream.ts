import { getCACertificates } from "node:tls";
import { Pool } from "undici";
import { sendDeclaredEmptyBodies } from "./declared-empty-body.ts";
import { OriginPools } from "./origin-pools.ts";
import { UndiciCall } from "./undici-call.ts";
import type { Upstream, UpstreamCall, UpstreamListener, UpstreamRequest } from "./upstream.ts";

/** Our choices: large enough not to be met, small enough to bound memory and file descriptors. */
const MAX_ORIGINS = 1_000;
const MAX_CONNECTIONS_PER_ORIGIN = 1_024;
const ORIGIN_IDLE_MS = 60_000;
const CONNECT_TIMEOUT_MS = 10_000;
/** Response heads over it are malformed. Our choice. */
const MAX_RESPONSE_HEAD_BYTES = 64 * 1024;

export interface UndiciUpstreamOptions {
  /** Certificates (PEM) that are trusted besides those of the system. */
  readonly extraCertificates?: readonly string[];
  /** Origins whose connections are kept at once. Default: 1,000. */
  readonly maxOrigins?: number;
  /** Told about trouble that concerns no request. */
  readonly onError?: (error: unknown) => void;
}

/** The way out over undici's connection pools: HTTP/1.1 only, no redirects, no decompression, certificates verified. */
export class UndiciUpstream implements Upstream {
  readonly #pools: OriginPools;
  #closed = false;

  constructor(options: UndiciUpstreamOptions = {}) {
    sendDeclaredEmptyBodies();
    const { extraCertificates = [] } = options;
    const ca = extraCertificates.length > 0 ? [...getCACertificates("default"), ...extraCertificates] : undefined;
    this.#pools = new OriginPools({
      create: (origin) => poolOf(origin, ca),
      max: options.maxOrigins ?? MAX_ORIGINS,
      idleMs: ORIGIN_IDLE_MS,
      nowMs: Date.now,
      onCloseError: options.onError ?? (() => {}),
    });
  }

  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    const call = new UndiciCall(request, listener);
    if (this.#closed) {
      call.onResponseError(null, new Error("the gateway has been closed"));
      return call;
    }
    this.#pools.of(request.origin).dispatch(
      {
        path: request.path,
        method: request.method,
        headers: request.headers as string[],
        body: call.requestBody as unknown as Uint8Array | undefined,
        headersTimeout: 0,
        bodyTimeout: 0,
      },
      call,
    );
    return call;
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#pools.destroy();
  }
}

function poolOf(origin: string, ca: string[] | undefined): Pool {
  return new Pool(origin, {
    connections: MAX_CONNECTIONS_PER_ORIGIN,
    pipelining: 1,
    allowH2: false,
    maxHeaderSize: MAX_RESPONSE_HEAD_BYTES,
    connect: { timeout: CONNECT_TIMEOUT_MS, ...(ca && { ca }) },
  });
}
