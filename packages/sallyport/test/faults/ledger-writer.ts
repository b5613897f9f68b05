import { openSqliteLedger } from "../../src/ledger/sqlite.ts";

/**
 * A process that writes to the ledger until it is killed: transactions of several documents, many at a time. Prints
 * `ready`, then a line for each transaction that was acknowledged: its number and its revision.
 */
const [path = "", round = ""] = process.argv.slice(2);
const WRITERS = 8;
const ledger = await openSqliteLedger({ path });
let number = 0;

async function writeOn(writer: number): Promise<never> {
  for (;;) {
    const name = `${round}-${number++}`;
    const revision = await ledger.transact(async (transaction) => {
      const { revision: at } = transaction;
      for (const part of ["a", "b", "c"]) await transaction.put(`done/${name}/${part}`, { name, at });
      await transaction.put(`writers/${writer}`, { name, at });
      const passing = `passing/${writer}`;
      if (await transaction.get(passing)) await transaction.delete(passing);
      else await transaction.put(passing, { name, at });
      return at;
    });
    process.stdout.write(`${name} ${revision}\n`);
  }
}

process.stdout.write("ready\n");
await Promise.all(Array.from({ length: WRITERS }, (_, writer) => writeOn(writer)));
