import assert from "node:assert/strict";
import { test } from "node:test";
import type { LineWriter, LogLine } from "../../../src/observe/access-log/line-queue.ts";
import { LineQueue } from "../../../src/observe/access-log/line-queue.ts";
import { recordingLog } from "../../http/gateway-harness.ts";

const lineOf = (text: string): LogLine => ({ timeMs: 0, text });
const textsOf = (lines: readonly LogLine[]): string[] => lines.map(({ text }) => text);

function openQueue(write: LineWriter["write"], maximum = 1_000, abandon?: () => void) {
  const { log, lines } = recordingLog();
  const budget = { waiting: 0, maximum };
  const queue = new LineQueue({ writer: { name: "sink", write, abandon }, budget, log, gatherMs: 1 });
  return { queue, budget, lines };
}

test("lines are written in order, gathered, and a push never waits", async () => {
  const batches: string[][] = [];
  const release = Promise.withResolvers<void>();
  const { queue, budget } = openQueue(async (lines) => {
    batches.push(textsOf(lines));
    if (batches.length === 1) await release.promise;
  });
  queue.push(lineOf("a"));
  queue.push(lineOf("b"));
  const flushed = queue.flush();
  queue.push(lineOf("c"));
  queue.push(lineOf("d"));
  assert.deepEqual(batches, [["a", "b"]]);
  release.resolve();
  await flushed;
  assert.deepEqual(batches, [
    ["a", "b"],
    ["c", "d"],
  ]);
  assert.deepEqual([queue.dropped, budget.waiting], [0, 0]);
});

test("lines leave by themselves", async () => {
  const written = Promise.withResolvers<readonly LogLine[]>();
  const { queue } = openQueue(async (lines) => written.resolve(lines));
  queue.push(lineOf("a"));
  const alive = setTimeout(() => {}, 10_000);
  assert.deepEqual(textsOf(await written.promise), ["a"]);
  clearTimeout(alive);
});

test("what does not fit is dropped, counted and told once", async () => {
  const { queue, budget, lines } = openQueue(async () => {}, 10);
  for (const text of ["12345", "12345", "1", "2"]) queue.push(lineOf(text));
  assert.deepEqual([queue.dropped, budget.waiting], [2, 10]);
  await queue.close(1_000);
  assert.equal(budget.waiting, 0);
  assert.deepEqual(
    lines.map(({ level, message, facts }) => ({ level, message, facts })),
    [
      {
        level: "warn",
        message: "access log lines are lost",
        facts: { destination: "sink", lines: 1, reason: "too many lines are waiting" },
      },
      {
        level: "warn",
        message: "access log lines are lost",
        facts: { destination: "sink", lines: 1, reason: "the gateway stops" },
      },
    ],
  );
});

test("a batch that can not be written is lost, and the next one is tried", async () => {
  const written: string[] = [];
  const { queue, lines, budget } = openQueue(async (batch) => {
    if (batch[0]?.text === "bad") throw new Error("ENOSPC");
    written.push(...textsOf(batch));
  });
  queue.push(lineOf("bad"));
  await queue.flush();
  queue.push(lineOf("good"));
  await queue.flush();
  assert.deepEqual([written, queue.dropped, budget.waiting], [["good"], 1, 0]);
  assert.deepEqual(lines[0]?.facts, { destination: "sink", lines: 1, reason: "ENOSPC" });
});

test("close gives up a writer that does not come to an end", async () => {
  const stuck = Promise.withResolvers<void>();
  const { queue } = openQueue(
    () => stuck.promise,
    1_000,
    () => stuck.reject(new Error("given up")),
  );
  queue.push(lineOf("a"));
  await queue.close(5);
  assert.equal(queue.dropped, 1);
});

test("close does not wait for a writer that can not be given up", async () => {
  const { queue } = openQueue(() => new Promise(() => {}));
  queue.push(lineOf("a"));
  await queue.close(1);
});
