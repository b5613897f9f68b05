/** A Lambda API on loopback, as far as the gateway uses it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { TestContext } from "node:test";
import { buffer } from "node:stream/consumers";
import type { AddressInfo } from "node:net";
import { listen } from "../http/gateway-harness.ts";

export interface ServiceCall {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

export interface ServiceAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

/** Undefined: no answer at all. */
export type Serve = (call: ServiceCall) => ServiceAnswer | undefined;

export async function openLambda(
  context: TestContext,
  serve: Serve,
): Promise<{ readonly endpoint: string; readonly calls: ServiceCall[] }> {
  const calls: ServiceCall[] = [];
  const onRequest = async (message: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await buffer(message);
    const call = { method: message.method ?? "", target: message.url ?? "", headers: message.headers, body };
    calls.push(call);
    const answer = serve(call);
    if (answer) response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
  };
  const server = createServer((message, response) => void onRequest(message, response));
  await listen(context, server);
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, calls };
}
