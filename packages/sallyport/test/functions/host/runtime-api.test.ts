/** Any client of the public Runtime API can be a function: here programs of a few lines. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { fault, openRig, read, result } from "./rig.ts";

/** A `bootstrap` that runs `body` with `api(method, path, body, headers)` and the event for each invocation. */
function bootstrap(body: string): Readonly<Record<string, string>> {
  return {
    bootstrap: `#!${process.execPath}
const http = require("node:http");
const [host, port] = process.env.AWS_LAMBDA_RUNTIME_API.split(":");
const agent = new http.Agent({ keepAlive: true });
const api = (method, path, body, headers = {}, more = {}) => new Promise((resolve, reject) => {
  const request = http.request({ host, port, method, path: "/2018-06-01/runtime" + path, headers, agent, ...more }, async (response) => {
    let text = ""; for await (const chunk of response) text += chunk;
    resolve({ status: response.statusCode, headers: response.headers, text });
  });
  request.on("error", reject);
  request.end(body);
});
const next = () => api("GET", "/invocation/next");
(async () => { ${body} })();
`,
  };
}

const serving = (answer: string): Readonly<Record<string, string>> =>
  bootstrap(`for (;;) {
    const { headers, text } = await next();
    const id = headers["lambda-runtime-aws-request-id"], event = JSON.parse(text);
    ${answer}
  }`);

const custom = { runtime: "provided.al2023", handler: "" };

test("a custom runtime answers", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    serving(
      'await api("POST", `/invocation/${id}/response`, JSON.stringify({ event, headers, env: process.env.AWS_EXECUTION_ENV ?? null }))',
    ),
    custom,
  );
  const members = { requestId: "r-1", invokedArn: `${f.arn}:a`, traceId: "Root=1", clientContext: '{"a":"é"}' };
  const { event, headers, env } = result(await rig.call(f, { k: 1 }, members)) as Record<
    string,
    Record<string, string>
  >;
  assert.deepEqual(event, { k: 1 });
  assert.equal(env, null);
  assert.equal(headers?.["lambda-runtime-aws-request-id"], "r-1");
  assert.equal(headers?.["lambda-runtime-invoked-function-arn"], `${f.arn}:a`);
  assert.equal(headers?.["lambda-runtime-trace-id"], "Root=1");
  assert.deepEqual(JSON.parse(headers?.["lambda-runtime-client-context"] ?? ""), { a: "é" });
  const deadline = Number(headers?.["lambda-runtime-deadline-ms"]) - Date.now();
  assert.ok(deadline > 3_000 && deadline <= 5_000, `deadline in ${deadline} ms`);
});

test("a custom runtime reports errors", async (t) => {
  const rig = openRig(t);
  const error = '{"errorType":"E","errorMessage":"m","stackTrace":["a"]}';
  const f = rig.define(serving(`await api("POST", \`/invocation/\${id}/error\`, '${error}', event)`), custom);
  for (const [header, functionError] of [
    ["Handled", "Handled"],
    ["Whatever", "Unhandled"],
  ] as const) {
    const outcome = await rig.call(f, { "Lambda-Runtime-Function-Error-Type": header });
    assert.deepEqual(read(outcome), {
      kind: "function-error",
      functionError,
      payload: JSON.parse(error),
      log: undefined,
    });
  }
});

test("a custom runtime that can not start says so", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    bootstrap(
      `await api("POST", "/init/error", '{"errorType":"Init.Failed","errorMessage":"no"}'); setInterval(() => {}, 1000)`,
    ),
    custom,
  );
  assert.deepEqual(fault(await rig.call(f)), { errorType: "Init.Failed", errorMessage: "no" });
});

test("a custom runtime streams, and tells in the trailers that it broke off", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    serving(`await new Promise((resolve) => {
      const path = "/2018-06-01/runtime/invocation/" + id + "/response";
      const headers = { "Lambda-Runtime-Function-Response-Mode": "streaming", "Transfer-Encoding": "chunked",
        Trailer: "Lambda-Runtime-Function-Error-Type, Lambda-Runtime-Function-Error-Body" };
      const request = http.request({ host, port, method: "POST", path, headers, agent }, (response) => response.resume().on("end", resolve));
      request.write("one ");
      request.write("two");
      if (event.fail) request.addTrailers({ "Lambda-Runtime-Function-Error-Type": "Late",
        "Lambda-Runtime-Function-Error-Body": Buffer.from('{"errorType":"Late","errorMessage":"x"}').toString("base64") });
      request.end();
    })`),
    custom,
  );
  const outcome = await rig.call(f);
  assert.equal(Buffer.from("payload" in outcome ? outcome.payload : []).toString(), "one two");
  assert.deepEqual(fault(await rig.call(f, { fail: true })), { errorType: "Late", errorMessage: "x" });
});

test("calls that do not fit the state are refused in the API's own words", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    serving(`const told = [];
      for (const [method, path] of [["POST", "/invocation/other/response"], ["GET", "/invocation/next"], ["PUT", "/init/error"], ["GET", "/nowhere"]]) {
        const { status, text } = await api(method, path, method === "POST" ? "1" : undefined);
        told.push([status, JSON.parse(text).errorType]);
      }
      await api("POST", \`/invocation/\${id}/response\`, JSON.stringify(told));
      const again = await api("POST", \`/invocation/\${id}/response\`, "2");
      console.log("again " + again.status);`),
    custom,
  );
  assert.deepEqual(result(await rig.call(f)), [
    [400, "InvalidRequestID"],
    [403, "InvalidStateTransition"],
    [404, "NotFound"],
    [404, "NotFound"],
  ]);
  assert.equal((await rig.call(f)).kind, "result");
  assert.ok(rig.lines.some(({ text }) => text === "again 400"));
});

test("a result over the limit is refused, and the caller told", async (t) => {
  const rig = openRig(t);
  const f = rig.define(
    serving(
      `const { status } = await api("POST", \`/invocation/\${id}/response\`, JSON.stringify("x".repeat(event.size))); console.log("status " + status)`,
    ),
    custom,
  );
  assert.equal(fault(await rig.call(f, { size: 7_000_000 })).errorType, "Function.ResponseSizeTooLarge");
  assert.equal((await rig.call(f, { size: 1 })).kind, "result");
  assert.ok(rig.lines.some(({ text }) => text === "status 413"));
});

test(
  "a function can not speak for another one",
  { skip: process.platform !== "linux" && "it looks into Linux's /proc" },
  async (t) => {
    const rig = openRig(t);
    const victim = rig.define(
      serving(`await api("POST", \`/invocation/\${id}/response\`, JSON.stringify(process.env.AWS_LAMBDA_RUNTIME_API))`),
      custom,
    );
    const address = result(await rig.call(victim)) as string;
    const thief = rig.define({
      "index.js": `exports.handler = async (event) => {
      try {
        const signal = AbortSignal.timeout(2000);
        const response = await fetch("http://" + event.address + "/2018-06-01/runtime/invocation/next", { signal });
        return "got " + response.status;
      } catch (error) { return "refused"; }
    }`,
    });
    assert.equal(result(await rig.call(thief, { address })), "refused");
    assert.equal(result(await rig.call(victim)), address);
  },
);

test("a child of a bootstrap speaks for it, as shell runtimes do", async (t) => {
  const rig = openRig(t);
  const files = {
    bootstrap: `#!/bin/sh
while true; do "${process.execPath}" child.js; done
`,
    "child.js":
      serving("await api('POST', `/invocation/${id}/response`, JSON.stringify('child ' + event.n)); process.exit(0)")
        .bootstrap ?? "",
  };
  const f = rig.define(files, custom);
  assert.equal(result(await rig.call(f, { n: 1 })), "child 1");
  assert.equal(result(await rig.call(f, { n: 2 })), "child 2");
});
