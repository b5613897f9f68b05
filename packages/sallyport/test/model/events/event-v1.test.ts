import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { at, rawHeaders, v1 } from "./events.ts";
import { HOST, TIME_MS, TRACE_ROOT } from "./request-fixture.ts";

describe("an event of format 1.0", () => {
  it("holds every field", () => {
    const event = v1({
      method: "POST",
      stageName: "dev",
      routeKey: "POST /pets/{id}",
      path: "/dev/pets/a%20b",
      routePath: "/pets/a%20b",
      query: "x=1&x=2&e=",
      pathParameters: { id: "a b" },
      stageVariables: { env: "dev" },
      headers: rawHeaders(
        ["host", HOST],
        ["Cookie", "s=1; t=2"],
        ["X-Probe", "first"],
        ["x-probe", "second"],
        ["accept", "*/*"],
        ["content-type", "application/json"],
        ["content-length", "7"],
        ["user-agent", "curl/8"],
      ),
      body: '{"a":1}',
    });
    const shown = {
      Host: HOST,
      Cookie: "s=1; t=2",
      "X-Probe": "second",
      accept: "*/*",
      "Content-Type": "application/json",
      "Content-Length": "7",
      "User-Agent": "curl/8",
      "X-Amzn-Trace-Id": `Root=${TRACE_ROOT}`,
      "X-Forwarded-For": "203.0.113.7",
      "X-Forwarded-Port": "443",
      "X-Forwarded-Proto": "https",
    };
    const multi = Object.fromEntries(Object.entries(shown).map(([name, value]) => [name, [value]]));
    assert.deepEqual(event, {
      version: "1.0",
      resource: "/pets/{id}",
      path: "/dev/pets/a%20b",
      httpMethod: "POST",
      headers: shown,
      multiValueHeaders: { ...multi, "X-Probe": ["first", "second"] },
      queryStringParameters: { x: "2", e: "" },
      multiValueQueryStringParameters: { x: ["1", "2"], e: [""] },
      requestContext: {
        accountId: "111122223333",
        apiId: "a1b2c3d4e5",
        domainName: HOST,
        domainPrefix: "a1b2c3d4e5",
        extendedRequestId: "JCJJxhz4PHcEJgQ=",
        httpMethod: "POST",
        identity: {
          accessKey: null,
          accountId: null,
          caller: null,
          cognitoAmr: null,
          cognitoAuthenticationProvider: null,
          cognitoAuthenticationType: null,
          cognitoIdentityId: null,
          cognitoIdentityPoolId: null,
          principalOrgId: null,
          sourceIp: "203.0.113.7",
          user: null,
          userAgent: "curl/8",
          userArn: null,
        },
        path: "/dev/pets/a b",
        protocol: "HTTP/1.1",
        requestId: "JCJJxhz4PHcEJgQ=",
        requestTime: "14/Apr/2025:22:13:56 +0000",
        requestTimeEpoch: TIME_MS,
        resourceId: "POST /pets/{id}",
        resourcePath: "/pets/{id}",
        stage: "dev",
      },
      pathParameters: { id: "a b" },
      stageVariables: { env: "dev" },
      body: '{"a":1}',
      isBase64Encoded: false,
    });
  });

  it("EX-3.10: tells the route in resource, resourcePath and resourceId", () => {
    const event = v1({ stageName: "sandbox", routeKey: "ANY /rec", path: "/sandbox/rec", routePath: "/rec" });
    assert.equal(event["resource"], "/rec");
    assert.equal(event["path"], "/sandbox/rec");
    assert.equal(at(event, "requestContext", "path"), "/sandbox/rec");
    assert.equal(at(event, "requestContext", "resourcePath"), "/rec");
    assert.equal(at(event, "requestContext", "resourceId"), "ANY /rec");
    assert.equal(at(event, "requestContext", "stage"), "sandbox");
  });

  it("EX-3.11: shows the path encoded, and decoded in the context", () => {
    const event = v1({ routeKey: "GET /u/{n}", path: "/u/J%20D", routePath: "/u/J%20D", pathParameters: { n: "J D" } });
    assert.equal(event["path"], "/u/J%20D");
    assert.equal(at(event, "requestContext", "path"), "/u/J D");
    assert.equal(at(event, "pathParameters", "n"), "J D");
  });

  it("EX-1.21, EX-1.22: shows the mapping key of a custom domain", () => {
    for (const stageName of ["$default", "prod"]) {
      const event = v1({ stageName, mappingKey: "shop", path: "/shop/pets/6", routePath: "/pets/6" });
      assert.equal(event["path"], "/shop/pets/6");
    }
  });

  it("has null for what is not there, but no authorizer and no certificate", () => {
    const event = v1();
    for (const name of [
      "queryStringParameters",
      "multiValueQueryStringParameters",
      "pathParameters",
      "stageVariables",
      "body",
    ]) {
      assert.equal(event[name], null, name);
    }
    assert.equal(event["resource"], "$default");
    assert.equal(event["isBase64Encoded"], false);
    assert.equal(at(event, "requestContext", "authorizer"), undefined);
    assert.equal(at(event, "requestContext", "identity", "clientCert"), undefined);
    assert.equal(at(event, "headers", "Content-Length"), "0");
  });

  it("shows what a JWT, a Lambda and an IAM authorizer found", () => {
    const authorizer = (result: NonNullable<Parameters<typeof v1>[0]>["authorizer"]) =>
      at(v1({ authorizer: result }), "requestContext", "authorizer");
    assert.deepEqual(authorizer({ kind: "jwt", claims: { sub: "u1" }, scopes: ["a"] }), {
      claims: { sub: "u1" },
      scopes: ["a"],
    });
    assert.deepEqual(authorizer({ kind: "lambda", context: { n: 1 }, principalId: "me" }), { n: 1, principalId: "me" });
    assert.deepEqual(authorizer({ kind: "lambda", context: null, principalId: undefined }), {});
    const caller = { accessKey: "AKIA", accountId: "1", callerId: "AIDA", userArn: "arn", userId: "U" };
    const signed = v1({ authorizer: { kind: "iam", ...caller, principalOrgId: "o-1" } });
    assert.equal(at(signed, "requestContext", "authorizer"), undefined);
    const identity = at(signed, "requestContext", "identity") as Readonly<Record<string, unknown>>;
    assert.deepEqual(
      ["accessKey", "accountId", "caller", "user", "userArn", "principalOrgId"].map((name) => identity[name]),
      ["AKIA", "1", "AIDA", "U", "arn", "o-1"],
    );
  });
});
