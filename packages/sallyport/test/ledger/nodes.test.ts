import assert from "node:assert/strict";
import { after, before, describe, it, type TestContext } from "node:test";
import {
  LedgerUnavailableError,
  LedgerUnusableError,
  type Change,
  type Ledger,
  type Revision,
} from "../../src/ledger/ledger.ts";
import { openPostgresLedger, type PostgresLedgerOptions } from "../../src/ledger/postgres.ts";
import { nextChanges, told } from "./harness.ts";
import { startPostgres, type PostgresServer } from "./postgres-server.ts";

let server: PostgresServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.remove());

/** Long enough that only notifications can explain what arrives within a test. */
const NEVER_MS = 600_000;

async function openNode(test: TestContext, options: Omit<PostgresLedgerOptions, "url">): Promise<Ledger> {
  const ledger = await openPostgresLedger({ url: server.url, connections: 2, ...options });
  test.after(() => ledger.close());
  return ledger;
}

interface Subscriber {
  readonly seen: readonly string[];
  /** Resolves when the subscriber has been told a revision. */
  readonly reached: (revision: Revision) => Promise<void>;
}

function listen(ledger: Ledger): Subscriber {
  const seen: string[] = [];
  const moments = new Map<Revision, PromiseWithResolvers<void>>();
  const moment = (revision: Revision) => moments.getOrInsertComputed(revision, () => Promise.withResolvers<void>());
  ledger.subscribe((changes: readonly Change[]) => {
    seen.push(...changes.map(told));
    moment(changes[0]?.revision ?? 0).resolve();
  });
  return { seen, reached: (revision) => moment(revision).promise };
}

/** Resolves with the argument of the first call. */
function firstCall<T>(): { readonly call: (argument: T) => void; readonly called: Promise<T> } {
  const { promise, resolve } = Promise.withResolvers<T>();
  return { call: resolve, called: promise };
}

describe("nodes that share a ledger", () => {
  it("are told of each other's writes at once, all in the same order", async (t) => {
    const schema = server.newSchema();
    const nodes = await Promise.all([1, 2, 3].map(() => openNode(t, { schema, pollMs: NEVER_MS })));
    const listeners = nodes.map(listen);
    await Promise.all(
      nodes.flatMap((node, number) =>
        Array.from({ length: 20 }, async (_, index) => {
          const revision = await node.commit([{ key: `node${number}/${index}`, value: 1 }]);
          const own = listeners[number]?.seen.some((change) => change.startsWith(`${revision} `));
          assert.ok(own, "told before the writer goes on");
        }),
      ),
    );
    await Promise.all(listeners.map(({ reached }) => reached(60)));
    const [first = [], ...others] = listeners.map(({ seen }) => seen);
    assert.deepEqual(
      first.map((change) => Number.parseInt(change, 10)),
      Array.from({ length: 60 }, (_, index) => index + 1),
    );
    for (const other of others) assert.deepEqual(other, first);
    assert.equal((await nextChanges(nodes[0] as Ledger, 0, 60)).length, 60);
  });

  it("never come between each other's reads and writes", async (t) => {
    const schema = server.newSchema();
    const nodes = await Promise.all([1, 2].map(() => openNode(t, { schema })));
    await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (nodes[index % 2] as Ledger).transact(async (transaction) => {
          const count = (await transaction.get<number>("count"))?.value ?? 0;
          await transaction.put("count", count + 1);
        }),
      ),
    );
    assert.equal((await nodes[0]?.get("count"))?.value, 40);
  });

  it("see without notifications what they are not told of", async (t) => {
    const schema = server.newSchema();
    const node = await openNode(t, { schema, pollMs: 20 });
    const { reached } = listen(node);
    await server.run(
      `INSERT INTO ${schema}.versions (key, scope, collection, created, revision, until, value)
         VALUES ('a', 'a', '', 1, 1, 9007199254740991, '1');
       UPDATE ${schema}.ledger SET revision = 1`,
    );
    await reached(1);
  });

  it("stop and raise an alarm when the ledger goes back", async (t) => {
    const schema = server.newSchema();
    const { call, called } = firstCall<string>();
    const node = await openNode(t, { schema, pollMs: 20, onAlarm: call });
    for (const value of [1, 2]) await node.commit([{ key: "a", value }]);
    const following = assert.rejects(nextChanges(node, 2, 1), LedgerUnusableError);
    await server.run(`UPDATE ${schema}.ledger SET revision = 1`);
    assert.match(await called, /went back from revision 2 to 1/);
    await following;
    await assert.rejects(node.commit([{ key: "a", value: 3 }]), LedgerUnusableError);
    assert.equal(await node.revision(), 1);
  });

  it("notice that the ledger went back before they write", async (t) => {
    const schema = server.newSchema();
    const { call, called } = firstCall<string>();
    const node = await openNode(t, { schema, pollMs: NEVER_MS, onAlarm: call });
    for (const value of [1, 2]) await node.commit([{ key: "a", value }]);
    await server.run(`UPDATE ${schema}.ledger SET revision = 1`);
    await assert.rejects(node.commit([{ key: "a", value: 3 }]), LedgerUnusableError);
    await called;
  });

  it("stop when another ledger takes the place of theirs", async (t) => {
    const schema = server.newSchema();
    const { call, called } = firstCall<string>();
    const node = await openNode(t, { schema, pollMs: 20, onAlarm: call });
    await server.run(`UPDATE ${schema}.ledger SET id = gen_random_uuid(), revision = 10`);
    assert.match(await called, /another ledger/);
    await assert.rejects(node.commit([{ key: "a", value: 1 }]), LedgerUnusableError);
  });

  it("stop when history they have not seen is gone", async (t) => {
    const schema = server.newSchema();
    const { call, called } = firstCall<string>();
    const node = await openNode(t, { schema, pollMs: 20, onAlarm: call });
    await node.commit([{ key: "a", value: 1 }]);
    await server.run(`UPDATE ${schema}.ledger SET revision = 10, horizon = 5`);
    assert.match(await called, /followed the ledger up to revision 1, but history is kept from 5 only/);
    await assert.rejects(node.commit([{ key: "a", value: 2 }]), LedgerUnusableError);
  });

  it("do not start behind what they have applied before", async (t) => {
    const schema = server.newSchema();
    const node = await openNode(t, { schema });
    await node.commit([{ key: "a", value: 1 }]);
    await openNode(t, { schema, appliedRevision: 1 });
    const late = openPostgresLedger({ url: server.url, schema, appliedRevision: 2 });
    await assert.rejects(late, (error) => error instanceof LedgerUnusableError && /revision 2/.test(error.message));
  });

  it("come back by themselves after an outage, and have missed nothing", async (t) => {
    const schema = server.newSchema();
    const { call, called } = firstCall<LedgerUnavailableError>();
    const node = await openNode(t, { schema, onOutage: call });
    const { seen, reached } = listen(node);
    await node.commit([{ key: "a", value: 1 }]);
    await server.stop();
    assert.ok((await called) instanceof LedgerUnavailableError);
    await assert.rejects(node.commit([{ key: "a", value: 2 }]), LedgerUnavailableError);
    await assert.rejects(node.get("a"), LedgerUnavailableError);
    await server.start();
    const other = await openNode(t, { schema });
    assert.equal(await other.commit([{ key: "a", value: 3 }]), 2);
    await reached(2);
    assert.equal(await node.commit([{ key: "a", value: 4 }]), 3);
    assert.deepEqual(seen, ["1 a=1", "2 a=3", "3 a=4"]);
  });

  it("are not held up by a node that hangs within a transaction", async (t) => {
    const schema = server.newSchema();
    const hanging = await openNode(t, { schema });
    const other = await openNode(t, { schema });
    const begun = Promise.withResolvers<void>();
    const hung = hanging.transact(async (transaction) => {
      await transaction.put("a", 1);
      begun.resolve();
      await server.run(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
           WHERE state = 'idle in transaction' AND query LIKE '%"${schema}"%'`,
      );
      await transaction.get("b");
    });
    const failing = assert.rejects(hung, LedgerUnavailableError);
    await begun.promise;
    const following = other.commit([{ key: "b", value: 1 }]);
    await failing;
    assert.equal(await following, 1);
    assert.equal(await hanging.commit([{ key: "c", value: 1 }]), 2);
  });
});

describe("a PostgreSQL that cannot be used", () => {
  it("is unavailable when nothing listens", async () => {
    const opening = openPostgresLedger({ url: "postgres://nobody:x@127.0.0.1:1/none" });
    await assert.rejects(opening, (error) => error instanceof LedgerUnavailableError && !error.outcomeUnknown);
  });

  it("is unusable when its schema's name would have to be quoted", async () => {
    await assert.rejects(openPostgresLedger({ url: server.url, schema: 'x"; --' }), LedgerUnusableError);
  });

  it("is unusable when its encoding is another", async () => {
    await server.run("CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
    const url = server.url.replace(/postgres$/, "latin");
    await assert.rejects(openPostgresLedger({ url }), /encoding LATIN1/);
  });
});
