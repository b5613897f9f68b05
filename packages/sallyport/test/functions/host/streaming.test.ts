import assert from "node:assert/strict";
import { test } from "node:test";
import { fault, openRig, read } from "./rig.ts";

const code = `exports.handler = awslambda.streamifyResponse(async (event, stream, context) => {
  stream = awslambda.HttpResponseStream.from(stream, { statusCode: 201, headers: { a: context.awsRequestId } });
  for (let n = 0; n < event.pieces; n += 1) {
    stream.write("p".repeat(event.size));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  if (event.fail) throw new Error("broke off");
  stream.end();
  await stream.finished;
});`;

test("a streamed response is written piece by piece, the HTTP prelude in front", async (t) => {
  const rig = openRig(t);
  const chunks: Buffer[] = [];
  const stream = { write: (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)) };
  const outcome = await rig.call(rig.define({ "index.js": code }), { pieces: 3, size: 4 }, { requestId: "r", stream });
  assert.deepEqual({ ...outcome, payload: undefined }, { kind: "result", log: undefined, payload: undefined });
  assert.ok(chunks.length >= 3, `${chunks.length} pieces`);
  assert.equal(Buffer.concat(chunks).toString(), `{"statusCode":201,"headers":{"a":"r"}}${"\0".repeat(8)}pppppppppppp`);
});

test("without a stream the response is gathered", async (t) => {
  const rig = openRig(t);
  const outcome = await rig.call(rig.define({ "index.js": code }), { pieces: 2, size: 2 }, { requestId: "r" });
  assert.equal(outcome.kind, "result");
  const text = Buffer.from("payload" in outcome ? outcome.payload : []).toString();
  assert.equal(text, `{"statusCode":201,"headers":{"a":"r"}}${"\0".repeat(8)}pppp`);
});

test("a gathered stream that is too long is an error, and the process serves the next event", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": code });
  const outcome = await rig.call(f, { pieces: 7, size: 1_000_000 });
  assert.equal(fault(outcome).errorType, "Function.ResponseSizeTooLarge");
  assert.equal((await rig.call(f, { pieces: 1, size: 1 })).kind, "result");
});

test("a stream that breaks off ends with the handler's error", async (t) => {
  const rig = openRig(t);
  const chunks: Buffer[] = [];
  const stream = { write: (chunk: Uint8Array) => void chunks.push(Buffer.from(chunk)) };
  const outcome = await rig.call(rig.define({ "index.js": code }), { pieces: 1, size: 3, fail: true }, { stream });
  assert.equal(fault(outcome).errorMessage, "broke off", JSON.stringify(read(outcome)));
  assert.match(Buffer.concat(chunks).toString(), /ppp$/);
});

test("a stream that takes no more harms nobody: the function runs on", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": code });
  let writes = 0;
  const stream = {
    write: () => {
      writes += 1;
      throw new Error("closed");
    },
  };
  assert.equal((await rig.call(f, { pieces: 3, size: 1 }, { stream })).kind, "result");
  assert.equal(writes, 1);
});
