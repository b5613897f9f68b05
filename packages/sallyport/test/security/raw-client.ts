import { once } from "node:events";
import type { Socket } from "node:net";
import { connect } from "node:net";
import type { TestContext } from "node:test";
import type { EdgeAddress } from "../../src/edge/http-edge.ts";

export interface RawAnswer {
  readonly status: number;
  /** In lower case. */
  readonly head: string;
  readonly body: string;
}

/** A client without any HTTP of its own. */
export class RawClient {
  readonly socket: Socket;
  /** All that came back, each character one byte. */
  received = "";
  readonly #closed: Promise<unknown>;

  constructor(context: TestContext, address: EdgeAddress) {
    this.socket = connect({ ...address, allowHalfOpen: true });
    this.socket.setEncoding("latin1");
    this.socket.on("data", (text: string) => (this.received += text));
    this.socket.on("error", () => {});
    this.#closed = once(this.socket, "close").catch(() => {});
    this.socket.on("end", () => this.socket.end());
    context.after(() => this.socket.destroy());
  }

  send(bytes: string): void {
    this.socket.write(bytes, "latin1");
  }

  /** Resolves when the gateway has ended the connection, with the answers that came. */
  async answers(): Promise<readonly RawAnswer[]> {
    await this.#closed;
    return answersOf(this.received);
  }

  /** Resolves when so much has come back. */
  async until(condition: (received: string) => boolean): Promise<void> {
    while (!condition(this.received)) await once(this.socket, "data");
  }
}

/** Takes answers apart: each has a length or chunks, or none of both and goes to the end. */
export function answersOf(text: string): readonly RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = text;
  while (rest !== "") {
    const end = rest.indexOf("\r\n\r\n");
    if (end < 0) throw new Error(`no answer: ${JSON.stringify(rest.slice(0, 100))}`);
    const head = rest.slice(0, end).toLowerCase();
    const status = Number(/^http\/1\.1 (\d{3})/.exec(head)?.[1]);
    const length = /\ncontent-length: (\d+)/.exec(head)?.[1];
    const to = length === undefined || status === 304 ? rest.length : end + 4 + Number(length);
    answers.push({ status, head, body: rest.slice(end + 4, to) });
    rest = rest.slice(to);
  }
  return answers;
}

/** Sends bytes on a connection of their own and waits for its end. */
export function exchange(context: TestContext, address: EdgeAddress, bytes: string): Promise<readonly RawAnswer[]> {
  const client = new RawClient(context, address);
  client.send(bytes);
  return client.answers();
}
