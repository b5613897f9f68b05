import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { fault, openRig, result } from "./rig.ts";

const skip = spawnSync("python3", ["--version"]).status !== 0 && "there is no python3 here";
const python = { runtime: "python3.12", handler: "app.handler" };

test("a Python handler answers, with its context", { skip }, async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    {
      "app.py": `
import os
from pkg.inner import double
def handler(event, context):
    return {"twice": double(event["n"]), "é": "ü", "name": context.function_name, "id": context.aws_request_id,
            "arn": context.invoked_function_arn, "left": context.get_remaining_time_in_millis(),
            "memory": context.memory_limit_in_mb, "custom": context.client_context.custom, "cwd": os.getcwd()}
`,
      "pkg/__init__.py": "",
      "pkg/inner.py": "def double(n):\n    return 2 * n\n",
    },
    { ...python, name: "snake" },
  );
  const members = { requestId: "r-1", clientContext: '{"custom":{"k":"é"}}' };
  const { left, ...told } = result(await rig.call(f, { n: 4 }, members)) as Record<string, unknown>;
  assert.deepEqual(told, {
    twice: 8,
    é: "ü",
    name: "snake",
    id: "r-1",
    arn: f.arn,
    memory: "128",
    custom: { k: "é" },
    cwd: f.codeFolder,
  });
  assert.ok(Number(left) > 3_000 && Number(left) <= 5_000);
});

test("what Python prints and logs is in the log, before the answer", { skip }, async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    {
      "app.py": `
import logging
def handler(event, context):
    print("printed")
    logging.getLogger().warning("warned")
    logging.getLogger().info("quiet")
`,
    },
    python,
  );
  const outcome = await rig.call(f, {}, { requestId: "r-1", tailLog: true });
  assert.equal(result(outcome), null);
  const log = (outcome as { log: string }).log;
  assert.match(log, /^START .*\nprinted\n\[WARNING\]\t\d{4}-[\dT:.-]+Z\tr-1\twarned\nEND RequestId: r-1\nREPORT /);
});

const faults: readonly (readonly [code: string, type: string, message: RegExp, handler?: string])[] = [
  ["def handler(e, c):\n    raise ValueError('bad')", "ValueError", /^bad$/],
  ["def handler(e, c):\n    return {1, 2}", "Runtime.MarshalError", /^Unable to marshal response: .*set is not JSON/],
  [
    "def handler(e, c):\n    a = {}\n    a['a'] = a\n    return a",
    "Runtime.MarshalError",
    /Circular reference detected/,
  ],
  ["import nowhere", "Runtime.ImportModuleError", /^Unable to import module 'app': No module named 'nowhere'$/],
  ["def handler(", "Runtime.UserCodeSyntaxError", /^Syntax error in module 'app': /],
  ["x = 1", "Runtime.HandlerNotFound", /^Handler 'handler' missing on module 'app'$/],
  ["raise KeyError('at once')", "KeyError", /at once/],
  ["", "Runtime.MalformedHandlerName", /^Bad handler 'app'/, "app"],
  ["import os\ndef handler(e, c):\n    os._exit(3)", "Runtime.ExitError", /exit status 3$/],
];

test("Python's errors have the type and message of the real runtime", { skip }, async (t) => {
  const rig = openRig(t);
  for (const [code, type, message, handler = "app.handler"] of faults) {
    const told = fault(await rig.call(rig.define({ "app.py": code }, { ...python, handler })));
    assert.equal(told.errorType, type, code);
    assert.match(told.errorMessage, message, code);
  }
});

test("a Python trace shows the function only", { skip }, async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "app.py": "def handler(e, c):\n    raise ValueError('bad')\n" }, python);
  const { stackTrace = [] } = fault(await rig.call(f));
  assert.equal(stackTrace.length, 1);
  assert.match(stackTrace[0] ?? "", /app\.py", line 2, in handler\n/);
});

test("a Python process is used again", { skip }, async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "app.py": "import os\ndef handler(e, c):\n    return os.getpid()" }, python);
  const first = result(await rig.call(f));
  assert.equal(result(await rig.call(f)), first);
});
