/** From the nodes of a document to the plan of an import: pure, no ledger. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AUTHORIZER, get, HTTP, INTEGRATION, keysOf, LAMBDA, plan, refusal } from "./import-fixtures.ts";

describe("routes", () => {
  test("every method of a path item is a route", async () => {
    const methods = ["get", "put", "post", "delete", "options", "head", "patch", "x-amazon-apigateway-any-method"];
    const item = Object.fromEntries(methods.map((method) => [method, {}]));
    const planned = await plan({
      paths: { "/x": { ...item, parameters: [{ name: "a", in: "query" }] }, "x-other": {} },
    });
    assert.deepEqual(
      keysOf(planned),
      ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "ANY"].map((method) => `${method} /x`),
    );
    assert.equal(planned.findings.warnings, undefined);
  });

  test("$default needs no slash, with a warning", async () => {
    const any = { "x-amazon-apigateway-any-method": { isDefaultRoute: true, [INTEGRATION]: HTTP } };
    const planned = await plan({ paths: { $default: any } });
    assert.deepEqual(keysOf(planned), ["$default"]);
    assert.deepEqual(planned.findings.warnings, [
      "Parse issue: attribute paths. Resource $default should start with /",
    ]);
  });

  test("operationId is the operation's name, up to 64 characters", async () => {
    assert.equal((await plan(get({ operationId: "listPets" }))).routes[0]?.input.OperationName, "listPets");
    const planned = await plan(get({ operationId: "x".repeat(65) }));
    assert.equal(planned.routes[0]?.input.OperationName, undefined);
    assert.match(planned.findings.importInfo?.[0] ?? "", /operationId/);
  });

  test("what HTTP APIs ignore is told as info, not as warning", async () => {
    const schema = { $ref: "#/components/schemas/Body" };
    const planned = await plan({
      ...get({
        requestBody: { content: { "application/json": { schema } } },
        [INTEGRATION]: { ...HTTP, responses: {} },
      }),
      components: { schemas: { Body: { type: "object" } } },
      security: [{ a: [] }],
      "x-amazon-apigateway-binary-media-types": ["*/*"],
    });
    assert.equal(planned.findings.warnings, undefined);
    assert.deepEqual(
      planned.findings.importInfo?.map((info) => info.replace(/^Attribute (.*) is not supported.*$/, "$1")),
      [
        "paths.'/x'(get).requestBody",
        `paths.'/x'(get).${INTEGRATION}.responses`,
        "x-amazon-apigateway-binary-media-types",
        "security",
        "components.schemas",
      ],
    );
  });

  test("a missing schema is a parse issue, in the real service's words", async () => {
    const schema = { type: "array", items: { $ref: "#/components/schemas/X" } };
    const content = { "application/json": { schema } };
    const { findings } = await plan({ paths: { "/update": { get: { responses: { 200: { content } } } } } });
    assert.deepEqual(findings.warnings, [
      "Parse issue: attribute paths.'/update'(get).responses.200.content.schema.#/components/schemas/X is missing",
    ]);
  });

  test("an empty operation and an empty path are warnings", async () => {
    const { findings, routes } = await plan({ paths: { "/a": null, "/b": { get: null, post: {} } } });
    assert.equal(routes.length, 1);
    assert.deepEqual(findings.warnings, [
      "Parse issue: attribute paths.'/a' is not of type `object`",
      "Parse issue: attribute paths.'/b'(get) is not of type `object`",
    ]);
  });

  test("a resource policy is a warning", async () => {
    assert.match((await plan({ "x-amazon-apigateway-policy": {} })).findings.warnings?.[0] ?? "", /policy/);
  });

  test("of very many findings the first are told", async () => {
    const paths = Object.fromEntries(Array.from({ length: 600 }, (_, index) => [`/p${index}`, null]));
    const { warnings = [] } = (await plan({ paths })).findings;
    assert.equal(warnings.length, 501);
    assert.equal(warnings[500], "100 more findings of this kind");
  });
});

describe("integrations", () => {
  test("every property has its member", async () => {
    const planned = await plan(
      get({
        [INTEGRATION]: {
          type: "Aws_Proxy",
          integrationSubtype: "SQS-SendMessage",
          uri: LAMBDA,
          httpMethod: "POST",
          payloadFormatVersion: "2.0",
          credentials: "arn:aws:iam::111122223333:role/r",
          connectionType: "vpc_link",
          connectionId: "abc123",
          timeoutInMillis: "1500",
          requestParameters: { QueueUrl: "$request.header.q", Delay: 3 },
          responseParameters: { 404: { "overwrite:statuscode": 200 } },
          tlsConfig: { serverNameToVerify: "example.com" },
          description: "d",
          passthroughBehavior: "when_no_match",
        },
      }),
    );
    assert.deepEqual(planned.integrations[0]?.input, {
      IntegrationType: "AWS_PROXY",
      IntegrationSubtype: "SQS-SendMessage",
      IntegrationUri: LAMBDA,
      IntegrationMethod: "POST",
      PayloadFormatVersion: "2.0",
      CredentialsArn: "arn:aws:iam::111122223333:role/r",
      ConnectionType: "VPC_LINK",
      ConnectionId: "abc123",
      TimeoutInMillis: 1500,
      RequestParameters: { QueueUrl: "$request.header.q", Delay: "3" },
      ResponseParameters: { "404": { "overwrite:statuscode": "200" } },
      TlsConfig: { ServerNameToVerify: "example.com" },
      Description: "d",
    });
  });

  test("equal ones are two, a referenced one is one", async () => {
    const ref = { $ref: "#/components/x-amazon-apigateway-integrations/a~1b" };
    const planned = await plan({
      paths: {
        "/1": { get: { [INTEGRATION]: HTTP }, post: { [INTEGRATION]: HTTP } },
        "/2": { get: { [INTEGRATION]: ref }, post: { [INTEGRATION]: ref } },
      },
      components: { "x-amazon-apigateway-integrations": { "a/b": HTTP } },
    });
    assert.equal(planned.integrations.length, 3);
    const [one, two, three, four] = planned.routes.map((route) =>
      planned.integrations.indexOf(route.integration as never),
    );
    assert.deepEqual([one, two, three, four], [1, 2, 0, 0]);
  });

  const malformed: readonly [name: string, integration: unknown][] = [
    ["no object", "x"],
    ["no type", { uri: "https://x" }],
    ["a reference to nothing", { $ref: "#/components/x-amazon-apigateway-integrations/none" }],
    ["a reference in a circle", { $ref: "#/paths/~1x/get/x-amazon-apigateway-integration" }],
    ["a reference elsewhere", { $ref: "https://example.com/integration.json" }],
    ["a reference to an inherited member", { $ref: "#/constructor" }],
    ["a timeout that is no number", { ...HTTP, timeoutInMillis: "soon" }],
    ["parameters that are a list", { ...HTTP, requestParameters: ["a"] }],
    ["a nested parameter", { ...HTTP, requestParameters: { a: {} } }],
  ];
  for (const [name, integration] of malformed) {
    test(`malformed: ${name}`, async () => {
      const { message } = await refusal(get({ [INTEGRATION]: integration }));
      assert.equal(message, "Unable to parse API definition because of a malformed integration at path /x.");
    });
  }
});

describe("authorization", () => {
  const jwt = {
    type: "jwt",
    identitySource: "$request.header.Authorization",
    jwtConfiguration: { issuer: "https://i", audience: ["a"] },
  };
  const request = { type: "request", authorizerUri: LAMBDA, authorizerPayloadFormatVersion: "2.0" };
  const components = {
    securitySchemes: {
      jwt: { type: "oauth2", [AUTHORIZER]: jwt },
      lambda: { type: "apiKey", [AUTHORIZER]: request },
      iam: { type: "apiKey", "x-amazon-apigateway-authtype": "awsSigv4" },
      plain: { type: "http", scheme: "bearer" },
    },
  };
  const auth = (type: string) => ({ "x-amazon-apigateway-auth": { type } });
  const rows: readonly [name: string, operation: object, type: string, authorizer?: string, scopes?: string[]][] = [
    ["nothing", {}, "NONE"],
    ["an empty list", { security: [] }, "NONE"],
    ["an empty requirement", { security: [{}] }, "NONE"],
    ["NONE, as SAM writes it", { security: [{ NONE: [] }] }, "NONE"],
    ["a JWT authorizer", { security: [{ jwt: ["read", "write"] }] }, "JWT", "jwt", ["read", "write"]],
    ["a Lambda authorizer", { security: [{ lambda: [] }] }, "CUSTOM", "lambda"],
    ["an IAM scheme", { security: [{ iam: [] }] }, "AWS_IAM"],
    ["aws_iam", auth("aws_iam"), "AWS_IAM"],
    ["none", auth("none"), "NONE"],
    ["none beside a requirement", { ...auth("NONE"), security: [{ jwt: [] }] }, "JWT", "jwt", []],
    ["IAM twice", { ...auth("AWS_IAM"), security: [{ iam: [] }] }, "AWS_IAM"],
  ];
  for (const [name, operation, type, authorizer, scopes] of rows) {
    test(name, async () => {
      const [route] = (await plan({ ...get(operation), components })).routes;
      assert.equal(route?.input.AuthorizationType, type);
      assert.equal(route.authorizer?.name, authorizer);
      assert.deepEqual(route.input.AuthorizationScopes, scopes);
    });
  }

  const errors: readonly [name: string, operation: object][] = [
    ["two requirements", { security: [{ jwt: [] }, { lambda: [] }] }],
    ["two schemes in one requirement", { security: [{ jwt: [], lambda: [] }] }],
    ["IAM and an authorizer", { ...auth("AWS_IAM"), security: [{ jwt: [] }] }],
  ];
  for (const [name, operation] of errors) {
    test(`${name} are an error`, async () => {
      assert.match((await refusal({ ...get(operation), components })).message, /more than one security requirement/);
    });
  }

  const skipped: readonly [name: string, operation: object][] = [
    ["a scheme that is missing", { security: [{ nobody: [] }] }],
    ["a scheme named like an inherited member", { security: [{ constructor: [] }] }],
    ["a scheme without authorizer", { security: [{ plain: [] }] }],
    ["another auth type", auth("API_KEY")],
  ];
  for (const [name, operation] of skipped) {
    test(`${name} leaves the route out, with a warning`, async () => {
      const { routes, findings } = await plan({ ...get(operation), components });
      assert.deepEqual(routes, []);
      assert.match(findings.warnings?.[0] ?? "", /^Unable to create Route 'GET \/x'/);
    });
  }

  test("the members of a JWT authorizer", async () => {
    const [authorizer] = (await plan({ components })).authorizers;
    assert.deepEqual(JSON.parse(JSON.stringify(authorizer?.input)), {
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://i", Audience: ["a"] },
    });
  });

  test("the issuer of an openIdConnect scheme is its discovery URL without the end", async () => {
    const openId = {
      type: "openIdConnect",
      openIdConnectUrl: "https://i/p/.well-known/openid-configuration",
      [AUTHORIZER]: { type: "jwt", jwtConfiguration: { audience: "a" } },
    };
    const [authorizer] = (await plan({ components: { securitySchemes: { openId } } })).authorizers;
    assert.deepEqual(authorizer?.input.JwtConfiguration, { Issuer: "https://i/p", Audience: ["a"] });
  });

  for (const [name, identitySource] of [
    ["a text", "$request.header.a, $context.routeKey"],
    ["a list", ["$request.header.a", "$context.routeKey"]],
  ] as const) {
    test(`the members of a Lambda authorizer, identitySource as ${name}`, async () => {
      const lambda = {
        [AUTHORIZER]: {
          ...request,
          identitySource,
          authorizerCredentials: "arn:aws:iam::111122223333:role/r",
          authorizerResultTtlInSeconds: 60,
          enableSimpleResponses: true,
        },
      };
      const [authorizer] = (await plan({ components: { securitySchemes: { lambda } } })).authorizers;
      assert.deepEqual(JSON.parse(JSON.stringify(authorizer?.input)), {
        Name: "lambda",
        AuthorizerType: "REQUEST",
        IdentitySource: ["$request.header.a", "$context.routeKey"],
        AuthorizerUri: LAMBDA,
        AuthorizerCredentialsArn: "arn:aws:iam::111122223333:role/r",
        AuthorizerPayloadFormatVersion: "2.0",
        AuthorizerResultTtlInSeconds: 60,
        EnableSimpleResponses: true,
      });
    });
  }

  test("an authorizer that can not be read takes its routes along", async () => {
    const broken = { [AUTHORIZER]: { ...request, enableSimpleResponses: "maybe" } };
    const { routes, authorizers, findings } = await plan({
      ...get({ security: [{ broken: [] }] }),
      components: { securitySchemes: { broken } },
    });
    assert.deepEqual([routes, authorizers], [[], []]);
    assert.match(findings.warnings?.[0] ?? "", /^Unable to create Authorizer 'broken': /);
  });
});

describe("API", () => {
  test("info, tags, servers and CORS", async () => {
    const planned = await plan({
      info: { title: "pets", description: "d", version: "3" },
      tags: [{ name: "a", "x-amazon-apigateway-tag-value": "1" }, { name: "b" }],
      servers: [
        {
          "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true, ipAddressType: "dualstack" },
        },
      ],
      "x-amazon-apigateway-cors": { allowOrigins: ["*"], allowCredentials: "false", maxAge: 5 },
    });
    assert.deepEqual(planned.api, {
      Name: "pets",
      Description: "d",
      Version: "3",
      Tags: { a: "1", b: "" },
      DisableExecuteApiEndpoint: true,
      IpAddressType: "dualstack",
    });
    assert.deepEqual(JSON.parse(JSON.stringify(planned.cors)), {
      AllowOrigins: ["*"],
      AllowCredentials: false,
      MaxAge: 5,
    });
  });

  test("the endpoint configuration may stand at the root", async () => {
    const planned = await plan({ "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } });
    assert.equal(planned.api.DisableExecuteApiEndpoint, true);
  });

  for (const cors of ["*", { allowOrigins: "*" }, { maxAge: "long" }]) {
    test(`malformed CORS ${JSON.stringify(cors)} is a warning`, async () => {
      const planned = await plan({ "x-amazon-apigateway-cors": cors });
      assert.equal(planned.cors, undefined);
      assert.deepEqual(planned.findings.warnings, ["CORS Scheme is malformed, ignoring."]);
    });
  }
});
