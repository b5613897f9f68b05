import type { Ledger } from "../ledger/ledger.ts";
import type { Log } from "../observe/log.ts";

const INTERVAL_MS = 60_000;

/** Collects history that nothing needs, once a minute. Returns the way to stop. */
export function keepHistoryShort(ledger: Ledger, log: Log): () => void {
  let collected = 0;
  const collect = async (): Promise<void> => {
    const revision = await ledger.revision();
    if (revision === collected) return;
    const removed = await ledger.collect();
    collected = revision;
    if (removed > 0) log.debug("history collected", { removed, revision });
  };
  const timer = setInterval(() => {
    collect().catch((error: unknown) => log.warn("history could not be collected", { error }));
  }, INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
