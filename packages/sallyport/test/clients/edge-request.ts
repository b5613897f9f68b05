/** A request to the edge, with the Host header that a browser would send for an API's default endpoint. */
import { type IncomingHttpHeaders, request as send } from "node:http";
import { text } from "node:stream/consumers";
import type { Echo } from "./backend.ts";

const TIMEOUT_MS = 20_000;

export interface EdgeRequest {
  /** `HOST:PORT` of the edge. */
  readonly edge: string;
  readonly path: string;
  readonly method?: string;
  /** Default: the edge's own address, for the path form. */
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface EdgeAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export function edgeRequest({ edge, path, method = "GET", host, headers, body }: EdgeRequest): Promise<EdgeAnswer> {
  const { hostname, port } = new URL(`http://${edge}`);
  return new Promise((resolve, reject) => {
    const outgoing = send(
      { hostname, port, path, method, headers: { ...headers, host: host ?? edge }, timeout: TIMEOUT_MS },
      (answer) => {
        text(answer).then(
          (received) => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: received }),
          reject,
        );
      },
    );
    outgoing.on("timeout", () => outgoing.destroy(new Error(`no answer from the edge within ${TIMEOUT_MS} ms`)));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

/** The host of an API's default endpoint. */
export function defaultHost(apiId: string, region = "us-east-1"): string {
  return `${apiId}.execute-api.${region}.localhost`;
}

/** What the back end says reached it. */
export function echoOf(answer: EdgeAnswer): Echo {
  return JSON.parse(answer.text) as Echo;
}
