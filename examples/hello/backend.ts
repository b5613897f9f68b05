/** A small back end to put behind the gateway: it says hello, and tells what reached it. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Backend {
  readonly url: string;
  close(): void;
}

export function openBackend(): Promise<Backend> {
  const server = createServer(answer);
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      resolve({ url: `http://127.0.0.1:${port}`, close: () => server.close() });
    });
  });
}

function answer(request: IncomingMessage, response: ServerResponse): void {
  const { pathname } = new URL(request.url ?? "/", "http://backend");
  const name = /^\/hello\/(.+)$/.exec(pathname)?.[1];
  const body = name
    ? { message: `Hello, ${decodeURIComponent(name)}!` }
    : { method: request.method, path: request.url, headers: request.headers };
  response.writeHead(200, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body, undefined, 2)}\n`);
}
