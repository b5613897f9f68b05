import type { PoolClient } from "pg";
import { scopeOf, type Revision } from "../ledger.ts";
import { FOREVER, type Amendment, type Collected, type Session, type State, type Superseded } from "../store.ts";
import { reachable, SerialConnection, type Rows } from "./connection.ts";
import { checkState, PostgresSnapshot, type PostgresTables, type StateRow } from "./snapshot.ts";

type SupersededRow = Superseded & { readonly pinned: boolean };

/** A transaction that holds the writers' lock, from its first statement to its end. */
export class PostgresSession extends PostgresSnapshot implements Session {
  readonly #client: PoolClient;
  readonly #serial: SerialConnection;
  #before: State = { revision: 0, horizon: 0 };
  #committed = false;

  private constructor(client: PoolClient, serial: SerialConnection, tables: PostgresTables) {
    super(serial, tables);
    this.#client = client;
    this.#serial = serial;
  }

  static async begin(client: PoolClient, tables: PostgresTables): Promise<PostgresSession> {
    const session = new PostgresSession(client, new SerialConnection(client), tables);
    try {
      const results = (await session.query(tables.queries.begin)) as unknown as readonly Rows[];
      session.#before = checkState(results.at(-1)?.rows[0] as StateRow | undefined, tables.id);
    } catch (error) {
      await session.end();
      throw error;
    }
    return session;
  }

  get before(): State {
    return this.#before;
  }

  async write(amendments: readonly Amendment[], revision: Revision): Promise<void> {
    const old = amendments.flatMap(({ supersedes }) => supersedes ?? []);
    if (old.length > 0) {
      const values = [revision, old.map(({ key }) => key), old.map((version) => version.revision)];
      const { rowCount } = await this.query(this.tables.queries.supersede, values);
      if (rowCount !== old.length)
        throw new Error(`${old.length - (rowCount ?? 0)} versions were not the current ones`);
    }
    await this.query(this.tables.queries.insert, [
      amendments.map(({ key }) => key),
      amendments.map(({ key }) => scopeOf(key)),
      amendments.map(({ collection }) => collection),
      amendments.map(({ created }) => created),
      amendments.map(({ json }) => (json === null ? revision : FOREVER)),
      amendments.map(({ pin }) => pin?.scope),
      amendments.map(({ pin }) => pin?.revision),
      amendments.map(({ json }) => json),
      revision,
    ]);
  }

  async collect(horizon: Revision, { until, key, revision }: Superseded, limit: number): Promise<Collected> {
    const { rows } = await this.query(this.tables.queries.superseded, [horizon, until, key, revision, limit]);
    const superseded = rows as readonly SupersededRow[];
    const old = superseded.filter(({ pinned }) => !pinned);
    const values = [old.map((row) => row.key), old.map((row) => row.revision)];
    if (old.length > 0) await this.query(this.tables.queries.remove, values);
    return { removed: old.length, last: superseded.at(-1) };
  }

  async commit({ revision, horizon }: State): Promise<void> {
    const { queries, channel } = this.tables;
    await reachable(async () => {
      const text = queries.commit(revision, horizon, channel);
      const results = (await this.#serial.query(text)) as readonly Rows[];
      // COMMIT of a transaction that has failed is no error in PostgreSQL: it rolls back, and only says so.
      if (results.at(-1)?.command !== "COMMIT") throw new Error("PostgreSQL has rolled the transaction back");
    }, true);
    this.#committed = true;
  }

  async end(): Promise<void> {
    await this.#serial.end();
    try {
      if (!this.#committed) await this.#client.query("ROLLBACK");
      this.#client.release();
    } catch (error) {
      // The server ends the transaction with the connection.
      this.#client.release(error instanceof Error ? error : true);
    }
  }
}
