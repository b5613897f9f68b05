import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Invocation } from "../../src/functions/invoker.ts";
import { type LocalFunction, LocalFunctions, RawResult } from "../../src/functions/local-functions.ts";

const ARN = "arn:aws:lambda:us-east-1:111122223333:function:f";
const invocation: Invocation = {
  functionArn: ARN,
  payload: '{"a":1}',
  timeoutMs: 1_000,
  credentialsArn: undefined,
  sourceArn: "",
};

function invoke(definition: LocalFunction | LocalFunction["handler"], members: Partial<Invocation> = {}) {
  return new LocalFunctions().set("f", definition).invoke({ ...invocation, ...members });
}

const never = () => new Promise(() => {});

describe("a function of this process", () => {
  it("gets the event and its context, and its result is JSON", async () => {
    const outcome = await invoke((event, { functionArn }) => ({ event, functionArn }), { functionArn: `${ARN}:live` });
    assert.ok(outcome.kind === "result");
    assert.deepEqual(JSON.parse(Buffer.from(outcome.payload).toString()), {
      event: { a: 1 },
      functionArn: `${ARN}:live`,
    });
    assert.equal(outcome.serviceStatus, 200);
    assert.equal(outcome.requestId, "local-1");
  });

  it("may return nothing, or a text that is no JSON", async () => {
    const nothing = await invoke(() => undefined);
    assert.ok(nothing.kind === "result" && Buffer.from(nothing.payload).toString() === "null");
    const raw = await invoke(() => new RawResult("{"));
    assert.ok(raw.kind === "result" && Buffer.from(raw.payload).toString() === "{");
  });

  it("that throws is an error of the function", async () => {
    const outcome = await invoke(async () => {
      throw new TypeError("boom");
    });
    assert.deepEqual(outcome, {
      kind: "function-error",
      message: "boom",
      errorType: "TypeError",
      serviceStatus: 200,
      requestId: "local-1",
    });
  });

  it("that takes too long by its own limit is an error of the function", async () => {
    const outcome = await invoke({ handler: never, timeoutMs: 20 });
    assert.ok(outcome.kind === "function-error");
    assert.equal(outcome.message, "Task timed out after 0.02 seconds");
  });

  it("that takes too long for its caller is a timeout", async () => {
    assert.equal((await invoke(never, { timeoutMs: 20 })).kind, "timeout");
  });

  it("is given up when its caller is gone", async () => {
    assert.equal((await invoke(never, { signal: AbortSignal.abort() })).kind, "aborted");
    const abort = new AbortController();
    const handler = () => {
      abort.abort();
      return never();
    };
    assert.equal((await invoke(handler, { signal: abort.signal })).kind, "aborted");
  });

  it("is throttled beyond its concurrency, until an invocation ends", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const functions = new LocalFunctions().set("f", { handler: () => promise, concurrency: 1 });
    const first = functions.invoke(invocation);
    assert.equal((await functions.invoke(invocation)).kind, "throttled");
    resolve("done");
    assert.equal((await first).kind, "result");
    assert.equal((await functions.invoke(invocation)).kind, "result");
  });

  it("that nobody registered is missing", async () => {
    const outcome = await new LocalFunctions().invoke(invocation);
    assert.ok(outcome.kind === "refused" && outcome.why === "missing");
  });

  it("with a result over the limit is an error of the function", async () => {
    const outcome = await invoke(() => new RawResult(" ".repeat(6_291_557)));
    assert.ok(outcome.kind === "function-error" && outcome.errorType === "Function.ResponseSizeTooLarge");
  });
});
