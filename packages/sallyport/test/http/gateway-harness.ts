import { mkdtemp, rm } from "node:fs/promises";
import type { Agent, IncomingMessage, RequestListener, Server } from "node:http";
import { createServer, request } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Gateway, GatewayOptions } from "../../src/edge/gateway.ts";
import { createGateway } from "../../src/edge/gateway.ts";
import type { HttpEdge } from "../../src/edge/http-edge.ts";
import { openHttpEdge } from "../../src/edge/http-edge.ts";
import type { Ledger } from "../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../src/ledger/sqlite.ts";
import type { Log } from "../../src/observe/log.ts";
import type { SeedApi } from "./api-seed.ts";
import { API_ID, seedApi } from "./api-seed.ts";

export const HOST = `${API_ID}.execute-api.us-east-1.localhost`;

export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly facts: object;
}

/** A log that keeps what it is told. */
export function recordingLog(): { readonly log: Log; readonly lines: LogLine[] } {
  const lines: LogLine[] = [];
  const record =
    (level: string) =>
    (message: string, facts: object = {}) =>
      void lines.push({ level, message, facts });
  const log = { debug: record("debug"), info: record("info"), warn: record("warn"), error: record("error") };
  return { log, lines };
}

/** A back end on loopback that ends with the test. */
export async function openBackend(context: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await listen(context, server);
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export async function listen(context: TestContext, server: Server): Promise<void> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
}

export async function openLedger(context: TestContext): Promise<Ledger> {
  const folder = await mkdtemp(join(tmpdir(), "sallyport-test-"));
  const ledger = await openSqliteLedger({ path: join(folder, "ledger.db") });
  context.after(async () => {
    await ledger.close();
    await rm(folder, { recursive: true });
  });
  return ledger;
}

export interface Harness {
  readonly ledger: Ledger;
  readonly gateway: Gateway;
  readonly edge: HttpEdge;
  readonly lines: LogLine[];
  /** Sends a request and reads all of its answer. */
  readonly fetch: (target: string, options?: SendOptions) => Promise<Answer>;
  /** Sends a request head; the answer's body and the request's are the caller's. */
  readonly send: (target: string, options?: SendOptions) => ReturnType<typeof request>;
}

export interface SendOptions {
  readonly method?: string;
  /** Default: the test API's default host. */
  readonly host?: string | undefined;
  readonly headers?: Record<string, string | string[]>;
  readonly body?: string | Uint8Array;
  readonly agent?: Agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
  readonly bytes: Buffer;
}

export async function readAnswer(response: IncomingMessage): Promise<Answer> {
  const bytes = Buffer.concat(await response.toArray());
  return { status: response.statusCode ?? 0, headers: response.headers, body: bytes.toString(), bytes };
}

/** A gateway with one API on loopback, over a ledger in a file of its own. */
export async function openGateway(
  context: TestContext,
  seed: SeedApi,
  options: Partial<GatewayOptions> = {},
): Promise<Harness> {
  const ledger = await openLedger(context);
  await seedApi(ledger, seed);
  const { log, lines } = recordingLog();
  const gateway = createGateway({ ledger, endpointDomain: "localhost", loopback: true, log, ...options });
  const edge = await openHttpEdge({ host: "127.0.0.1", port: 0, handle: (exchange) => gateway.handle(exchange) });
  context.after(async () => {
    await edge.drain(0);
    await gateway.close();
  });
  const send = (target: string, { method = "GET", host = HOST, headers = {}, body, agent }: SendOptions = {}) => {
    const sent = request({
      ...edge.address,
      path: target,
      method,
      headers: { host, ...headers },
      agent: agent ?? false,
    });
    if (body !== undefined) sent.end(body);
    return sent;
  };
  const fetch = async (target: string, sendOptions: SendOptions = {}) => {
    const sent = send(target, sendOptions);
    if (sendOptions.body === undefined) sent.end();
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return readAnswer(response);
  };
  return { ledger, gateway, edge, lines, fetch, send };
}
