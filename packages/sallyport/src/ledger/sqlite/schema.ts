import type { Migration } from "../migrations.ts";

/** Marks the file as a ledger (`PRAGMA application_id`): the letters `slpt`. */
export const APPLICATION_ID = 0x736c7074;

/**
 * A version lives for the revisions from `revision` up to, not including, `until`; the current one has the greatest safe
 * integer there. The end of a document is a row without a value that lives for no revision at all, so only the feed sees
 * it. `scope` is the first two segments of the key, which pins refer to.
 *
 * WITHOUT ROWID, because a commit costs what it touches: the end of the old version, the new one and the index of its
 * key are then one page. `listings` has the documents there are now; a table, because a new version leaves it alone where
 * an index over the current versions would change.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE versions (
         key TEXT NOT NULL,
         revision INTEGER NOT NULL,
         until INTEGER NOT NULL,
         created INTEGER NOT NULL,
         scope TEXT NOT NULL,
         collection TEXT NOT NULL,
         pin_scope TEXT,
         pin_revision INTEGER,
         value TEXT,
         PRIMARY KEY (key, revision)
       ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX versions_by_revision ON versions (revision, key)",
      "CREATE INDEX superseded_versions ON versions (until, key, revision) WHERE until < 9007199254740991",
      `CREATE TABLE listings (
         collection TEXT NOT NULL,
         created INTEGER NOT NULL,
         key TEXT NOT NULL,
         PRIMARY KEY (collection, created, key)
       ) STRICT, WITHOUT ROWID`,
      "CREATE INDEX pins ON versions (pin_scope, pin_revision, until) WHERE pin_scope IS NOT NULL",
      `CREATE TABLE ledger (
         only INTEGER PRIMARY KEY CHECK (only = 1),
         id TEXT NOT NULL,
         revision INTEGER NOT NULL,
         horizon INTEGER NOT NULL
       ) STRICT`,
      "INSERT INTO ledger (only, id, revision, horizon) VALUES (1, lower(hex(randomblob(16))), 0, 0)",
    ],
  },
];
