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
