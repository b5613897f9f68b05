/** How many processes there are, and who waits for one. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { HostOutcome } from "../../../src/functions/function-host.ts";
import type { FunctionLogLine } from "../../../src/functions/host/host-options.ts";
import { openRig, result, type Rig } from "./rig.ts";

const files = {
  "index.js": `exports.handler = async (event) => {
    if (event.wait) { console.log("begun"); await new Promise((resolve) => setTimeout(resolve, event.wait)); }
    return process.pid;
  }`,
};

test("calls one after the other share a process", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  const pids = new Set<unknown>();
  for (let n = 0; n < 20; n += 1) pids.add(result(await rig.call(f)));
  assert.equal(pids.size, 1);
});

test("calls at a time get processes of their own", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  const pids = await Promise.all([1, 2, 3].map(async () => result(await rig.call(f, { wait: 300 }))));
  assert.equal(new Set(pids).size, 3);
});

test("short calls that come together share few processes", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  await rig.call(f);
  const calls = Array.from({ length: 200 }, async () => result(await rig.call(f)));
  const pids = new Set(await Promise.all(calls));
  assert.ok(pids.size <= 5, `${pids.size} processes`);
});

test("reserved concurrency throttles what is beyond, and only that", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files, { reservedConcurrency: 1 });
  const first = rig.call(f, { wait: 100 });
  assert.deepEqual(await rig.call(f), {
    kind: "throttled",
    detail: "f1 has a reserved concurrency of 1, all in use",
  });
  assert.equal((await first).kind, "result");
  assert.equal((await rig.call(f)).kind, "result");
  assert.equal((await rig.call({ ...f, reservedConcurrency: 0 })).kind, "throttled");
});

test("with no more processes allowed a call waits, and is throttled when that takes too long", async (t) => {
  const rig = openRig(t, { maxProcesses: 1, queueMs: 400 });
  const f = rig.define(files);
  const long = rig.call(f, { wait: 600 });
  const outcome = await rig.call(f);
  assert.deepEqual(outcome, { kind: "throttled", detail: "no process was free within 400 ms" });
  const next = rig.call(f);
  assert.equal(result(await long), result(await next));
});

test("more calls than may wait are throttled at once", async (t) => {
  const rig = openRig(t, { maxProcesses: 1, maxQueued: 2 });
  const f = rig.define(files);
  const kept = [rig.call(f, { wait: 50 }), rig.call(f)];
  const { kind } = await rig.call(f);
  assert.equal(kind, "throttled");
  for (const call of kept) assert.equal((await call).kind, "result");
});

test("an idle process of another function makes room", async (t) => {
  const rig = openRig(t, { maxProcesses: 1 });
  const [one, other] = [rig.define(files), rig.define(files)];
  const pid = result(await rig.call(one));
  assert.notEqual(result(await rig.call(other)), pid);
  assert.notEqual(result(await rig.call(one)), pid);
});

test("a caller who leaves while waiting is passed over; one who leaves later does not stop the function", async (t) => {
  const rig = openRig(t, { maxProcesses: 1 });
  const f = rig.define(files);
  const running = new AbortController();
  const first = rig.call(f, { wait: 200 }, { signal: running.signal });
  await begun(rig);
  running.abort();
  const queued = new AbortController();
  const second = rig.call(f, {}, { signal: queued.signal });
  queued.abort();
  assert.deepEqual(await second, { kind: "throttled", detail: "the caller left before a process was free" });
  assert.equal((await first).kind, "result");
});

test("another revision gets fresh processes, and what runs ends in peace", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  const old = rig.call(f, { wait: 200 });
  await begun(rig);
  const fresh = result(await rig.call({ ...f, revision: "2" }));
  const oldPid = result(await old);
  assert.notEqual(fresh, oldPid);
  assert.equal(result(await rig.call({ ...f, revision: "2" })), fresh);
});

test("a process that is idle for long ends", async (t) => {
  const rig = openRig(t, { idleMs: 50 });
  const f = rig.define(files);
  const pid = result(await rig.call(f)) as number;
  while (alive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.notEqual(result(await rig.call(f)), pid);
});

test(
  "an idle process is stopped, and goes on with its next event",
  { skip: process.platform !== "linux" && "it looks into Linux's /proc" },
  async (t) => {
    const rig = openRig(t);
    const f = rig.define({
      "index.js":
        "let n = 0; setInterval(() => { n += 1 }, 10); exports.handler = async () => ({ n, pid: process.pid })",
    });
    const before = result(await rig.call(f)) as { n: number; pid: number };
    const state = (): string => /^State:\s+(\w)/m.exec(readFileSync(`/proc/${before.pid}/status`, "latin1"))?.[1] ?? "";
    while (state() !== "T") await new Promise((resolve) => setTimeout(resolve, 20));
    const after = result(await rig.call(f)) as { n: number; pid: number };
    assert.equal(after.pid, before.pid);
  },
);

test("closing lets what runs finish, and throttles what comes after", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  const running = rig.call(f, { wait: 150 });
  await begun(rig);
  const closed = rig.host.close(2_000);
  assert.equal((await rig.call(f)).kind, "throttled");
  assert.equal((await running).kind, "result");
  await closed;
});

test("closing ends what takes longer than the deadline", async (t) => {
  const rig = openRig(t);
  const f = rig.define(files);
  const running = rig.call(f, { wait: 4_000 });
  await begun(rig);
  await rig.host.close(50);
  assert.equal((await running).kind, "function-error");
});

test("a changed file means a fresh process, and drops nothing that runs", async (t) => {
  const rig = openRig(t);
  const code = (answer: number): string => `exports.handler = async (event) => {
    if (event.wait) { console.log("begun"); await new Promise((resolve) => setTimeout(resolve, event.wait)); }
    return ${answer};
  }`;
  const f = rig.define(
    { "index.js": "exports.handler = require('./lib/code.js').handler", "lib/code.js": code(1) },
    { watched: true },
  );
  assert.equal(result(await rig.call(f)), 1);
  const running = rig.call(f, { wait: 300 });
  await begun(rig);
  for (const answer of [2, 3]) {
    writeFileSync(join(f.codeFolder, "lib/code.js"), code(answer));
    const limit = performance.now() + 200;
    let told: unknown;
    do told = result(await rig.call(f));
    while (told !== answer && performance.now() < limit);
    assert.equal(told, answer, "seen within 200 ms");
  }
  assert.equal(result(await running), 1);
});

test("a file in a new folder is seen as well", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    { "index.js": "exports.handler = async () => { try { return require('./new/a.js') } catch { return 0 } }" },
    { watched: true },
  );
  assert.equal(result(await rig.call(f)), 0);
  mkdirSync(join(f.codeFolder, "new"));
  writeFileSync(join(f.codeFolder, "new/a.js"), "module.exports = 1");
  await until(async () => result(await rig.call(f)) === 1);
  writeFileSync(join(f.codeFolder, "new/a.js"), "module.exports = 2");
  await until(async () => result(await rig.call(f)) === 2);
});

test("a folder that a build removes and makes again is followed", async (t) => {
  const rig = openRig(t);
  const code = (answer: number): string => `exports.handler = async () => ${answer}`;
  const f = rig.define({ "index.js": code(1), "lib/a.js": "" }, { watched: true });
  assert.equal(result(await rig.call(f)), 1);
  for (const answer of [2, 3]) {
    rmSync(f.codeFolder, { recursive: true });
    mkdirSync(f.codeFolder);
    writeFileSync(join(f.codeFolder, "index.js"), code(answer));
    await until(async () => answerOf(await rig.call(f)) === answer);
    writeFileSync(join(f.codeFolder, "index.js"), code(answer * 10));
    await until(async () => answerOf(await rig.call(f)) === answer * 10);
  }
});

/** Undefined while there is none: the code is being made. */
function answerOf(outcome: HostOutcome): unknown {
  return outcome.kind === "result" ? result(outcome) : undefined;
}

/** Until a function has said that it runs. */
async function begun({ lines }: Rig): Promise<void> {
  const isBegun = (line: FunctionLogLine): boolean => line.text.endsWith("begun");
  await until(async () => lines.some(isBegun));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const limit = AbortSignal.timeout(3_000);
  const late = once(limit, "abort");
  while (!(await holds())) {
    if (limit.aborted) throw new Error("not within 3 s");
    await Promise.race([late, new Promise((resolve) => setTimeout(resolve, 5))]);
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
