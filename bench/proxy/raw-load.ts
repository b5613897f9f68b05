/** Our own client as a program: takes a load as JSON, prints what wrk's script prints. */
import { RawConnection } from "../raw-client.ts";
import { quantile } from "../table.ts";
import type { Load } from "./load.ts";

const { authority, headers, paths, connections, seconds } = JSON.parse(process.argv[2] ?? "") as Load;
const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
const requests = paths.map((path) => Buffer.from(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`));
const times: number[] = [];
let failed = 0;
let next = 0;

async function ask(until: number): Promise<void> {
  const connection = new RawConnection(authority);
  while (performance.now() < until) {
    const from = performance.now();
    const { status } = await connection.send(requests[next++ % requests.length] as Buffer);
    times.push(performance.now() - from);
    if (status !== 200) failed += 1;
  }
  connection.close();
}

const begun = performance.now();
await Promise.all(Array.from({ length: connections }, () => ask(begun + seconds * 1000)));
const took = (performance.now() - begun) / 1000;
console.log(`RESULT ${times.length} ${took} ${quantile(times, 0.5)} ${quantile(times, 0.99)} ${failed}`);
