import assert from "node:assert/strict";
import { test } from "node:test";
import type { BodySink, BodySource } from "../../src/upstream/body.ts";
import { BodyTooLargeError, LimitedBody } from "../../src/upstream/body.ts";

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
