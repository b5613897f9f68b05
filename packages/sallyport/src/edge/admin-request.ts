import type { IncomingMessage } from "node:http";
import type { AwsRequest } from "../protocol/service.ts";

export class BodyTooLargeError extends Error {
  override readonly name = "BodyTooLargeError";
  readonly limit: number;

  constructor(limit: number) {
    super(`the body is larger than ${limit} bytes`);
    this.limit = limit;
  }
}

/** A call without its body. */
export type AwsRequestHead = Omit<AwsRequest, "body">;

/** Reads a call whole. Throws BodyTooLargeError as soon as the body is longer than what `limitOf` allows the call. */
export async function readAwsRequest(
  request: IncomingMessage,
  limitOf: (head: AwsRequestHead) => number,
): Promise<AwsRequest> {
  const head = headOf(request);
  return { ...head, body: await readBody(request, limitOf(head)) };
}

function headOf(request: IncomingMessage): AwsRequestHead {
  const target = request.url ?? "/";
  const question = target.indexOf("?");
  return {
    method: request.method ?? "GET",
    path: question < 0 ? target : target.slice(0, question),
    query: question < 0 ? "" : target.slice(question + 1),
    headers: headersOf(request),
    sourceIp: plainAddress(request.socket.remoteAddress),
  };
}

/** A listener for both families reports IPv4 peers as IPv4-mapped IPv6 addresses. */
function plainAddress(address: string | undefined): string | undefined {
  return address?.replace(/^::ffff:(?=\d+\.)/i, "");
}

function headersOf(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>;
  const raw = request.rawHeaders;
  for (let index = 0; index < raw.length; index += 2) {
    const name = (raw[index] as string).toLowerCase();
    const value = raw[index + 1] as string;
    headers[name] = headers[name] === undefined ? value : `${headers[name]},${value}`;
  }
  return headers;
}

const NOTHING = new Uint8Array(0);

function readBody(request: IncomingMessage, limit: number): Promise<Uint8Array> | Uint8Array {
  const { "content-length": length, "transfer-encoding": encoding } = request.headers;
  if (encoding === undefined && (length === undefined || length === "0")) return NOTHING;
  if (Number(length ?? 0) > limit) throw new BodyTooLargeError(limit);
  // Listeners rather than an async iterator: it costs as much as all the rest of reading a call.
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= limit) chunks.push(chunk);
      else reject(new BodyTooLargeError(limit));
    });
    request.on("end", () => resolve(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)));
    request.on("error", reject);
    request.on("close", () => {
      if (!request.complete) reject(new Error("the connection closed before the whole body was there"));
    });
  });
}
