import type { BodySource } from "./body.ts";
import type { Upstream, UpstreamCall, UpstreamFailureKind, UpstreamRequest } from "./upstream.ts";

/** A response read to its end. */
export interface WholeResponse {
  readonly status: number;
  readonly headers: readonly string[];
  readonly body: Uint8Array;
}

/** There is no whole response, and why. */
export class NoWholeResponseError extends Error {
  override readonly name = "NoWholeResponseError";
  /** `body`: the response broke off, or went over its limit. */
  readonly kind: UpstreamFailureKind;

  constructor(kind: UpstreamFailureKind, message: string, cause?: Error) {
    super(message, { cause });
    this.kind = kind;
  }
}

/**
 * Sends a request and reads its response whole. Unlike a streamed one, all of it must be there within `timeoutMs`: a
 * server that sends a byte a second does not keep its caller waiting. Rejects with NoWholeResponseError.
 */
export function requestWhole(upstream: Upstream, request: UpstreamRequest): Promise<WholeResponse> {
  return new Promise((resolve, reject) => {
    let call: UpstreamCall | undefined;
    const settle = (result: WholeResponse | NoWholeResponseError): void => {
      clearTimeout(deadline);
      if (result instanceof NoWholeResponseError) reject(result);
      else resolve(result);
    };
    const deadline = setTimeout(() => {
      call?.abort();
      reject(new NoWholeResponseError("timeout", `no whole answer within ${request.timeoutMs} ms`));
    }, request.timeoutMs);
    call = upstream.send(request, {
      onResponse: (status, headers, source) => gather(source, (body) => settle(wholeOf(status, headers, body))),
      onFailure: ({ kind, cause }) => settle(new NoWholeResponseError(kind, cause.message || cause.name, cause)),
    });
  });
}

function wholeOf(status: number, headers: readonly string[], body: Uint8Array | Error) {
  if (body instanceof Error) return new NoWholeResponseError("body", body.message, body);
  return { status, headers, body };
}

function gather(source: BodySource, done: (body: Uint8Array | Error) => void): void {
  const chunks: Uint8Array[] = [];
  source.pipe({
    write: (chunk) => {
      chunks.push(chunk);
      return true;
    },
    end: () => done(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
    fail: done,
  });
}
