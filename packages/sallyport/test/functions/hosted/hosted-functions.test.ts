import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import type { FunctionHost, HostOutcome } from "../../../src/functions/function-host.ts";
import { CodeStore } from "../../../src/functions/hosted/code/code-store.ts";
import { FunctionRuntime } from "../../../src/functions/hosted/function-runtime.ts";
import { HostedFunctions } from "../../../src/functions/hosted/hosted-functions.ts";
import type { Invocation, InvocationOutcome } from "../../../src/functions/invoker.ts";
import type { Ledger } from "../../../src/ledger/ledger.ts";
import { openSqliteLedger } from "../../../src/ledger/sqlite.ts";
import type { FunctionDocument } from "../../../src/model/function-documents.ts";
import { keys } from "../../../src/model/keys.ts";
import { FakeHost, failure, result } from "./fake-host.ts";

const OWNER = { account: "111122223333", region: "eu-west-1" };
const arnOf = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;

function documentOf(Name: string, more: Partial<FunctionDocument> = {}): FunctionDocument {
  return {
    Account: OWNER.account,
    Region: OWNER.region,
    Name,
    Tags: {},
    NextVersion: 1,
    Latest: {
      Version: "$LATEST",
      Settings: {
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Role: "arn:aws:iam::111122223333:role/r",
        Description: "",
        Timeout: 3,
        MemorySize: 128,
        Environment: { A: "1" },
        Layers: [],
        Architectures: ["x86_64"],
      },
      Code: { Kind: "folder", Path: tmpdir() },
      LastModified: "",
      RevisionId: "r",
      Edition: "e",
    },
    ...more,
  };
}

describe("functions of this machine, for the data plane", () => {
  let folder: string;
  let ledger: Ledger;
  let reads = 0;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sallyport-hosted-"));
    ledger = await openSqliteLedger({ path: join(folder, "ledger.sqlite") });
    const get = ledger.get.bind(ledger);
    ledger.get = <T>(key: string, at?: number) => {
      reads += 1;
      return get<T>(key, at);
    };
  });
  after(async () => {
    await ledger.close();
    rmSync(folder, { recursive: true, force: true });
  });

  let host: FakeHost;
  let runtime: FunctionRuntime;
  let opened = 0;
  const remote = {
    calls: [] as string[],
    invoke: (invocation: Invocation): Promise<InvocationOutcome> => {
      remote.calls.push(invocation.functionArn);
      return Promise.resolve({ kind: "result", payload: Buffer.from("1"), serviceStatus: 200, requestId: "remote" });
    },
  };
  beforeEach(() => {
    host = new FakeHost();
    opened = 0;
    remote.calls.length = 0;
    open(() => Promise.resolve(host));
  });

  function open(openHost: () => Promise<FunctionHost>): void {
    runtime = new FunctionRuntime({
      ledger,
      code: new CodeStore(join(folder, "functions")),
      openHost: () => {
        opened += 1;
        return openHost();
      },
      onError: (_, error) => assert.fail(error as Error),
    });
  }

  const invoke = (name: string, more: Partial<Invocation> = {}, withRemote = false) =>
    new HostedFunctions(runtime, withRemote ? remote : undefined).invoke({
      functionArn: arnOf(name),
      payload: '{"a":"ü"}',
      timeoutMs: 1000,
      credentialsArn: "arn:aws:iam::111122223333:role/gateway",
      sourceArn: "arn:aws:execute-api:eu-west-1:111122223333:a1b2c3d4e5/s/GET/x",
      ...more,
    });
  const put = (name: string, more: Partial<FunctionDocument> = {}) =>
    ledger.transact((transaction) => transaction.put(keys.function(OWNER, name), documentOf(name, more)));

  it("are called with the event as JSON, and answer with the result", async () => {
    await put("f");
    const outcome = await invoke("f");
    assert.equal(outcome.kind, "result");
    assert.deepEqual(JSON.parse(Buffer.from((outcome as { payload: Uint8Array }).payload).toString()), {
      event: { a: "ü" },
      version: "$LATEST",
    });
    assert.match((outcome as { requestId: string }).requestId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(host.calls[0]?.definition.environment, { A: "1" });
  });

  it("start nothing until the first call, and then once", async () => {
    await put("f");
    assert.equal(opened, 0);
    await Promise.all([invoke("f"), invoke("f"), invoke("f")]);
    assert.equal(opened, 1);
    await runtime.close(0);
    assert.equal(host.closed, true);
  });

  it("cost no reading of the ledger once they are known, until they change", async () => {
    await put("f");
    await invoke("f");
    const known = reads;
    await invoke("f");
    assert.equal(reads, known);
    const { Latest } = documentOf("f");
    await put("f", { Latest: { ...Latest, Edition: "next", Settings: { ...Latest.Settings, Timeout: 9 } } });
    await invoke("f");
    assert.ok(reads > known);
    const [first, , last] = host.calls.map(({ definition }) => definition);
    assert.deepEqual([first?.timeoutSeconds, last?.timeoutSeconds], [3, 9]);
    assert.notEqual(first?.revision, last?.revision);
  });

  it("keep their processes when only the concurrency changes", async () => {
    await put("f");
    await invoke("f");
    await put("f", { ReservedConcurrency: 2 });
    await invoke("f");
    const [first, last] = host.calls.map(({ definition }) => definition);
    assert.equal(first?.revision, last?.revision);
    assert.equal(last?.reservedConcurrency, 2);
  });

  it("that are not here are left to the remote Lambda", async () => {
    assert.equal((await invoke("elsewhere", {}, true)).kind, "result");
    assert.deepEqual(remote.calls, [arnOf("elsewhere")]);
    const missing = await invoke("elsewhere");
    assert.deepEqual([missing.kind, "why" in missing && missing.why], ["refused", "missing"]);
    assert.match("detail" in missing ? missing.detail : "", /no remote Lambda is configured/);
  });

  it("are called here as soon as they are here", async () => {
    await invoke("late", {}, true);
    await put("late");
    await invoke("late", {}, true);
    assert.deepEqual([remote.calls.length, host.calls.length], [1, 1]);
  });

  it("are not looked for elsewhere when only the version is missing", async () => {
    await put("f");
    const outcome = await invoke("f", { functionArn: `${arnOf("f")}:9` }, true);
    assert.deepEqual([outcome.kind, remote.calls.length], ["refused", 0]);
  });

  const outcomes: readonly [string, HostOutcome, object][] = [
    [
      "an error of the function",
      failure("TypeError", "x is not"),
      { kind: "function-error", errorType: "TypeError", message: "x is not" },
    ],
    [
      "an error that is no JSON",
      { kind: "function-error", functionError: "Unhandled", payload: Buffer.from("boom"), log: undefined },
      { kind: "function-error", errorType: undefined, message: "boom" },
    ],
    [
      "an error that is null",
      { kind: "function-error", functionError: "Unhandled", payload: Buffer.from("null"), log: undefined },
      { kind: "function-error", message: "null" },
    ],
    ["too many at once", { kind: "throttled", detail: "full" }, { kind: "throttled", detail: "full" }],
    [
      "a runtime that is not here",
      { kind: "unsupported", detail: "no python3" },
      { kind: "function-error", errorType: "InvalidRuntimeException", message: "no python3" },
    ],
  ];
  for (const [what, given, expected] of outcomes) {
    it(`tell ${what}`, async () => {
      await put("f");
      host.functions.set("f", () => given);
      assert.partialDeepStrictEqual(await invoke("f"), expected);
    });
  }

  it("are not waited for longer than the integration allows, nor for callers who left", async () => {
    await put("f");
    host.functions.set("f", () => new Promise(() => undefined));
    assert.equal((await invoke("f", { timeoutMs: 5 })).kind, "timeout");
    const leaving = new AbortController();
    const outcome = invoke("f", { signal: leaving.signal });
    leaving.abort();
    assert.equal((await outcome).kind, "aborted");
    const calls = host.calls.length;
    assert.equal((await invoke("f", { signal: AbortSignal.abort() })).kind, "aborted");
    assert.equal(host.calls.length, calls);
  });

  it("are unreachable while they can not be started, and then started again", async () => {
    await put("f");
    let broken = true;
    open(() => (broken ? Promise.reject(new Error("no room")) : Promise.resolve(host)));
    assert.partialDeepStrictEqual(await invoke("f"), {
      kind: "unreachable",
      detail: "functions can not be started: no room",
    });
    broken = false;
    assert.equal((await invoke("f")).kind, "result");
  });

  it("are unreachable when their code is on another machine", async () => {
    const { Latest } = documentOf("f");
    const Code = { Kind: "archive", Sha256: "0".repeat(64), Size: 1, Files: 1, UnpackedBytes: 1 } as const;
    await put("f", { Latest: { ...Latest, Code } });
    assert.partialDeepStrictEqual(await invoke("f"), { kind: "unreachable" });
    await put("f");
    host.functions.set("f", () => result(1));
    assert.equal((await invoke("f")).kind, "result");
  });
});
