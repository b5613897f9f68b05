import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Change, Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger, type SqliteLedger, type SqliteLedgerOptions } from "../../src/ledger/sqlite.ts";

export interface OpenOptions {
  readonly workTimeoutMs?: number;
}

/** What the contract suite needs to know of an implementation. */
export interface Harness {
  readonly name: string;
  /** Runs of each property: as many as the store is quick. */
  readonly runs: number;
  /** An empty ledger, closed and removed with the test. */
  readonly open: (test: TestContext, options?: OpenOptions) => Promise<Ledger>;
  /** The same for a property, which opens one for each run and disposes of it itself. */
  readonly openDisposable: () => Promise<{ readonly ledger: Ledger; readonly dispose: () => Promise<void> }>;
}

/** A folder that goes with the test. */
export async function temporaryFolder(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-ledger-"));
  test.after(() => rm(folder, { recursive: true }));
  return folder;
}

/** An empty SQLite ledger, closed and removed with the test. */
export async function temporaryLedger(
  test: TestContext,
  options: Omit<SqliteLedgerOptions, "path"> = {},
): Promise<SqliteLedger> {
  const folder = await temporaryFolder(test);
  const ledger = await openSqliteLedger({ path: join(folder, "ledger.db"), ...options });
  test.after(() => ledger.close());
  return ledger;
}

/** The next so many entries of the feed behind a revision. */
export async function nextChanges(ledger: Ledger, after: number, count: number, prefix = ""): Promise<Change[]> {
  const found: Change[] = [];
  if (count === 0) return found;
  for await (const change of ledger.changes({ after, prefix, signal: AbortSignal.timeout(10_000) })) {
    found.push(change);
    if (found.length === count) return found;
  }
  throw new Error(`the feed ended after ${found.length} of ${count} changes`);
}

/** `revision key=value` or `revision key!` for its end. */
export const told = ({ revision, key, document }: Change): string =>
  `${revision} ${key}${document ? `=${JSON.stringify(document.value)}` : "!"}`;
