import assert from "node:assert/strict";
import { test } from "node:test";
import type { Dispatcher } from "undici";
import type { BodySink, BodySource } from "../../src/upstream/body.ts";
import { BodyTooLargeError, LimitedBody } from "../../src/upstream/body.ts";
import { BodyIterator } from "../../src/upstream/body-iterator.ts";
import { UndiciCall } from "../../src/upstream/undici-call.ts";

/** A source that notes what is asked of it; the test delivers by hand. */
function manualSource(): BodySource & { readonly asked: string[]; sink: BodySink | undefined } {
  const asked: string[] = [];
  return {
    asked,
    sink: undefined,
    length: undefined,
    pipe(sink) {
      asked.push("pipe");
      this.sink = sink;
    },
    resume: () => void asked.push("resume"),
    cancel: () => void asked.push("cancel"),
  };
}

const bytes = (text: string): Buffer => Buffer.from(text);

test("a response that its client cannot take is held back until it can", () => {
  const told: string[] = [];
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    rawHeaders: [bytes("content-length"), bytes("8")],
    abort: () => void told.push("abort"),
    pause: () => void told.push("pause"),
    resume: () => void told.push("resume"),
  };
  const request = { origin: "", method: "GET", path: "/", headers: [], body: undefined };
  const sink: BodySink = {
    write: (chunk) => (told.push(`write ${chunk.length}`), chunk.length < 3),
    end: () => void told.push("end"),
    fail: () => void told.push("fail"),
  };
  const call = new UndiciCall(
    { ...request, timeoutMs: 60_000, maxResponseBytes: 100 },
    {
      onResponse: (status, headers, body) => {
        told.push(`${status} ${headers.join("=")} ${body.length}`);
        body.pipe(sink);
      },
      onFailure: () => void told.push("failure"),
    },
  );
  call.onRequestStart(controller);
  call.onResponseStart(controller, 200);
  call.onResponseData(controller, bytes("ab"));
  call.onResponseData(controller, bytes("cdef"));
  assert.deepEqual(told.splice(0), ["200 content-length=8 8", "write 2", "write 4", "pause"]);
  call.resume();
  call.resume();
  call.onResponseData(controller, bytes("gh"));
  call.onResponseEnd();
  assert.deepEqual(told, ["resume", "write 2", "end"]);
});

test("a body is asked for when it is wanted, and held back while it is not", async () => {
  const source = manualSource();
  const iterator = new BodyIterator(source);
  assert.deepEqual(source.asked, []);
  const first = iterator.next();
  assert.deepEqual(source.asked, ["pipe"]);
  assert.equal(source.sink?.write(bytes("1")), true);
  assert.deepEqual(await first, { done: false, value: bytes("1") });
  assert.equal(source.sink?.write(bytes("2")), false);
  assert.deepEqual(await iterator.next(), { done: false, value: bytes("2") });
  assert.deepEqual(source.asked, ["pipe"]);
  const third = iterator.next();
  assert.deepEqual(source.asked, ["pipe", "resume"]);
  source.sink?.end();
  assert.deepEqual(await third, { done: true, value: undefined });
  assert.deepEqual(await iterator.next(), { done: true, value: undefined });
});

test("a consumer that waits hears of a failure and of an end from outside", async () => {
  const failing = manualSource();
  const failed = new BodyIterator(failing);
  const waiting = failed.next();
  failing.sink?.fail(new Error("gone"));
  await assert.rejects(waiting, /gone/);
  await assert.rejects(failed.next(), /gone/);

  const stopping = manualSource();
  const stopped = new BodyIterator(stopping);
  const next = stopped.next();
  stopped.stop();
  assert.deepEqual(await next, { done: true, value: undefined });
  assert.deepEqual(stopping.asked, ["pipe", "cancel"]);
});

test("a limited body passes what is allowed and fails with the first byte more", () => {
  const source = manualSource();
  const told: string[] = [];
  const limited = new LimitedBody(source, 5);
  limited.pipe({
    write: (chunk) => (told.push(Buffer.from(chunk).toString()), false),
    end: () => void told.push("end"),
    fail: (reason) => void told.push(reason.name),
  });
  assert.equal(source.sink?.write(bytes("abc")), false);
  limited.resume();
  source.sink?.write(bytes("de"));
  source.sink?.write(bytes("f"));
  source.sink?.end();
  assert.deepEqual(told, ["abc", "de", new BodyTooLargeError(5).name]);
  assert.deepEqual(source.asked, ["pipe", "resume", "cancel"]);
});
