import type { ClientConfig } from "pg";
import { LedgerCollectedError, LedgerConflictError, LedgerUnavailableError, LedgerUnusableError } from "../ledger.ts";

/** Type number of `bigint` in PostgreSQL's catalogue. */
const BIGINT = 20;

/** Time to connect, and for one statement. Our choice. */
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 10_000;

/** What the store needs of a connection, or of a pool of them. */
export interface Connection {
  query(text: string, values?: readonly unknown[]): Promise<unknown>;
}

/** The rows of one statement. */
export interface Rows {
  readonly rows: readonly unknown[];
  readonly rowCount: number | null;
  readonly command: string;
}

/** How every connection is made. A silent server or node must not hold the others up. */
export function connectionConfig(url: string): ClientConfig {
  return {
    connectionString: url,
    application_name: "sallyport",
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: STATEMENT_TIMEOUT_MS,
    // A node that hangs within a transaction would keep all writers of the cluster waiting.
    idle_in_transaction_session_timeout: STATEMENT_TIMEOUT_MS,
    // Later than the server's own, for a server that does not answer at all.
    query_timeout: STATEMENT_TIMEOUT_MS + CONNECT_TIMEOUT_MS,
    keepAlive: true,
    types: { getTypeParser: typeParser },
  };
}

/** Runs `task`; what went wrong because of the connection or the server's state is a LedgerUnavailableError. */
export async function reachable<T>(task: () => Promise<T>, outcomeUnknown = false): Promise<T> {
  try {
    return await task();
  } catch (cause) {
    if (!isOutage(cause)) throw cause;
    throw new LedgerUnavailableError("the ledger's PostgreSQL is not available", { cause, outcomeUnknown });
  }
}

/** Statements one after the other, as a connection takes them. */
export class SerialConnection implements Connection {
  readonly #connection: Connection;
  #last: Promise<unknown> = Promise.resolve();
  #ended = false;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  query(text: string, values?: readonly unknown[]): Promise<unknown> {
    const result = this.#last.then(() => {
      if (this.#ended) throw new Error("the transaction has ended");
      return this.#connection.query(text, values);
    });
    this.#last = result.catch(() => undefined);
    return result;
  }

  /** Waits for the statement under way and refuses all that come later. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#last;
  }
}

/**
 * Classes of SQLSTATE ("PostgreSQL Error Codes") that speak of the server or the connection, not of a statement:
 * connection, authorization, transaction state (a standby; a node that hung), rollback, resources, lock not available,
 * operator intervention, system error.
 */
const OUTAGE_CLASSES = new Set(["08", "28", "25", "40", "53", "55", "57", "58"]);

function isOutage(error: unknown): boolean {
  const ours = [LedgerCollectedError, LedgerConflictError, LedgerUnavailableError, LedgerUnusableError];
  if (!(error instanceof Error) || ours.some((type) => error instanceof type)) return false;
  if (error instanceof TypeError || error instanceof RangeError) return false;
  const code = "code" in error ? String(error.code) : "";
  // The driver's own errors (connection ended, timeouts) and the network's have no SQLSTATE.
  return /^[0-9A-Z]{5}$/.test(code) ? OUTAGE_CLASSES.has(code.slice(0, 2)) : true;
}

/** Revisions are safe integers, which the driver hands out as texts otherwise; all other types stay texts or null. */
function typeParser(type: number): (text: string) => unknown {
  if (type === BIGINT) return Number;
  return type === BOOLEAN ? (text) => text === "t" : (text) => text;
}

const BOOLEAN = 16;
