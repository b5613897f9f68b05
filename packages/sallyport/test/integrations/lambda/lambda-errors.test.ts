import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { FunctionInvoker } from "../../../src/functions/invoker.ts";
import { type FunctionHandler, LocalFunctions } from "../../../src/functions/local-functions.ts";
import { bindLambdaProxy } from "../../../src/integrations/lambda/lambda-proxy.ts";
import type { IntegrationFailure, IntegrationRequest } from "../../../src/integrations/integration.ts";
import { requestContext } from "../../model/events/request-fixture.ts";
import { answering, FUNCTION_ARN, lambdaProxy, openFunction } from "./lambda-api.ts";

const NO_PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
  "Check the permissions and try again.";
const TOO_LARGE = { status: 413, body: '{"message":"Request Entity Too Large"}' };
const FAILED = { status: 500, body: '{"message":"Internal Server Error"}' };
const UNAVAILABLE = { status: 503, body: '{"message":"Service Unavailable"}' };

interface Scenario {
  readonly name: string;
  readonly function: FunctionHandler | FunctionInvoker;
  readonly integration?: object;
  readonly status: number;
  readonly body: string;
  readonly reason: RegExp;
  /** `$context.integrationErrorMessage`. */
  readonly message?: string | RegExp;
}

const fail = (): never => {
  throw new TypeError("boom");
};
const never = () => new Promise(() => {});
const local = (timeoutMs: number) => new LocalFunctions().set("fn", { handler: never, timeoutMs });
const functionError = (message: string) =>
  `The Lambda function returned the following error: ${message}. Check your Lambda function code and try again.`;

const scenarios: readonly Scenario[] = [
  {
    name: "a function that throws",
    function: fail,
    ...FAILED,
    reason: /^call integration: route "\$default": arn:\S+:fn failed: TypeError: boom; check the function's code/,
    message: functionError("boom"),
  },
  {
    name: "a function that times out in Lambda",
    function: local(20),
    ...FAILED,
    reason: /Sandbox\.Timedout: Task timed out after 0\.02 seconds/,
    message: functionError("Task timed out after 0.02 seconds"),
  },
  {
    name: "EX-3.28: a status that is no whole number",
    function: () => ({ statusCode: 200.5, body: "x" }),
    ...FAILED,
    reason: /statusCode is 200\.5; it must be a whole number from 200 to 599; return a response of the payload format/,
    message: /doesn't match the format/,
  },
  {
    name: "EX-3.29: status 0",
    function: () => ({ statusCode: 0, body: "x" }),
    ...FAILED,
    reason: /statusCode is 0/,
  },
  {
    name: "a text in format 1.0",
    function: () => "text",
    integration: { PayloadFormatVersion: "1.0" },
    ...FAILED,
    reason: /the function's result is no JSON object, as format 1\.0 needs/,
    message: /doesn't match the format/,
  },
  {
    name: "a header that would break out of its line",
    function: () => ({ statusCode: 200, headers: { a: "x\r\nset-cookie: y" } }),
    ...FAILED,
    reason: /headers\.a has a control character in its value/,
  },
  {
    name: "no permission",
    function: answering({ kind: "refused", why: "permission", detail: "not allowed" }),
    ...FAILED,
    reason: /arn:\S+ cannot be called: not allowed; allow API Gateway to call the function/,
    message: NO_PERMISSION,
  },
  {
    name: "a function that is missing",
    function: new LocalFunctions(),
    ...FAILED,
    reason: /cannot be called: function arn:\S+ is not found; create the function/,
    message: NO_PERMISSION,
  },
  {
    name: "throttling",
    function: answering({ kind: "throttled", detail: "too many" }),
    ...UNAVAILABLE,
    reason: /is throttled: too many; raise its concurrency/,
  },
  {
    name: "no answer in time",
    function: never,
    integration: { TimeoutInMillis: 50 },
    ...UNAVAILABLE,
    reason: /the function did not answer within 50 ms; raise TimeoutInMillis/,
  },
  {
    name: "a Lambda that is not there",
    function: answering({ kind: "unreachable", detail: "ECONNREFUSED" }),
    ...UNAVAILABLE,
    reason: /Lambda is not reachable for arn:\S+: ECONNREFUSED/,
  },
  {
    name: "an event too large for Lambda, as Lambda says",
    function: answering({ kind: "too-large", detail: "Lambda answered 413" }),
    ...TOO_LARGE,
    reason: /the event for arn:\S+ is too large: Lambda answered 413/,
  },
  {
    name: "an invoker that breaks its contract",
    function: { invoke: () => Promise.reject(new Error("defect")) },
    ...FAILED,
    reason: /the invocation failed: defect; report this/,
  },
];

/** What the integration itself says: logs see more of it than the client. */
async function failureOf(scenario: Scenario): Promise<IntegrationFailure> {
  const functions =
    typeof scenario.function === "function" ? new LocalFunctions().set("fn", scenario.function) : scenario.function;
  const document = { IntegrationId: "fn", ...lambdaProxy(scenario.integration) };
  const integration = bindLambdaProxy(document, {}, { functions, traceRoot: () => "1-0-0" });
  assert.ok(!("rule" in integration));
  const context = { ...requestContext(), body: undefined, isDefaultRoute: true, pathOverride: undefined };
  const request: IntegrationRequest = { ...context, bufferBody: async () => undefined };
  return new Promise((resolve, reject) => {
    integration.call(request, { onFailure: resolve, onResponse: (status) => reject(new Error(`answered ${status}`)) });
  });
}

describe("a function that gives no response", () => {
  for (const scenario of scenarios) {
    it(`${scenario.name}: ${scenario.status}`, async (context) => {
      const { fetch } = await openFunction(context, scenario.function, { integration: scenario.integration ?? {} });
      const answer = await fetch("/");
      assert.equal(answer.status, scenario.status);
      assert.equal(answer.body, scenario.body);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.match(String(answer.headers["x-sallyport-reason"]), scenario.reason);
      const failure = await failureOf(scenario);
      assert.equal(failure.status, scenario.status);
      assert.equal(failure.timeout === true, /did not answer within/.test(failure.rule));
      const { message } = scenario;
      if (typeof message === "string") assert.equal(failure.message, message);
      else if (message) assert.match(failure.message ?? "", message);
    });
  }

  it("tells logs the status of the Lambda service and the request's id", async () => {
    const thrown = await failureOf({ ...scenarios[0]!, function: fail });
    assert.deepEqual(thrown.facts, { serviceStatus: 200, requestId: "local-1" });
  });
});

describe("what Lambda does not take", () => {
  const limit = 6_291_456;

  it("an event over 6 MB, after base64: 413, and the function is not called", async (context) => {
    const { fetch, invocations } = await openFunction(context, () => "ok");
    const answer = await fetch("/", { method: "POST", body: Buffer.alloc((limit / 4) * 3) });
    assert.equal(answer.status, 413);
    assert.equal(answer.body, TOO_LARGE.body);
    assert.match(String(answer.headers["x-sallyport-reason"]), /is too large: \d+ bytes; Lambda takes 6291456/);
    assert.equal(invocations.length, 0);
    const below = await fetch("/", { method: "POST", body: Buffer.alloc((limit / 4) * 3 - 3_000) });
    assert.equal(below.body, "ok");
  });

  it("a body over the payload limit that came in chunks: 413", async (context) => {
    const { fetch, invocations } = await openFunction(context, () => "ok");
    const headers = { "transfer-encoding": "chunked" };
    const answer = await fetch("/", { method: "POST", headers, body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    assert.equal(answer.status, 413);
    assert.equal(invocations.length, 0);
  });
});

describe("an integration that can not be bound", () => {
  const faults: readonly [string, object, RegExp][] = [
    [
      "a stage variable without value",
      { IntegrationUri: `${FUNCTION_ARN}:\${stageVariables.alias}` },
      /"\$default", IntegrationUri: stage variable alias of the function has no value/,
    ],
    [
      "a role's variable without value",
      { CredentialsArn: "arn:aws:iam::111122223333:role/${stageVariables.r}" },
      /CredentialsArn: stage variable r of the role has no value/,
    ],
    ["no function", { IntegrationUri: "https://example.com/" }, /IntegrationUri: https:\S+ is no ARN of a Lambda/],
    ["a payload format", { PayloadFormatVersion: "3.0" }, /PayloadFormatVersion: there is no payload format 3\.0/],
    ["a VPC link", { ConnectionType: "VPC_LINK" }, /ConnectionType: VPC_LINK is not supported/],
  ];
  for (const [name, integration, reason] of faults) {
    it(`${name}: 500`, async (context) => {
      const { fetch, invocations } = await openFunction(context, () => "ok", { integration });
      const answer = await fetch("/");
      assert.equal(answer.status, 500);
      assert.equal(answer.body, FAILED.body);
      assert.match(String(answer.headers["x-sallyport-reason"]), reason);
      assert.equal(invocations.length, 0);
    });
  }

  it("without any functions: 500, and how to get some", async (context) => {
    const { fetch } = await openFunction(context, () => "ok", {}, { functions: undefined });
    const answer = await fetch("/");
    assert.equal(answer.status, 500);
    assert.match(String(answer.headers["x-sallyport-reason"]), /no remote Lambda is configured; start with --lambda-e/);
  });
});
