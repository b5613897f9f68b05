import { after, before } from "node:test";
import { openPostgresLedger } from "../../src/ledger/postgres.ts";
import { ledgerContract } from "./contract/contract.ts";
import { startPostgres, type PostgresServer } from "./postgres-server.ts";

let server: PostgresServer;
before(async () => {
  server = await startPostgres();
});
after(() => server.remove());

const options = () => ({ url: server.url, schema: server.newSchema(), connections: 2 });

ledgerContract({
  name: "PostgreSQL",
  runs: 12,
  async open(test, { workTimeoutMs } = {}) {
    const ledger = await openPostgresLedger({ ...options(), workTimeoutMs });
    test.after(() => ledger.close());
    return ledger;
  },
  async openDisposable() {
    const ledger = await openPostgresLedger(options());
    return { ledger, dispose: () => ledger.close() };
  },
});
