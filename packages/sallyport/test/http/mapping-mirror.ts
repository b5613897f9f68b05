import type { IncomingMessage } from "node:http";
import type { TestContext } from "node:test";
import type { GatewayOptions } from "../../src/edge/gateway.ts";
import { httpProxy } from "./api-seed.ts";
import type { SeedApi } from "./api-seed.ts";
import type { Harness } from "./gateway-harness.ts";
import { openBackend, openGateway } from "./gateway-harness.ts";

/** What a back end was sent. */
export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface MirrorOptions {
  readonly routeKey?: string;
  /** Path of the integration's URI. */
  readonly path?: string;
  readonly stages?: SeedApi["stages"];
  readonly gateway?: Partial<GatewayOptions>;
}

/** A gateway with one route, its parameters mapped, in front of a back end that answers with what it saw. */
export async function openMirror(
  context: TestContext,
  requestParameters: Readonly<Record<string, string>>,
  { routeKey = "$default", path = "", stages, gateway }: MirrorOptions = {},
): Promise<Harness> {
  const backend = await openBackend(context, (request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const { method, url, headers, rawHeaders } = request;
      const body = Buffer.concat(chunks).toString("latin1");
      response.end(JSON.stringify({ method, url, headers, rawHeaders, body }));
    });
  });
  const integrations = { up: httpProxy(backend + path, { RequestParameters: requestParameters }) };
  return openGateway(context, { routes: { [routeKey]: "up" }, integrations, stages }, gateway);
}

export const seen = ({ body }: { readonly body: string }): Seen => JSON.parse(body) as Seen;
