import assert from "node:assert/strict";
import { test } from "node:test";
import { httpProxy } from "../http/api-seed.ts";
import { HOST, openGateway } from "../http/gateway-harness.ts";
import { openRawBackend } from "./raw-backend.ts";
import { exchange } from "./raw-client.ts";

export const HOST_LINE = `Host: ${HOST}\r\n`;
const CLOSE = "Connection: close\r\n";

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  408: "Request Timeout",
  413: "Request Entity Too Large",
  417: "Expectation Failed",
  431: "Request Header Fields Too Large",
};

/** A request that must not reach the back end. */
export function refused(name: string, bytes: string, status = 400): void {
  test(`${name}: ${status}, the connection ends, and nothing reaches the back end`, async (context) => {
    const backend = await openRawBackend(context);
    const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
    const { edge } = await openGateway(context, seed);
    // What follows would be the smuggled request.
    const answers = await exchange(context, edge.address, `${bytes}GET /smuggled HTTP/1.1\r\n${HOST_LINE}${CLOSE}\r\n`);
    assert.equal(answers.length, 1);
    assert.deepEqual([answers[0]?.status, answers[0]?.body], [status, JSON.stringify({ message: MESSAGES[status] })]);
    assert.match(answers[0]?.head ?? "", /\r\ncontent-type: application\/json(?:\r\n|$)/);
    assert.deepEqual(backend.connections, []);
  });
}

export interface Arrival {
  /** Method and target. */
  readonly line: string;
  readonly body?: string;
  /** Headers as the back end must see them; undefined: not at all. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
}

/** A request that arrives as exactly one with exactly one meaning. `head`: without the empty line. */
export function arrives(name: string, head: string, body: string, expected: Arrival): void {
  test(`${name}: one request arrives as ${expected.line}`, async (context) => {
    const backend = await openRawBackend(context);
    const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
    const { edge } = await openGateway(context, seed);
    const answers = await exchange(context, edge.address, `${head}${CLOSE}\r\n${body}`);
    assert.deepEqual(
      answers.map(({ status, body: text }) => [status, text]),
      [[200, "ok"]],
    );
    const [request, ...others] = backend.requests();
    assert.deepEqual(others, []);
    assert.equal(`${request?.method} ${request?.target}`, expected.line);
    assert.equal(request?.body, expected.body ?? "");
    for (const [wanted, value] of Object.entries(expected.headers ?? {})) {
      const found: string[] | undefined = request?.headers.filter(([key]) => key === wanted).map(([, text]) => text);
      assert.deepEqual(found, value === undefined ? [] : [value], wanted);
    }
  });
}

/** A request whose head is in order and whose body is not: the back end may see it begin, but never complete. */
export function brokenOff(name: string, bytes: string): void {
  test(`${name}: no complete request reaches the back end`, async (context) => {
    const backend = await openRawBackend(context);
    const seed = { routes: { $default: "up" }, integrations: { up: httpProxy(backend.url) } };
    const { edge } = await openGateway(context, seed);
    const answers = await exchange(context, edge.address, `${bytes}GET /smuggled HTTP/1.1\r\n${HOST_LINE}\r\n`);
    assert.deepEqual(
      answers.map(({ status }) => status),
      [400],
    );
    assert.deepEqual(backend.requests(), []);
  });
}
