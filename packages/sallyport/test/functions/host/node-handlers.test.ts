import assert from "node:assert/strict";
import { test } from "node:test";
import { fault, openRig, result } from "./rig.ts";

const answers: readonly (readonly [
  what: string,
  files: Readonly<Record<string, string>>,
  expected: unknown,
  more?: object,
])[] = [
  ["a CommonJS handler", { "index.js": "exports.handler = async (event) => event.a + 1" }, 3],
  ["an ES module", { "index.mjs": "export const handler = async (event) => event.a" }, 2],
  [
    "an ES module by its package",
    {
      "index.js": "export const handler = async () => import.meta.filename.length > 0",
      "package.json": '{"type":"module"}',
    },
    true,
  ],
  [
    "a top-level await",
    { "index.mjs": "const one = await Promise.resolve(1); export const handler = async (event) => event.a + one" },
    3,
  ],
  [
    "TypeScript, its types left out",
    { "index.ts": "interface E { a: number }; export const handler = async (event: E): Promise<number> => event.a" },
    2,
  ],
  [
    "a handler in a folder and an object",
    { "src/app.js": "exports.routes = { get: async () => 'nested' }" },
    "nested",
    { handler: "src/app.routes.get" },
  ],
  ["a callback", { "index.js": "exports.handler = (event, context, done) => setTimeout(done, 5, null, event.a)" }, 2],
  ["a result of undefined", { "index.js": "exports.handler = async () => undefined" }, null],
  [
    "a promise for ever open with nothing to wait for",
    { "index.js": "exports.handler = () => new Promise(() => {})" },
    null,
  ],
  [
    "what an older runtime makes of a handler that returns no promise",
    { "index.js": "exports.handler = () => 7" },
    null,
  ],
  ["what a newer one makes of it", { "index.js": "exports.handler = () => 7" }, 7, { runtime: "nodejs24.x" }],
];

test("handlers of every form answer", async (t) => {
  const rig = openRig(t);
  for (const [what, files, expected, more] of answers) {
    assert.deepEqual(result(await rig.call(rig.define(files, more), { a: 2 })), expected, what);
  }
});

test("a callback waits for what is still going on, unless the context says otherwise", async (t) => {
  const rig = openRig(t);
  const code = (wait: boolean): string => `
    let ticks = 0;
    exports.handler = (event, context, done) => {
      context.callbackWaitsForEmptyEventLoop = ${wait};
      const answer = {};
      setTimeout(() => { answer.late = true }, 30);
      done(null, answer);
    }`;
  assert.deepEqual(result(await rig.call(rig.define({ "index.js": code(true) }))), { late: true });
  assert.deepEqual(result(await rig.call(rig.define({ "index.js": code(false) }))), {});
});

test("the context tells about the invocation", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    {
      "index.js": `exports.handler = async (event, context) => ({
        ...context, remaining: context.getRemainingTimeInMillis(), trace: process.env._X_AMZN_TRACE_ID })`,
    },
    { name: "told", memoryMb: 256, version: "3" },
  );
  const members = {
    requestId: "r-1",
    invokedArn: `${f.arn}:live`,
    clientContext: '{"custom":{"k":"v"}}',
    traceId: "Root=1-a",
  };
  const { remaining, logStreamName, ...told } = result(await rig.call(f, {}, members)) as Record<string, unknown>;
  assert.deepEqual(told, {
    callbackWaitsForEmptyEventLoop: true,
    functionName: "told",
    functionVersion: "3",
    memoryLimitInMB: "256",
    logGroupName: "/aws/lambda/told",
    clientContext: { custom: { k: "v" } },
    invokedFunctionArn: `${f.arn}:live`,
    awsRequestId: "r-1",
    trace: "Root=1-a",
  });
  assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[3\][0-9a-f]{32}$/);
  assert.ok(Number(remaining) > 3_000 && Number(remaining) <= 5_000, `remaining ${String(remaining)}`);
});

const faults: readonly (readonly [
  what: string,
  code: string,
  type: string,
  message: string | RegExp,
  more?: object,
])[] = [
  ["an error", "exports.handler = async () => { throw new TypeError('bad') }", "TypeError", "bad"],
  ["an error thrown before any promise", "exports.handler = () => { throw new Error('now') }", "Error", "now"],
  ["a callback's error", "exports.handler = (e, c, done) => done(new RangeError('cb'))", "RangeError", "cb"],
  ["no error at all", "exports.handler = async () => { throw 'text' }", "string", "text"],
  [
    "circular data",
    "exports.handler = async () => { const a = {}; a.a = a; return a }",
    "Runtime.JSONStringifyError",
    "Unable to stringify response body",
  ],
  ["a BigInt", "exports.handler = async () => 1n", "Runtime.JSONStringifyError", "Unable to stringify response body"],
  [
    "an error in a timer",
    "exports.handler = () => new Promise(() => setTimeout(() => { throw new Error('late') }))",
    "Error",
    "late",
  ],
  [
    "a rejection that nobody handles",
    "exports.handler = () => { Promise.reject(new Error('lost')); return new Promise((r) => setTimeout(r, 1000)) }",
    "Runtime.UnhandledPromiseRejection",
    "Error: lost",
  ],
  [
    "a module that is not there",
    "require('nowhere')",
    "Runtime.ImportModuleError",
    /^Error: Cannot find module 'nowhere'/,
  ],
  ["a syntax error", "exports.handler = async (", "Runtime.UserCodeSyntaxError", /^SyntaxError: /],
  ["an error while loading", "throw new Error('at once')", "Error", "at once"],
  ["no such export", "exports.other = 1", "Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
  [
    "an export that is no function",
    "exports.handler = 1",
    "Runtime.HandlerNotFound",
    "index.handler is not a function",
  ],
  ["no such file", "", "Runtime.ImportModuleError", /^Error: Cannot find module 'gone'/, { handler: "gone.handler" }],
  ["no name of a handler", "", "Runtime.MalformedHandlerName", "Bad handler", { handler: "index" }],
  [
    "a path out of the code",
    "",
    "Runtime.MalformedHandlerName",
    /'\.\.\/x\.y' is not a valid handler/,
    { handler: "../x.y" },
  ],
  [
    "a callback where the runtime has none any more",
    "exports.handler = (event, context, done) => done()",
    "Runtime.CallbackHandlerDeprecated",
    /^ERROR: AWS Lambda has removed support for callback-based/,
    { runtime: "nodejs24.x" },
  ],
];

test("errors have the type and message of the real runtime", async (t) => {
  const rig = openRig(t);
  for (const [what, code, type, message, more] of faults) {
    const { errorType, errorMessage, trace } = fault(await rig.call(rig.define({ "index.js": code }, more)));
    assert.equal(errorType, type, what);
    if (typeof message === "string") assert.equal(errorMessage, message, what);
    else assert.match(errorMessage, message, what);
    assert.ok(Array.isArray(trace), what);
  }
});

test("a trace shows the function and nothing of the runtime", async (t) => {
  const rig = openRig(t);
  const f = rig.define({ "index.js": "exports.handler = async function named() { throw new Error('x') }" });
  const { trace = [] } = fault(await rig.call(f));
  assert.equal(trace.length, 2);
  assert.equal(trace[0], "Error: x");
  assert.match(trace[1] ?? "", /named \(.*index\.js:1:/);
});

test("a handler that failed once answers the next event", async (t) => {
  const rig = openRig(t);
  const f = rig.define({
    "index.js": "let n = 0; exports.handler = async () => { n += 1; if (n === 1) throw new Error('first'); return n }",
  });
  assert.equal(fault(await rig.call(f)).errorMessage, "first");
  assert.equal(result(await rig.call(f)), 2);
});
