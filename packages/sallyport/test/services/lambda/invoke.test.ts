import assert from "node:assert/strict";
import { after, before, beforeEach, describe, it } from "node:test";
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  InvokeCommand,
  type InvokeCommandInput,
  InvokeWithResponseStreamCommand,
  PutFunctionConcurrencyCommand,
  TooManyRequestsException,
} from "@aws-sdk/client-lambda";
import { type FakeFunction, failure, result } from "../../functions/hosted/fake-host.ts";
import { requestId } from "../../protocol/calls.ts";
import { arnOf, minimal, openWorld, refused, type World } from "./world.ts";

describe("Invoke", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await world.client.send(new CreateFunctionCommand(minimal("f")));
  });
  beforeEach(() => {
    world.host.functions.clear();
    world.host.calls.length = 0;
    world.later.length = 0;
    world.dropped.length = 0;
  });
  after(() => world.close());

  const is = (run: FakeFunction): void => void world.host.functions.set("f", run);
  const invoke = (more: Partial<InvokeCommandInput> = {}) =>
    world.client.send(new InvokeCommand({ FunctionName: "f", ...more }));
  const settled = () => new Promise((resolve) => setImmediate(resolve));

  it("answers with the function's result and version", async () => {
    const { $metadata, Payload, ExecutedVersion, FunctionError, LogResult } = await invoke({ Payload: '{"a":1}' });
    assert.equal($metadata.httpStatusCode, 200);
    assert.deepEqual(JSON.parse(Buffer.from(Payload ?? []).toString()), { event: { a: 1 }, version: "$LATEST" });
    assert.deepEqual([ExecutedVersion, FunctionError, LogResult], ["$LATEST", undefined, undefined]);
  });

  it("tells the function who it is and what the caller said", async () => {
    const ClientContext = Buffer.from('{"custom":{"a":"ü"}}').toString("base64");
    await invoke({ FunctionName: `${arnOf("f")}:$LATEST`, ClientContext, LogType: "Tail" });
    const [call] = world.host.calls;
    assert.partialDeepStrictEqual(call?.definition, {
      arn: arnOf("f"),
      name: "f",
      account: "111122223333",
      region: "eu-west-1",
      version: "$LATEST",
      runtime: "nodejs22.x",
      handler: "index.handler",
      watched: false,
      layerFolders: [],
      environment: {},
      memoryMb: 128,
      timeoutSeconds: 3,
    });
    assert.partialDeepStrictEqual(call?.invocation, {
      requestId,
      tailLog: true,
      clientContext: '{"custom":{"a":"ü"}}',
    });
    assert.equal(Buffer.from(call?.invocation.payload ?? []).toString(), "{}");
    assert.match(call?.invocation.traceId ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24};Sampled=0$/);
  });

  it("tells a function's error in a header, and the log's end", async () => {
    is(() => ({ ...failure("TypeError", "x"), log: "START\nüber\n" }) as ReturnType<typeof failure>);
    const { FunctionError, Payload, LogResult } = await invoke({ LogType: "Tail" });
    assert.equal(FunctionError, "Unhandled");
    assert.partialDeepStrictEqual(JSON.parse(Buffer.from(Payload ?? []).toString()), { errorType: "TypeError" });
    assert.equal(Buffer.from(LogResult ?? "", "base64").toString(), "START\nüber\n");
  });

  it("only looks when it is a dry run", async () => {
    assert.equal((await invoke({ InvocationType: "DryRun" })).StatusCode, 204);
    assert.deepEqual(world.host.calls, []);
    await refused(
      invoke({ FunctionName: "none", InvocationType: "DryRun" }),
      "ResourceNotFoundException",
      `Function not found: ${arnOf("none")}`,
    );
  });

  it("refuses what is not JSON, or too long", async () => {
    await refused(
      invoke({ Payload: "{a:1}" }),
      "InvalidRequestContentException",
      /^Could not parse request body into json: Could not parse payload into json: /,
    );
    await refused(
      invoke({ Payload: Buffer.from([34, 255, 34]) }),
      "InvalidRequestContentException",
      /^Could not parse request body/,
    );
    const long = JSON.stringify("x".repeat(6_291_455));
    await refused(
      invoke({ Payload: long }),
      "RequestTooLargeException",
      "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    );
    const asynchronous = JSON.stringify("x".repeat(1_048_575));
    await refused(
      invoke({ Payload: asynchronous, InvocationType: "Event" }),
      "RequestTooLargeException",
      /^1048577 byte payload is too large for the Event invocation type/,
    );
    await refused(invoke({ ClientContext: "AAAA" }), "InvalidRequestContentException", /^Client context must be/);
    await refused(invoke({ TenantId: "t" }), "InvalidParameterValueException", /does not honour TenantId/);
  });

  it("tells whose limit it was", async () => {
    is(() => ({ kind: "throttled", detail: "full" }));
    const reasonOf = async (): Promise<unknown> => {
      const error: unknown = await invoke().catch((thrown: unknown) => thrown);
      assert.ok(error instanceof TooManyRequestsException);
      assert.equal(error.message, "Rate Exceeded.");
      return error.Reason;
    };
    assert.equal(await reasonOf(), "ConcurrentInvocationLimitExceeded");
    await world.client.send(new PutFunctionConcurrencyCommand({ FunctionName: "f", ReservedConcurrentExecutions: 0 }));
    assert.equal(await reasonOf(), "ReservedFunctionConcurrentInvocationLimitExceeded");
    assert.equal(world.host.calls.at(-1)?.definition.reservedConcurrency, 0);
  });

  it("tells that the machine can not run it", async () => {
    is(() => ({ kind: "unsupported", detail: "no python3 here" }));
    await refused(invoke(), "InvalidRuntimeException", "no python3 here");
  });

  it("takes an event and answers before the function does", async () => {
    const gate = Promise.withResolvers<ReturnType<typeof result>>();
    is(() => gate.promise);
    assert.equal((await invoke({ InvocationType: "Event", Payload: "[1]" })).StatusCode, 202);
    gate.resolve(result(null));
    await settled();
    assert.deepEqual([world.host.calls.length, world.later.length, world.dropped.length], [1, 0, 0]);
  });

  it("tries an event that fails twice more, a minute and two minutes later", async () => {
    is(() => failure("Error", "always"));
    await invoke({ InvocationType: "Event" });
    const delays: number[] = [];
    for (;;) {
      await settled();
      const next = world.later.shift();
      if (!next) break;
      delays.push(next.delayMs);
      next.run();
    }
    assert.deepEqual(delays, [60_000, 120_000]);
    assert.equal(world.host.calls.length, 3);
    assert.deepEqual(
      world.dropped.map(({ reason }) => reason),
      ["the function failed 3 times"],
    );
    assert.ok(world.host.calls.every(({ invocation }) => invocation.requestId === requestId));
  });

  it("tries an event of a throttled function ever more slowly, for six hours", async () => {
    is(() => ({ kind: "throttled", detail: "full" }));
    world.turn.nowMs = 0;
    await invoke({ InvocationType: "Event" });
    const delays: number[] = [];
    for (;;) {
      await settled();
      const next = world.later.shift();
      if (!next) break;
      delays.push(next.delayMs);
      world.turn.nowMs += next.delayMs;
      next.run();
    }
    assert.deepEqual(delays.slice(0, 4), [1_000, 2_000, 4_000, 8_000]);
    assert.equal(Math.max(...delays), 300_000);
    assert.ok(world.turn.nowMs <= 6 * 3_600_000 && world.turn.nowMs > 5.9 * 3_600_000);
    assert.deepEqual(
      world.dropped.map(({ reason }) => reason),
      ["the event is too old"],
    );
  });

  it("gives an event up when its function is gone", async () => {
    await world.client.send(new CreateFunctionCommand(minimal("brief")));
    world.host.functions.set("brief", () => failure("Error", "once"));
    await world.client.send(new InvokeCommand({ FunctionName: "brief", InvocationType: "Event" }));
    await settled();
    await world.client.send(new DeleteFunctionCommand({ FunctionName: "brief" }));
    world.later.shift()?.run();
    while (world.dropped.length === 0) await settled();
    assert.deepEqual(
      world.dropped.map(({ reason }) => reason),
      ["the function is gone"],
    );
  });
});

describe("InvokeWithResponseStream", () => {
  let world: World;
  before(async () => {
    world = await openWorld();
    await world.client.send(new CreateFunctionCommand(minimal("f")));
  });
  after(() => world.close());

  const streamed = async (run: FakeFunction) => {
    world.host.functions.set("f", run);
    const answer = await world.client.send(
      new InvokeWithResponseStreamCommand({ FunctionName: "f", LogType: "Tail", Payload: "{}" }),
    );
    assert.deepEqual([answer.StatusCode, answer.ExecutedVersion], [200, "$LATEST"]);
    const chunks: string[] = [];
    let complete: object | undefined;
    for await (const event of answer.EventStream ?? []) {
      if (event.PayloadChunk) chunks.push(Buffer.from(event.PayloadChunk.Payload ?? []).toString());
      if (event.InvokeComplete) complete = event.InvokeComplete;
    }
    return { chunks, complete };
  };

  it("passes chunks on as the function writes them", async () => {
    const { chunks, complete } = await streamed(async (_, __, { stream }) => {
      stream?.write(Buffer.from("one "));
      await new Promise((resolve) => setImmediate(resolve));
      stream?.write(Buffer.from("two"));
      return { kind: "result", payload: new Uint8Array(), log: "END" };
    });
    assert.deepEqual(chunks, ["one ", "two"]);
    assert.deepEqual(complete, { LogResult: Buffer.from("END").toString("base64") });
  });

  it("gives the whole result of a function that does not stream", async () => {
    assert.deepEqual((await streamed(() => result({ a: 1 }))).chunks, ['{"a":1}']);
  });

  it("cuts long chunks into events that clients take", async () => {
    const { chunks } = await streamed((_, __, { stream }) => {
      stream?.write(Buffer.alloc(2_500_000, "x"));
      return { kind: "result", payload: new Uint8Array(), log: undefined };
    });
    assert.deepEqual(
      chunks.map(({ length }) => length),
      [1_048_576, 1_048_576, 402_848],
    );
  });

  it("tells an error at the end", async () => {
    const { chunks, complete } = await streamed((_, __, { stream }) => {
      stream?.write(Buffer.from("half"));
      return failure("Error", "broke");
    });
    assert.deepEqual(chunks, ["half"]);
    assert.partialDeepStrictEqual(complete, { ErrorCode: "Unhandled" });
    assert.match((complete as { ErrorDetails: string }).ErrorDetails, /"errorMessage":"broke"/);
  });

  it("answers a throttled call with the error and no stream", async () => {
    await refused(
      streamed(() => ({ kind: "throttled", detail: "full" })),
      "TooManyRequestsException",
      "Rate Exceeded.",
    );
  });
});
