const VERSION = "key, collection, created, revision, until, value AS json";

export type Queries = ReturnType<typeof queriesOf>;

/**
 * The statements of the PostgreSQL store, for the tables in `schema`, a quoted identifier. `9007199254740991` is
 * FOREVER, literal so that the partial indexes apply.
 */
export function queriesOf(schema: string) {
  const versions = `${schema}.versions`;
  const ledger = `${schema}.ledger`;
  return {
    state: `SELECT id, revision, horizon FROM ${ledger}`,
    // The one row that every writer locks: revisions become visible in the order of their numbers.
    begin: `BEGIN ISOLATION LEVEL READ COMMITTED; SELECT id, revision, horizon FROM ${ledger} FOR UPDATE`,
    head: `SELECT ${VERSION} FROM ${versions} WHERE key = $1 AND until = 9007199254740991`,
    version: `SELECT ${VERSION} FROM ${versions} WHERE key = $1 AND revision <= $2 ORDER BY revision DESC LIMIT 1`,
    collection: `SELECT ${VERSION} FROM ${versions}
      WHERE until = 9007199254740991 AND collection = $1 AND created >= $2 AND (created, key) > ($2, $3)
      ORDER BY created, key LIMIT $4`,
    currentRange: `SELECT ${VERSION} FROM ${versions}
      WHERE until = 9007199254740991 AND key >= $1 AND key < $2 ORDER BY key`,
    pastRange: `SELECT ${VERSION} FROM ${versions}
      WHERE key >= $1 AND key < $2 AND revision <= $3 AND until > $3 ORDER BY key`,
    history: `SELECT ${VERSION} FROM ${versions}
      WHERE revision > $1 AND revision <= $2 AND key >= $3 AND key < $4 ORDER BY revision, key LIMIT $5`,
    // Two halves, each with an index of its own to choose: by revision for a short stretch, by key for a long one.
    changedKeys: `SELECT key FROM ${versions} WHERE revision > $3 AND revision <= $4 AND key >= $1 AND key < $2
      UNION SELECT key FROM ${versions}
        WHERE until < 9007199254740991 AND until > $3 AND until <= $4 AND key >= $1 AND key < $2
      ORDER BY key`,
    retention: `SELECT horizon, EXISTS (
        SELECT 1 FROM ${versions} WHERE pin_scope = $1 AND pin_revision = $2 AND until > ledger.horizon
      ) AS pinned FROM ${ledger} AS ledger`,
    supersede: `UPDATE ${versions} AS version SET until = $1
      FROM unnest($2::text[], $3::bigint[]) AS old (key, revision)
      WHERE version.key = old.key AND version.revision = old.revision AND version.until = 9007199254740991`,
    insert: `INSERT INTO ${versions}
        (key, scope, collection, created, until, pin_scope, pin_revision, value, revision)
      SELECT *, $9::bigint FROM
        unnest($1::text[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::text[], $7::bigint[], $8::text[])`,
    superseded: `SELECT until, key, revision, EXISTS (
        SELECT 1 FROM ${versions} AS pin WHERE pin.pin_scope = version.scope AND pin.until > $1
          AND pin.pin_revision >= version.revision AND pin.pin_revision < version.until
      ) AS pinned FROM ${versions} AS version
      WHERE until < 9007199254740991 AND until <= $1 AND (until, key, revision) > ($2, $3, $4)
      ORDER BY until, key, revision LIMIT $5`,
    remove: `DELETE FROM ${versions} AS version USING unnest($1::text[], $2::bigint[]) AS old (key, revision)
      WHERE version.key = old.key AND version.revision = old.revision`,
    // Numbers only, checked by the caller: the simple protocol, which takes several statements, has no parameters.
    commit: (revision: number, horizon: number, channel: string) =>
      `UPDATE ${ledger} SET revision = ${revision}, horizon = ${horizon}; NOTIFY ${channel}, '${revision}'; COMMIT`,
  } as const;
}
