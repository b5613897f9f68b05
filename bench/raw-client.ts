/**
 * An HTTP/1.1 client that costs next to nothing: ready-made bytes over a raw socket, one request at a time, so that a
 * figure is the server's. Connects again when the server closes the connection.
 */
import { connect, type Socket } from "node:net";

const TIMEOUT_MS = 60_000;
const HEAD_END = Buffer.from("\r\n\r\n");

export interface RawAnswer {
  readonly status: number;
  readonly body: Buffer;
}

interface Waiting {
  readonly resolve: (answer: RawAnswer) => void;
  readonly reject: (error: Error) => void;
}

interface Head {
  readonly status: number;
  /** undefined: until the server closes. */
  readonly length: number | undefined;
  readonly closes: boolean;
}

export class RawConnection {
  readonly #hostname: string;
  readonly #port: number;
  #socket: Socket | undefined;
  #received: Buffer = Buffer.alloc(0);
  #waiting: Waiting | undefined;

  /** `HOST:PORT` */
  constructor(authority: string) {
    const { hostname, port } = new URL(`http://${authority}`);
    this.#hostname = hostname;
    this.#port = Number(port);
  }

  send(request: Buffer): Promise<RawAnswer> {
    return new Promise((resolve, reject) => {
      if (this.#waiting) throw new Error("one request at a time");
      this.#waiting = { resolve, reject };
      this.#socket ??= this.#open();
      this.#socket.write(request);
    });
  }

  close(): void {
    this.#socket?.destroy();
  }

  #open(): Socket {
    const socket = connect({ host: this.#hostname, port: this.#port, noDelay: true, timeout: TIMEOUT_MS });
    this.#received = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      this.#received = this.#received.length === 0 ? chunk : Buffer.concat([this.#received, chunk]);
      this.#read(false);
    });
    socket.on("timeout", () => this.#fail(new Error(`no answer within ${TIMEOUT_MS} ms`)));
    socket.on("error", (error) => this.#fail(error));
    socket.on("close", () => {
      if (this.#socket !== socket) return;
      this.#socket = undefined;
      if (this.#waiting) this.#read(true);
    });
    return socket;
  }

  #read(ended: boolean): void {
    const end = this.#received.indexOf(HEAD_END);
    if (end < 0) {
      if (ended) this.#fail(new Error("the server closed the connection without an answer"));
      return;
    }
    const head = headOf(this.#received.toString("latin1", 0, end));
    if (head === undefined) {
      this.#fail(new Error("this client reads no chunked bodies"));
      return;
    }
    const from = end + HEAD_END.length;
    const to = head.length === undefined ? this.#received.length : from + head.length;
    if (head.length === undefined ? !ended : this.#received.length < to) return;
    const body = this.#received.subarray(from, to);
    this.#received = Buffer.alloc(0);
    if (head.closes) this.#forget();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.resolve({ status: head.status, body });
  }

  #fail(error: Error): void {
    this.#forget();
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(error);
  }

  #forget(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.destroy();
  }
}

/** undefined: the body comes in chunks. */
function headOf(text: string): Head | undefined {
  const status = Number(text.slice(9, 12));
  if (/^transfer-encoding:/im.test(text)) return undefined;
  const length = /^content-length: *(\d+)/im.exec(text)?.[1];
  const closes = /^connection: *close/im.test(text) || text.startsWith("HTTP/1.0");
  return { status, length: length !== undefined ? Number(length) : status === 204 ? 0 : undefined, closes };
}

/** The bytes of a call of the control plane, signed in looks only. */
export function controlRequest(method: string, path: string, body?: object): Buffer {
  const text = body === undefined ? "" : JSON.stringify(body);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: localhost",
    "Authorization: AWS4-HMAC-SHA256 Credential=any/20260101/us-east-1/apigateway/aws4_request, " +
      `SignedHeaders=host;x-amz-date, Signature=${"0".repeat(64)}`,
    "X-Amz-Date: 20260101T000000Z",
    ...(text === "" ? [] : ["Content-Type: application/json"]),
    `Content-Length: ${Buffer.byteLength(text)}`,
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${text}`);
}

/** The bytes of a request to the edge. */
export function edgeRequest(host: string, path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
}

/** The answer of a call that must work, as JSON. */
export async function call<T>(connection: RawConnection, method: string, path: string, body?: object): Promise<T> {
  const answer = await connection.send(controlRequest(method, path, body));
  const text = answer.body.toString();
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

/** Does `work` for 0, 1, ... up to `count`, over so many connections at once. */
export async function fill(
  authority: string,
  { count, connections }: { readonly count: number; readonly connections: number },
  work: (connection: RawConnection, n: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    const connection = new RawConnection(authority);
    try {
      while (next < count) await work(connection, next++);
    } finally {
      connection.close();
    }
  };
  await Promise.all(Array.from({ length: connections }, worker));
}
