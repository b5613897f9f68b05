import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { FinishedRequest, ResponseFacts } from "../../../src/model/observation/response-facts.ts";
import { LogFormat } from "../../../src/observe/access-log/format.ts";
import { finishedRequest } from "../finished-request.ts";

const CLF =
  '$context.identity.sourceIp - - [$context.requestTime] "$context.httpMethod $context.routeKey $context.protocol" ' +
  "$context.status $context.responseLength $context.requestId";
const PERMISSION =
  "The IAM role configured on the integration or API Gateway doesn't have permissions to call the integration. " +
  "Check the permissions and try again.";

const line = (format: string, request: FinishedRequest): string => new LogFormat(format).line(request);
/** A JSON log that shows one variable. */
const json = (name: string, request: FinishedRequest): unknown =>
  JSON.parse(line(`{"value":"$context.${name}","id":"$context.requestId"}`, request)).value;

test("EX-10.1 CLF and the integration's error", () => {
  const request = finishedRequest(
    { routeKey: "$default", requestId: "AZzecgvEPHcEPew=" },
    { status: 500, responseLength: 35, integrationError: PERMISSION },
  );
  assert.equal(
    line(`${CLF} $context.integrationErrorMessage`, request),
    `198.51.100.9 - - [15/Feb/2023:23:08:37 +0000] "GET $default HTTP/1.1" 500 35 AZzecgvEPHcEPew= ${PERMISSION}`,
  );
});

test("the stock formats", () => {
  const csv = "$context.identity.sourceIp,$context.requestTime,$context.httpMethod,$context.routeKey,$context.status";
  const xml =
    '<request id="$context.requestId"><ip>$context.identity.sourceIp</ip><status>$context.status</status></request>';
  const request = finishedRequest();
  assert.match(line(CLF, request), /"GET GET \/pets\/\{id\} HTTP\/1.1" 200 12 JCJM3j95PHcEJHg=$/);
  assert.equal(line(csv, request), "198.51.100.9,15/Feb/2023:23:08:37 +0000,GET,GET /pets/{id},200");
  assert.equal(
    line(xml, request),
    '<request id="JCJM3j95PHcEJHg="><ip>198.51.100.9</ip><status>200</status></request>',
  );
});

describe("variables", () => {
  const failed = { status: 500, errorMessage: "Internal Server Error", errorType: "INTEGRATION_FAILURE" };
  const rows: readonly [string, string, Partial<ResponseFacts>?, Partial<FinishedRequest>?][] = [
    ["accountId", "111122223333"],
    ["apiId", "a1b2c3d4e5"],
    ["stage", "dev"],
    ["path", "/dev/pets/6"],
    ["protocol", "HTTP/1.1"],
    ["domainName", "a1b2c3d4e5.execute-api.us-east-1.localhost"],
    ["domainPrefix", "a1b2c3d4e5"],
    ["extendedRequestId", "JCJM3j95PHcEJHg="],
    ["requestTimeEpoch", "1676502517012"],
    ["identity.userAgent", "test/1"],
    ["status", "200"],
    ["status", "-", { status: 0 }],
    ["responseLength", "0", { responseLength: 0 }],
    ["responseLatency", "7"],
    ["dataProcessed", "20"],
    ["integrationLatency", "6"],
    ["integration.latency", "6"],
    ["integration.latency", "-", { integrationLatencyMs: undefined }],
    ["integration.status", "200"],
    ["integration.status", "201", { integrationStatus: 201, serviceStatus: 200 }],
    ["integrationStatus", "200", { integrationStatus: 201, serviceStatus: 200 }],
    ["integration.integrationStatus", "200", { integrationStatus: 201, serviceStatus: 200 }],
    ["integrationStatus", "-", { integrationStatus: undefined }],
    ["integration.error", "why", { integrationError: "why" }],
    ["integrationErrorMessage", "-"],
    ["awsEndpointRequestId", "r-1", { endpointRequestId: "r-1" }],
    ["integration.requestId", "r-1", { endpointRequestId: "r-1" }],
    ["awsEndpointRequestId2", "r-2", { endpointRequestId2: "r-2" }],
    [
      "authorizer.error",
      "invalid_token: the token has expired",
      { authorizerError: "invalid_token: the token has expired" },
    ],
    ["authorizer.error", "-"],
    ["error.message", "Internal Server Error", failed],
    ["error.message", "-"],
    ["error.messageString", '"Internal Server Error"', failed],
    ["error.messageString", "-"],
    ["error.responseType", "INTEGRATION_FAILURE", failed],
    ["routeKey", "-", {}, { routeKey: "" }],
    ["authorizer.claims.sub", "u1", {}, { authorizer: { kind: "jwt", claims: { sub: "u1" }, scopes: null } }],
    ["authorizer.claims.other", "-", {}, { authorizer: { kind: "jwt", claims: { sub: "u1" }, scopes: null } }],
    ["authorizer.n", "1", {}, { authorizer: { kind: "lambda", context: { n: 1 }, principalId: "p" } }],
    ["customDomain.basePathMatched", "v1/x", {}, { mappingKey: "v1/x" }],
    ["identity.userArn", "-"],
    ["resourcePath", "-"],
  ];
  for (const [name, expected, facts, members] of rows) {
    test(`$context.${name} is ${expected}`, () => {
      assert.equal(line(`a $context.${name} z`, finishedRequest(members, facts)), `a ${expected} z`);
    });
  }

  test("a name ends before a full stop", () => {
    assert.equal(line("$context.status. $context.requestId", finishedRequest()), "200. JCJM3j95PHcEJHg=");
  });

  test("only formats that tell ids of the integration's answer ask for them", () => {
    assert.equal(new LogFormat("$context.requestId").needsEndpointIds, false);
    assert.equal(new LogFormat("$context.requestId $context.awsEndpointRequestId2").needsEndpointIds, true);
  });
});

describe("a value can not break the line", () => {
  const hostile = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom('"', "\\", "\r\nforged", '","x":"', "\u2028", "\u0085"),
  );

  test("property: JSON formats give one line of JSON that holds the value as it was", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const request = finishedRequest({}, { integrationError: value });
        const text = line('{"value":"$context.integration.error"}', request);
        assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029]/u);
        assert.equal(JSON.parse(text).value, value === "" ? "-" : value);
      }),
    );
  });

  test("property: other formats stay on one line", () => {
    fc.assert(
      fc.property(hostile, (value) => {
        const text = line(
          "$context.requestId $context.integration.error",
          finishedRequest({}, { integrationError: value }),
        );
        assert.doesNotMatch(text, /[\p{Cc}\u2028\u2029]/u);
      }),
    );
  });

  test("other formats insert values without quoting", () => {
    assert.equal(line("$context.integration.error", finishedRequest({}, { integrationError: '"a" \\ b' })), '"a" \\ b');
  });

  test("a claim with a line break", () => {
    const authorizer = { kind: "jwt", claims: { sub: 'a"\nb' }, scopes: null } as const;
    assert.equal(json("authorizer.claims.sub", finishedRequest({ authorizer })), 'a"\nb');
    assert.equal(line("$context.authorizer.claims.sub", finishedRequest({ authorizer })), 'a"\\u000ab');
  });

  test("an entry is cut at 1 MB", () => {
    const text = line("$context.integration.error", finishedRequest({}, { integrationError: "x".repeat(2 ** 21) }));
    assert.equal(text.length, 2 ** 20);
  });
});
