import type { Pool } from "pg";
import type { Store } from "../store.ts";
import { reachable } from "./connection.ts";
import { PostgresSession } from "./session.ts";
import { PostgresSnapshot, type PostgresTables } from "./snapshot.ts";

/** Reads and writes over one pool of connections to the primary server. */
export class PostgresStore extends PostgresSnapshot implements Store {
  readonly id: string;
  readonly #pool: Pool;

  constructor(pool: Pool, tables: PostgresTables & { readonly id: string }) {
    super(pool, tables);
    this.#pool = pool;
    this.id = tables.id;
  }

  async begin(): Promise<PostgresSession> {
    const client = await reachable(() => this.#pool.connect());
    return PostgresSession.begin(client, this.tables);
  }

  close(): Promise<void> {
    return this.#pool.end();
  }
}
