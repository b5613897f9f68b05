import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { contextReader } from "../../src/expressions/context-variables.ts";
import type { AuthorizerResult, RequestContext } from "../../src/model/request-context.ts";
import { requestContext } from "./request-facts.ts";

const read = (name: string, changes: Partial<RequestContext> = {}): string | undefined => {
  const reader = contextReader(name);
  assert.ok(reader, `$context.${name} is no variable`);
  return reader(requestContext(changes));
};

const jwt: AuthorizerResult = {
  kind: "jwt",
  claims: { sub: "u1", "https://example.com/team": "red", "cognito:groups": "[a b]" },
  scopes: null,
};
const context = { n: 1, yes: true, text: "t", list: ["x", 1], none: null };
const lambda: AuthorizerResult = { kind: "lambda", context, principalId: "me" };
const iam: AuthorizerResult = {
  kind: "iam",
  accessKey: "AKIA",
  accountId: "999988887777",
  callerId: "AIDACALLER",
  userArn: "arn:aws:iam::999988887777:user/u",
  userId: "AIDAUSER",
  principalOrgId: "aws:PrincipalOrgID",
};
const clientCertificate = {
  clientCertPem: "-----BEGIN",
  subjectDN: "CN=a",
  issuerDN: "CN=b",
  serialNumber: "01:02",
  validity: { notBefore: "May 28 12:30:02 2019 GMT", notAfter: "Aug  5 09:36:04 2021 GMT" },
};

describe("$context variables of a request", () => {
  const scenarios: readonly (readonly [string, string | undefined, Partial<RequestContext>?])[] = [
    ["accountId", "111122223333"],
    ["apiId", "a1b2c3d4e5"],
    ["customDomain.basePathMatched", undefined],
    ["customDomain.basePathMatched", "v1/nested", { mappingKey: "v1/nested" }],
    ["domainName", "a1b2c3d4e5.execute-api.us-east-1.localhost"],
    ["domainPrefix", "a1b2c3d4e5"],
    ["domainPrefix", "localhost", { domainName: "localhost" }],
    ["extendedRequestId", "JCJM3j95PHcEJHg="],
    ["httpMethod", "GET"],
    ["path", "/dev/p/a%20b"],
    ["protocol", "HTTP/1.1"],
    ["requestId", "JCJM3j95PHcEJHg="],
    ["requestTime", "04/Apr/2025:02:03:06 +0000"],
    ["requestTimeEpoch", "1743732186573"],
    ["routeKey", "GET /p/{id}"],
    ["routeKey", undefined, { routeKey: "" }],
    ["stage", "dev"],
    ["identity.sourceIp", "203.0.113.7"],
    ["identity.sourceIp", "2001:db8::1", { clientAddress: "2001:db8::1" }],
    ["identity.userAgent", "curl"],
    ["identity.userAgent", undefined, { headers: [] }],
    ["identity.accountId", undefined],
    ["identity.accountId", "999988887777", { authorizer: iam }],
    ["identity.caller", "AIDACALLER", { authorizer: iam }],
    ["identity.user", "AIDAUSER", { authorizer: iam }],
    ["identity.userArn", "arn:aws:iam::999988887777:user/u", { authorizer: iam }],
    ["identity.principalOrgId", "aws:PrincipalOrgID", { authorizer: iam }],
    ["identity.cognitoIdentityId", undefined, { authorizer: iam }],
    ["identity.clientCert.subjectDN", undefined],
    ["identity.clientCert.subjectDN", "CN=a", { clientCertificate }],
    ["identity.clientCert.serialNumber", "01:02", { clientCertificate }],
    ["identity.clientCert.validity.notAfter", "Aug  5 09:36:04 2021 GMT", { clientCertificate }],
    ["authorizer.claims.sub", "u1", { authorizer: jwt }],
    ["authorizer.claims.https://example.com/team", "red", { authorizer: jwt }],
    ["authorizer.claims.cognito:groups", "[a b]", { authorizer: jwt }],
    ["authorizer.claims.none", undefined, { authorizer: jwt }],
    ["authorizer.claims.constructor", undefined, { authorizer: jwt }],
    ["authorizer.claims", undefined, { authorizer: jwt }],
    ["authorizer.claims.sub", undefined, { authorizer: lambda }],
    ["authorizer.n", "1", { authorizer: lambda }],
    ["authorizer.yes", "true", { authorizer: lambda }],
    ["authorizer.text", "t", { authorizer: lambda }],
    ["authorizer.list", '["x",1]', { authorizer: lambda }],
    ["authorizer.none", undefined, { authorizer: lambda }],
    ["authorizer.toString", undefined, { authorizer: lambda }],
    ["authorizer.principalId", "me", { authorizer: lambda }],
    ["authorizer.principalId", undefined, { authorizer: { kind: "lambda", context: null, principalId: undefined } }],
    ["authorizer.text", undefined, { authorizer: jwt }],
  ];
  for (const [name, expected, changes] of scenarios) {
    it(`${name} is ${expected}${changes ? ` with ${Object.keys(changes).join()}` : ""}`, () => {
      assert.equal(read(name, changes), expected);
    });
  }

  for (const name of ["resourcePath", "requestLength", "", "identity", "constructor", "status", "authorizer"]) {
    it(`${JSON.stringify(name)} is no variable of a request`, () => assert.equal(contextReader(name), undefined));
  }
});
