import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import type { Invocation, InvocationOutcome } from "../../src/functions/invoker.ts";
import { environmentCredentials, RemoteLambda } from "../../src/functions/remote-lambda.ts";
import type { SigningCredentials } from "../../src/protocol/sigv4/sign.ts";
import { verifySignature } from "../../src/protocol/sigv4/verify.ts";
import { Http1Upstream } from "../../src/upstream/http1/http1-upstream.ts";
import { openBackend } from "../http/gateway-harness.ts";
import { secret, storeOf } from "../protocol/sigv4/signer.ts";
import { openLambda, type Serve } from "./lambda-service.ts";

const ARN = "arn:aws:lambda:eu-west-1:111122223333:function:pets";
const credentials: SigningCredentials = {
  accessKeyId: secret.principal.accessKeyId,
  secretAccessKey: secret.secretAccessKey,
  sessionToken: "session",
};

const invocation: Invocation = {
  functionArn: ARN,
  payload: '{"a":"☕"}',
  timeoutMs: 5_000,
  credentialsArn: undefined,
  sourceArn: "arn:aws:execute-api:eu-west-1:111122223333:a1/$default/GET/pets",
};

async function open(context: TestContext, serve: Serve, path = "") {
  const { endpoint, calls } = await openLambda(context, serve);
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  const options = { endpoint: endpoint + path, upstream, credentials, nowMs: Date.now };
  return { lambda: new RemoteLambda(options), calls };
}

describe("a call of a remote Lambda", () => {
  it("is a signed POST of the event, with the qualifier as parameter", async (context) => {
    const { lambda, calls } = await open(context, () => ({ body: '"ok"', headers: { "x-amzn-RequestId": "r-1" } }));
    const outcome = await lambda.invoke({ ...invocation, functionArn: `${ARN}:$LATEST` });
    assert.deepEqual(outcome, {
      kind: "result",
      payload: Buffer.from('"ok"'),
      serviceStatus: 200,
      requestId: "r-1",
    });
    const [call] = calls;
    assert.ok(call);
    const path = `/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`;
    assert.equal(call.method, "POST");
    assert.equal(call.target, `${path}?Qualifier=%24LATEST`);
    assert.equal(call.headers["x-amz-invocation-type"], "RequestResponse");
    assert.equal(call.body.toString(), invocation.payload);
    const headers = call.headers as Readonly<Record<string, string>>;
    const store = storeOf({ ...secret, sessionToken: "session" });
    const { scope } = verifySignature(
      { method: "POST", path, query: "Qualifier=%24LATEST", headers, body: call.body },
      store,
      { now: Date.now(), service: "lambda", region: "eu-west-1" },
    );
    assert.equal(scope.service, "lambda");
  });

  it("keeps the path of the endpoint, and has no query without a qualifier", async (context) => {
    const { lambda, calls } = await open(context, () => ({ body: "1" }), "/lambda/");
    await lambda.invoke(invocation);
    assert.equal(calls[0]?.target, `/lambda/2015-03-31/functions/${encodeURIComponent(ARN)}/invocations`);
  });

  it("is not signed without credentials", async (context) => {
    const { endpoint, calls } = await openLambda(context, () => ({ body: "1" }));
    const upstream = new Http1Upstream();
    context.after(() => upstream.close());
    const lambda = new RemoteLambda({ endpoint, upstream, credentials: undefined, nowMs: Date.now });
    assert.equal((await lambda.invoke(invocation)).kind, "result");
    assert.equal(calls[0]?.headers.authorization, undefined);
  });

  it("is not made for what is no function", async (context) => {
    const { lambda, calls } = await open(context, () => ({ body: "1" }));
    const outcome = await lambda.invoke({ ...invocation, functionArn: "arn:aws:sns:eu-west-1:111122223333:topic" });
    assert.equal(outcome.kind, "refused");
    assert.equal(calls.length, 0);
  });
});

describe("an answer of a remote Lambda", () => {
  const errorBody = JSON.stringify({ Message: "why", Type: "User" });
  const outcomes: readonly [string, ReturnType<Serve>, Partial<InvocationOutcome> & object][] = [
    [
      "a function that threw",
      { headers: { "x-amz-function-error": "Unhandled" }, body: '{"errorMessage":"boom","errorType":"Error"}' },
      { kind: "function-error", message: "boom", errorType: "Error", serviceStatus: 200, requestId: undefined },
    ],
    [
      "a function that crashed without words",
      { headers: { "x-amz-function-error": "Unhandled" }, body: "gone" },
      { kind: "function-error", message: "gone", errorType: undefined, serviceStatus: 200, requestId: undefined },
    ],
    [
      "403",
      { status: 403, body: errorBody, headers: { "x-amzn-errortype": "AccessDeniedException:http://x/" } },
      { kind: "refused", why: "permission", detail: "Lambda answered 403 AccessDeniedException why" },
    ],
    ["401", { status: 401 }, { kind: "refused", why: "permission", detail: "Lambda answered 401" }],
    ["404", { status: 404, body: errorBody }, { kind: "refused", why: "missing", detail: "Lambda answered 404 why" }],
    ["413", { status: 413, body: "[]" }, { kind: "too-large", detail: "Lambda answered 413" }],
    ["429", { status: 429, body: "x" }, { kind: "throttled", detail: "Lambda answered 429" }],
    ["500", { status: 500 }, { kind: "unreachable", detail: "Lambda answered 500" }],
    ["202, which no such call gets", { status: 202 }, { kind: "unreachable", detail: "Lambda answered 202" }],
  ];
  for (const [name, answer, expected] of outcomes) {
    it(`${name}: ${"kind" in expected ? String(expected.kind) : ""}`, async (context) => {
      const { lambda } = await open(context, () => answer);
      assert.deepEqual(await lambda.invoke(invocation), expected);
    });
  }

  it("over the limit of results is a function's error", async (context) => {
    const { lambda } = await open(context, () => ({ body: Buffer.alloc(6_291_557, 0x20) }));
    const outcome = await lambda.invoke(invocation);
    assert.equal(outcome.kind, "function-error");
    assert.ok(outcome.kind === "function-error" && outcome.errorType === "Function.ResponseSizeTooLarge");
  });

  it("that goes on and on is cut off", async (context) => {
    const { lambda } = await open(context, () => ({ body: Buffer.alloc(9_000_000, 0x20) }));
    const outcome = await lambda.invoke(invocation);
    assert.ok(outcome.kind === "function-error" && outcome.errorType === "Function.ResponseSizeTooLarge");
  });

  it("that does not come is a timeout", async (context) => {
    const { lambda } = await open(context, () => undefined);
    const outcome = await lambda.invoke({ ...invocation, timeoutMs: 60 });
    assert.deepEqual(outcome, { kind: "timeout", detail: "the function did not answer within 60 ms" });
  });

  it("that trickles in is a timeout as well: the time is that of all of it", { timeout: 5_000 }, async (context) => {
    const endpoint = await openBackend(context, (_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(" "), 10);
      response.on("close", () => clearInterval(timer));
    });
    const upstream = new Http1Upstream();
    context.after(() => upstream.close());
    const lambda = new RemoteLambda({ endpoint, upstream, credentials, nowMs: Date.now });
    assert.equal((await lambda.invoke({ ...invocation, timeoutMs: 150 })).kind, "timeout");
  });

  it("that nobody waits for is given up", async (context) => {
    const abort = new AbortController();
    const { lambda } = await open(context, () => {
      abort.abort();
      return undefined;
    });
    const outcome = await lambda.invoke({ ...invocation, signal: abort.signal });
    assert.equal(outcome.kind, "aborted");
    assert.equal((await lambda.invoke({ ...invocation, signal: abort.signal })).kind, "aborted");
  });

  it("from nowhere is unreachable", async (context) => {
    const upstream = new Http1Upstream();
    context.after(() => upstream.close());
    const lambda = new RemoteLambda({ endpoint: "http://127.0.0.1:1", upstream, credentials, nowMs: Date.now });
    assert.equal((await lambda.invoke(invocation)).kind, "unreachable");
  });
});

describe("credentials of the environment", () => {
  it("are the standard variables, a session token if there is one", () => {
    const pair = { AWS_ACCESS_KEY_ID: "id", AWS_SECRET_ACCESS_KEY: "secret" };
    const expected = { accessKeyId: "id", secretAccessKey: "secret" };
    assert.deepEqual(environmentCredentials(pair), { ...expected, sessionToken: undefined });
    assert.deepEqual(environmentCredentials({ ...pair, AWS_SESSION_TOKEN: "t" }), { ...expected, sessionToken: "t" });
    assert.equal(environmentCredentials({ AWS_ACCESS_KEY_ID: "id" }), undefined);
    assert.equal(environmentCredentials({ ...pair, AWS_SECRET_ACCESS_KEY: "" }), undefined);
  });
});
