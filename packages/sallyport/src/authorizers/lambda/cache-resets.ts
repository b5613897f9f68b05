import type { Ledger } from "../../ledger/ledger.ts";
import { parseApiKey } from "../../model/keys.ts";
import type { AuthorizationCache } from "./authorization-cache.ts";

/**
 * Empties a stage's part of the cache when ResetAuthorizersCache says so, and when the stage is gone: subscribers are
 * told before the caller gets its answer, so nothing older serves a request that comes after it. Returns the way out.
 */
export function followCacheResets(ledger: Ledger, cache: AuthorizationCache): () => void {
  return ledger.subscribe((changes) => {
    for (const { key, document } of changes) {
      const place = parseApiKey(key);
      if (place?.id === undefined) continue;
      const reset = place.family === "authorizercacheresets";
      const gone = place.family === "stages" && document === undefined;
      if (reset || gone) cache.reset(place.apiId, place.id);
    }
  });
}
