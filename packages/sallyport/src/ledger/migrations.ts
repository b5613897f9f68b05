import { LedgerUnusableError } from "./ledger.ts";

/** A step from one form of the tables to the next. Once published it never changes. */
export interface Migration {
  /** The schema version that the step leads to: 1, 2, 3, … */
  readonly version: number;
  readonly statements: readonly string[];
}

/** The steps that a store of schema version `found` (0: an empty one) still needs. */
export function pendingMigrations(
  store: string,
  found: number,
  migrations: readonly Migration[],
): readonly Migration[] {
  const known = migrations.at(-1)?.version ?? 0;
  if (found <= known) return migrations.filter(({ version }) => version > found);
  throw new LedgerUnusableError(
    `the ledger ${store} has schema version ${found}, but this program knows versions up to ${known}: upgrade Sallyport`,
  );
}
