const BYTES = 12;
const POOLED = 128;

/**
 * A source of the values that go into `X-Amzn-Trace-Id`: `1-`, the seconds since the epoch in 8 hexadecimal digits,
 * `-`, 24 random ones (AWS X-Ray Developer Guide, Tracing header). `fill` writes random bytes.
 */
export function traceRoots(fill: (bytes: Uint8Array) => void, nowMs: () => number): () => string {
  const pool = Buffer.alloc(BYTES * POOLED);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      fill(pool);
      next = 0;
    }
    const random = pool.toString("hex", next, next + BYTES);
    next += BYTES;
    const seconds = Math.floor(nowMs() / 1000);
    return `1-${seconds.toString(16).padStart(8, "0")}-${random}`;
  };
}

const SENT_ROOT = /(?:^|;)\s*Root=([\w-]{1,100})/;

/** The value of `X-Amzn-Trace-Id`: a root that the client sent is kept behind our own (observed). */
export function traceHeader(sent: string | undefined, traceRoot: string): string {
  const root = sent === undefined ? undefined : SENT_ROOT.exec(sent)?.[1];
  return root === undefined ? `Root=${traceRoot}` : `Self=${traceRoot};Root=${root}`;
}
