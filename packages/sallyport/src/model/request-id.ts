const BYTES = 11;
const POOLED = 256;

/**
 * A source of request ids: 15 characters of `A-Za-z0-9_-` and `=` (observed), which is what 11 random bytes look like in
 * URL-safe base64 with padding. `fill` writes random bytes; it is asked for many ids' worth at a time because a call
 * of the system's generator costs more than an id.
 */
export function requestIds(fill: (bytes: Uint8Array) => void): () => string {
  const pool = Buffer.alloc(BYTES * POOLED);
  let next = pool.length;
  return () => {
    if (next === pool.length) {
      fill(pool);
      next = 0;
    }
    const id = pool.toString("base64url", next, next + BYTES);
    next += BYTES;
    return `${id}=`;
  };
}
