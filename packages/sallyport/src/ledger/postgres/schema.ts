import type { Migration } from "../migrations.ts";

/**
 * The same tables as in SQLite: see there. Texts are compared by their bytes (`COLLATE "C"`), which is the order of code
 * points in a UTF-8 database. Values are text, not jsonb: jsonb refuses U+0000 and forgets the order of members.
 */
export const MIGRATIONS: readonly Migration[] = [
  {
    version: 1,
    statements: [
      `CREATE TABLE versions (
         key text COLLATE "C" NOT NULL,
         revision bigint NOT NULL,
         until bigint NOT NULL,
         created bigint NOT NULL,
         scope text COLLATE "C" NOT NULL,
         collection text COLLATE "C" NOT NULL,
         pin_scope text COLLATE "C",
         pin_revision bigint,
         value text,
         PRIMARY KEY (key, revision)
       )`,
      "CREATE INDEX versions_by_revision ON versions (revision, key)",
      "CREATE UNIQUE INDEX current_versions ON versions (key) WHERE until = 9007199254740991",
      // Without the key, which together with the collection would be too long for an index entry.
      "CREATE INDEX listings ON versions (collection, created) WHERE until = 9007199254740991",
      "CREATE INDEX superseded_versions ON versions (until, key, revision) WHERE until < 9007199254740991",
      "CREATE INDEX pins ON versions (pin_scope, pin_revision, until) WHERE pin_scope IS NOT NULL",
      `CREATE TABLE ledger (
         only_row boolean PRIMARY KEY CHECK (only_row),
         id uuid NOT NULL,
         revision bigint NOT NULL,
         horizon bigint NOT NULL
       )`,
      "INSERT INTO ledger (only_row, id, revision, horizon) VALUES (true, gen_random_uuid(), 0, 0)",
    ],
  },
];
