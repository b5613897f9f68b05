import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { eventFrame, FrameReader } from "../../../src/functions/host/channel/frames.ts";
import { socketInode } from "../../../src/functions/host/channel/caller-check.ts";
import { LineSplitter } from "../../../src/functions/host/process/line-splitter.ts";

/** The same bytes, cut at the given places. */
function cut(bytes: Buffer, places: readonly number[]): readonly Buffer[] {
  const at = [0, ...places.map((place) => place % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, index) => bytes.subarray(at[index], end));
}

test("frames arrive as they were sent, however the bytes are cut", () => {
  const payloads = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 5 });
  fc.assert(
    fc.property(payloads, fc.array(fc.nat(), { maxLength: 8 }), (sent, places) => {
      const head = '{"é":1}';
      const bytes = Buffer.concat(sent.map((payload) => eventFrame(head, payload)));
      const received: Buffer[] = [];
      const reader = new FrameReader(1_000, (type, body) => {
        assert.equal(type, 1);
        const headBytes = body.readUInt16BE(0);
        assert.equal(body.toString("utf8", 2, 2 + headBytes), head);
        received.push(Buffer.from(body.subarray(2 + headBytes)));
      });
      for (const chunk of cut(bytes, places)) assert.ok(reader.push(chunk));
      assert.deepEqual(
        received,
        sent.map((payload) => Buffer.from(payload)),
      );
    }),
  );
});

test("a frame of an impossible length ends the reading", () => {
  for (const length of [0, 1_001, 0xffff_ffff]) {
    const bytes = Buffer.alloc(8);
    bytes.writeUInt32BE(length, 0);
    assert.equal(new FrameReader(1_000, () => assert.fail("no frame")).push(bytes), false, String(length));
  }
});

test("lines arrive whole, however the bytes are cut", () => {
  const texts = fc.array(fc.string({ unit: "grapheme", maxLength: 20 }).map((text) => text.replaceAll("\n", "")));
  fc.assert(
    fc.property(texts, fc.array(fc.nat(), { maxLength: 8 }), (lines, places) => {
      const received: string[] = [];
      const splitter = new LineSplitter((line) => void received.push(line));
      for (const chunk of cut(Buffer.from(lines.map((line) => `${line}\n`).join("")), places)) splitter.push(chunk);
      splitter.flush();
      assert.deepEqual(received, lines);
    }),
  );
});

test("the kernel's table tells the socket of a connection", () => {
  const table = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 111 1 0000000000000000 20 4 30 10 -1
   1: 0100007F:C350 0100007F:1F90 01 00000000:00000000 00:00000000 00000000 65534        0 222 1 0000000000000000 20 4 30 10 -1
`;
  assert.equal(socketInode(table, 50_000, 8_080), "222");
  assert.equal(socketInode(table, 8_080, 50_000), "111");
  assert.equal(socketInode(table, 8_080, 50_001), undefined);
});
