/** The Lambda API over a fresh ledger, called by the SDK's own client in process. Functions are the test's. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { CodeStore } from "../../../src/functions/hosted/code/code-store.ts";
import { FunctionRuntime } from "../../../src/functions/hosted/function-runtime.ts";
import { HostedFunctions } from "../../../src/functions/hosted/hosted-functions.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite.ts";
import type { PolicyDocument } from "../../../src/protocol/principal.ts";
import type { AwsRequest, AwsResponse, AwsService, Caller } from "../../../src/protocol/service.ts";
import { EventQueue, type QueuedEvent } from "../../../src/services/lambda/invoke/event-queue.ts";
import { createLambdaService } from "../../../src/services/lambda/service.ts";
import { FakeHost } from "../../functions/hosted/fake-host.ts";
import { zip } from "../../functions/hosted/zip-writer.ts";
import { requestId } from "../../protocol/calls.ts";

export const ACCOUNT = "111122223333";
export const REGION = "eu-west-1";
export const ROLE = `arn:aws:iam::${ACCOUNT}:role/service`;
export const arnOf = (name: string): string => `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${name}`;

export const code = (text = "export {}"): Buffer => zip([["index.mjs", text]]);

/** What CreateFunction needs at least. */
export const minimal = (name: string) => ({
  FunctionName: name,
  Runtime: "nodejs22.x" as const,
  Role: ROLE,
  Handler: "index.handler",
  Code: { ZipFile: code() },
});

export interface Who {
  readonly account?: string;
  readonly region?: string;
  readonly arn?: string;
  readonly policies?: readonly PolicyDocument[];
}

export interface World {
  readonly client: LambdaClient;
  readonly host: FakeHost;
  readonly ledger: Ledger;
  readonly runtime: FunctionRuntime;
  readonly functions: HostedFunctions;
  readonly service: AwsService;
  readonly events: EventQueue;
  readonly dropped: { readonly event: QueuedEvent; readonly reason: string }[];
  readonly errors: unknown[];
  /** What was put off, with its delay. */
  readonly later: { readonly run: () => void; readonly delayMs: number }[];
  /** `nowMs` of the event queue, and what an alias chooses by. */
  readonly turn: { nowMs: number; random: number };
  clientOf(who: Who): LambdaClient;
  send(request: Partial<AwsRequest>, who?: Who): Promise<AwsResponse>;
  close(): Promise<void>;
}

export async function openWorld({ localFolders = true }: { readonly localFolders?: boolean } = {}): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-lambda-"));
  const ledger = await openSqliteLedger({ path: join(folder, "ledger.sqlite") });
  const host = new FakeHost();
  const errors: unknown[] = [];
  const turn = { nowMs: 0, random: 0.999 };
  const store = new CodeStore(join(folder, "functions"));
  const runtime = new FunctionRuntime({
    ledger,
    code: store,
    openHost: () => Promise.resolve(host),
    onError: (_, error) => errors.push(error),
    random: () => turn.random,
  });
  const later: World["later"] = [];
  const dropped: World["dropped"] = [];
  const events = new EventQueue({
    nowMs: () => turn.nowMs,
    later: (run, delayMs) => {
      const entry = { run, delayMs };
      later.push(entry);
      return () => later.splice(later.indexOf(entry), 1);
    },
    onDropped: (event, reason) => dropped.push({ event, reason }),
  });
  const service = createLambdaService({
    world: { ledger, runtime, code: store, events, localFolders },
    onError: (error) => errors.push(error),
  });
  const send: World["send"] = (request, who = {}) =>
    service.handle(
      { method: "GET", path: "/", query: "", headers: {}, body: Buffer.alloc(0), ...request },
      callerOf(who),
      requestId,
    );
  const clientOf = (who: Who): LambdaClient => clientOver((request) => send(request, who), who.region ?? REGION);
  return {
    client: clientOf({}),
    host,
    ledger,
    runtime,
    functions: new HostedFunctions(runtime, undefined),
    service,
    events,
    dropped,
    errors,
    later,
    turn,
    clientOf,
    send,
    close: async () => {
      await events.close();
      await runtime.close(0);
      await ledger.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function callerOf({
  account = ACCOUNT,
  region = REGION,
  policies,
  arn = `arn:aws:iam::${account}:user/ana`,
}: Who): Caller {
  return { principal: { accessKeyId: "AKID", account, arn, userId: "AIDA", policies }, account, region };
}

interface WireRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}

function clientOver(send: (request: AwsRequest) => Promise<AwsResponse>, region: string): LambdaClient {
  return new LambdaClient({
    region,
    endpoint: "http://127.0.0.1:1",
    maxAttempts: 1,
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
    requestHandler: {
      handle: async (given: unknown) => {
        const { method, path, query, headers, body } = given as WireRequest;
        const pairs = Object.entries(query).flatMap(([name, values]) =>
          [values].flat().map((value): [string, string] => [name, value]),
        );
        const answer = await send({
          method,
          path,
          query: new URLSearchParams(pairs).toString(),
          headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])),
          body: typeof body === "object" ? Buffer.copyBytesFrom(body) : Buffer.from(body ?? ""),
        });
        const response = { statusCode: answer.status, headers: lowered(answer.headers), body: bodyOf(answer) };
        return { response: response as never };
      },
    },
  });
}

function lowered(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

function bodyOf({ body, stream }: AwsResponse): Readable {
  if (!stream) return Readable.from([Buffer.from(body)]);
  const readable = new Readable({ read: () => undefined });
  stream({ write: (chunk) => void readable.push(chunk), end: () => void readable.push(null) });
  return readable;
}

/** Expects a call to be refused with that error and text. */
export async function refused(call: Promise<unknown>, name: string, message: RegExp | string): Promise<void> {
  await assert.rejects(call, (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, name, error.message);
    if (typeof message === "string") assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}
