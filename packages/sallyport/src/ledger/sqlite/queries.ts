/** The statements of the SQLite store. `9007199254740991` is FOREVER, literal so that the partial index applies. */
const VERSION = "key, collection, created, revision, until, value AS json";

export const QUERIES = {
  state: "SELECT revision, horizon FROM ledger",
  head: `SELECT ${VERSION} FROM versions WHERE key = ? ORDER BY revision DESC LIMIT 1`,
  version: `SELECT ${VERSION} FROM versions WHERE key = ? AND revision <= ? ORDER BY revision DESC LIMIT 1`,
  collection: `SELECT version.key, version.collection, version.created, revision, until, value AS json
    FROM listings AS listed JOIN versions AS version ON version.key = listed.key
      AND revision = (SELECT max(revision) FROM versions WHERE key = listed.key)
    WHERE listed.collection = ? AND (listed.created, listed.key) > (?, ?)
    ORDER BY listed.created, listed.key LIMIT ?`,
  listed: "SELECT key FROM listings WHERE collection = ? ORDER BY created, key LIMIT ?",
  listedAfter: `SELECT key FROM listings WHERE collection = ? AND (created, key) > (?, ?)
    ORDER BY created, key LIMIT ?`,
  currentRange: `SELECT ${VERSION} FROM versions
    WHERE key >= ? AND key < ? AND until = 9007199254740991 ORDER BY key`,
  pastRange: `SELECT ${VERSION} FROM versions
    WHERE key >= ? AND key < ? AND revision <= ? AND until > ? ORDER BY key`,
  history: `SELECT ${VERSION} FROM versions INDEXED BY versions_by_revision
    WHERE revision > ? AND revision <= ? AND key >= ? AND key < ? ORDER BY revision, key LIMIT ?`,
  // A version that ended in the stretch tells of a change too, and may be pinned where the change itself is collected.
  changedKeys: `SELECT DISTINCT key FROM versions NOT INDEXED
    WHERE key >= ?1 AND key < ?2 AND revision <= ?4 AND (revision > ?3 OR (until > ?3 AND until <= ?4)) ORDER BY key`,
  // The same for a short stretch, whose versions are few however many the range of keys has. Unordered, with repeats.
  recentlyChangedKeys: `SELECT key FROM versions INDEXED BY versions_by_revision
      WHERE revision > ?3 AND revision <= ?4 AND key >= ?1 AND key < ?2
    UNION ALL SELECT key FROM versions INDEXED BY superseded_versions
      WHERE until < 9007199254740991 AND until > ?3 AND until <= ?4 AND key >= ?1 AND key < ?2`,
  retention: `SELECT horizon, EXISTS (
      SELECT 1 FROM versions WHERE pin_scope = ? AND pin_revision = ? AND until > ledger.horizon
    ) AS pinned FROM ledger`,
  supersede: "UPDATE versions SET until = ? WHERE key = ? AND revision = ? AND until = 9007199254740991",
  insert: `INSERT INTO versions (key, revision, until, created, scope, collection, pin_scope, pin_revision, value)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  enlist: "INSERT INTO listings (collection, created, key) VALUES (?, ?, ?)",
  delist: "DELETE FROM listings WHERE collection = ? AND created = ? AND key = ?",
  superseded: `SELECT until, key, revision, EXISTS (
      SELECT 1 FROM versions AS pin WHERE pin.pin_scope = version.scope AND pin.until > ?1
        AND pin.pin_revision >= version.revision AND pin.pin_revision < version.until
    ) AS pinned FROM versions AS version INDEXED BY superseded_versions
    WHERE until < 9007199254740991 AND until <= ?1 AND (until, key, revision) > (?2, ?3, ?4)
    ORDER BY until, key, revision LIMIT ?5`,
  remove: "DELETE FROM versions WHERE key = ? AND revision = ?",
  setState: "UPDATE ledger SET revision = ?, horizon = ?",
} as const;

export type QueryName = keyof typeof QUERIES;
