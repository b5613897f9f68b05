/** How processes end before they should, and what it does not harm. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fault, openRig, read, result } from "./rig.ts";

const mixed = `
let calls = 0;
exports.handler = async (event) => {
  calls += 1;
  switch (event.do) {
    case "exit": return process.exit(event.code);
    case "abort": return process.kill(process.pid, "SIGSEGV");
    case "loop": for (;;);
    case "hog": for (const all = [];;) { all.push(Buffer.alloc(4e6, 1)); await new Promise((r) => setTimeout(r, 2)); }
    case "big": return "x".repeat(6_291_600);
    case "fits": return "x".repeat(6_291_000);
    case "child": {
      const child = require("node:child_process").spawn("sleep", ["600"], { stdio: "ignore" });
      if (event.loop) { console.log("child " + child.pid); for (;;); }
      return child.pid;
    }
    default: return { calls, pid: process.pid };
  }
}`;

const ends: readonly (readonly [event: Record<string, unknown>, type: string, message: RegExp])[] = [
  [{ do: "exit", code: 1 }, "Runtime.ExitError", /^RequestId: r Error: Runtime exited with error: exit status 1$/],
  [{ do: "exit", code: 0 }, "Runtime.ExitError", /^RequestId: r Error: Runtime exited without providing a reason$/],
  [{ do: "abort" }, "Runtime.ExitError", /^RequestId: r Error: Runtime exited with error: signal: segmentation fault$/],
  [{ do: "big" }, "Function.ResponseSizeTooLarge", /\(6291556 bytes\)/],
];

test("a process that ends in the middle is told as the real service tells it, and replaced", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": mixed });
  for (const [event, type, message] of ends) {
    const told = fault(await rig.call(f, event, { requestId: "r" }));
    assert.equal(told.errorType, type);
    assert.match(told.errorMessage, message);
  }
  assert.equal((result(await rig.call(f)) as { calls: number }).calls, 2, "only the oversize answer kept its process");
});

test("a result just below the limit arrives whole", async (t) => {
  const rig = openRig(t);
  assert.equal((result(await rig.call(rig.define({ "index.js": mixed }), { do: "fits" })) as string).length, 6_291_000);
});

test("an endless loop is ended at the time-out, with what it started", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": mixed }, { timeoutSeconds: 1 });
  const { pid } = result(await rig.call(f)) as { pid: number };
  const outcome = await rig.call(f, { do: "child", loop: true }, { requestId: "r-7", tailLog: true });
  const { errorType, errorMessage } = fault(outcome);
  assert.equal(errorType, "Sandbox.Timedout");
  assert.match(errorMessage, /^\d{4}-\d\d-\d\dT[\d:.]+Z r-7 Task timed out after 1\.00 seconds$/);
  const log = (outcome as { log: string }).log;
  assert.match(log, /^START RequestId: r-7 Version: \$LATEST\n/);
  assert.match(log, /r-7 Task timed out after 1\.00 seconds\n\nEND RequestId: r-7\nREPORT .*Status: timeout\t\n$/);
  const child = Number(/child (\d+)/.exec(log)?.[1]);
  const next = result(await rig.call(f)) as { pid: number };
  assert.notEqual(next.pid, pid);
  await gone(child);
});

test("what a function leaves running is ended with its process", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": mixed });
  const child = result(await rig.call(f, { do: "child" })) as number;
  rig.host.retire(f.arn);
  await gone(child);
});

test(
  "a function that takes too much memory is ended",
  { skip: process.platform !== "linux" && "it looks into Linux's /proc" },
  async (t) => {
    const rig = openRig(t);
    const f = rig.define({ "index.js": mixed });
    const outcome = await rig.call(f, { do: "hog" }, { requestId: "r", tailLog: true });
    assert.deepEqual(read({ ...outcome, log: undefined } as typeof outcome), {
      kind: "function-error",
      functionError: "Unhandled",
      log: undefined,
      payload: {
        errorType: "Runtime.OutOfMemory",
        errorMessage: "RequestId: r Error: Runtime exited with error: signal: killed",
      },
    });
    assert.match((outcome as { log: string }).log, /Status: error\tError Type: Runtime\.OutOfMemory\t\n$/);
  },
);

test("a process that never becomes ready fails the invocation that it was started for", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": "console.log('before'); process.exit(4)" });
  const outcome = await rig.call(f, {}, { requestId: "r", tailLog: true });
  assert.equal(fault(outcome).errorMessage, "RequestId: r Error: Runtime exited with error: exit status 4");
  assert.match((outcome as { log: string }).log, /INFO\tbefore\n/);
});

test("what a process writes to the private channel on its own ends that process only", async (t) => {
  const rig = openRig(t);
  const f = rig.define({
    "index.js": `exports.handler = async (event) => {
      if (event.forge) { require("node:fs").writeSync(3, Buffer.from("ffffffffff", "hex")); await new Promise(() => setTimeout(() => {}, 4000)); }
      return "ok";
    }`,
  });
  assert.equal(fault(await rig.call(f, { forge: true })).errorType, "Runtime.ExitError");
  assert.equal(result(await rig.call(f)), "ok");
});

async function gone(pid: number): Promise<void> {
  const until = performance.now() + 2_000;
  while (isRunning(pid)) {
    if (performance.now() > until) throw new Error(`process ${pid} still runs`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A process that has ended and whose end nobody has asked for yet does not run. */
function isRunning(pid: number): boolean {
  assert.ok(pid > 0);
  try {
    process.kill(pid, 0);
    return process.platform !== "linux" || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "latin1"));
  } catch {
    return false;
  }
}
