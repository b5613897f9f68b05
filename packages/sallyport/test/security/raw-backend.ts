import { once } from "node:events";
import type { AddressInfo, Socket } from "node:net";
import { createServer } from "node:net";
import type { TestContext } from "node:test";
import type { StrictRequest } from "./strict-request.ts";
import { strictRequests } from "./strict-request.ts";

/** What a back end does when a request is complete. `count`: of the requests on this connection, from 1. */
export type OnRequest = (socket: Socket, request: StrictRequest, count: number) => void;

export interface RawBackend {
  readonly url: string;
  /** Requests that arrived, over all connections. Throws when something else did. */
  requests(): readonly StrictRequest[];
  /** All bytes of each connection. */
  readonly connections: readonly { readonly bytes: string }[];
}

export const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

export const answering =
  (bytes: string): OnRequest =>
  (socket) =>
    void socket.write(bytes, "latin1");

/** A back end without any HTTP of its own: it keeps the bytes that come and answers with bytes. */
export async function openRawBackend(context: TestContext, onRequest: OnRequest = answering(OK)): Promise<RawBackend> {
  const connections: { bytes: string; seen: number }[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    const connection = { bytes: "", seen: 0 };
    connections.push(connection);
    sockets.add(socket);
    socket.setEncoding("latin1");
    socket.on("error", () => {});
    socket.on("close", () => sockets.delete(socket));
    socket.on("data", (text: string) => {
      connection.bytes += text;
      const complete = tryStrict(connection.bytes);
      for (const request of complete.slice(connection.seen)) onRequest(socket, request, ++connection.seen);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => connections.flatMap(({ bytes }) => strictRequests(bytes).requests),
    connections,
  };
}

/** While bytes come in, doubts are kept for `requests`, which the test asks. */
function tryStrict(bytes: string): readonly StrictRequest[] {
  try {
    return strictRequests(bytes).requests;
  } catch {
    return [];
  }
}
