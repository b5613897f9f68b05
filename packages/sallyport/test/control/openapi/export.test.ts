/** ExportApi, through the control plane. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { parse } from "yaml";
import { authorizerOperations } from "../../../src/control/apis/authorizers.ts";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import { exportOperations } from "../../../src/control/openapi/export.ts";
import type { Input } from "../../../src/control/operation.ts";
import { ACCOUNT, type Harness, openHarness } from "../harness.ts";

const FUNCTION = `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`;
const INVOCATION = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

let harness: Harness;
let apiId: string;

/** An API that has one of everything. */
before(async () => {
  harness = await openHarness({
    ...apiOperations,
    ...authorizerOperations,
    ...deploymentOperations,
    ...integrationOperations,
    ...routeOperations,
    ...stageOperations,
    ...exportOperations,
  });
  const api = await harness.call("CreateApi", {
    Name: "pets",
    ProtocolType: "HTTP",
    Description: "d",
    Tags: { team: "web" },
    CorsConfiguration: { AllowOrigins: ["https://a"], AllowCredentials: true, MaxAge: 5 },
    DisableExecuteApiEndpoint: true,
    IpAddressType: "dualstack",
  });
  apiId = api.ApiId ?? "";
  const lambda = await integration({
    IntegrationType: "AWS_PROXY",
    IntegrationUri: FUNCTION,
    PayloadFormatVersion: "2.0",
  });
  const http = await integration({
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "ANY",
    IntegrationUri: "https://example.com/",
    PayloadFormatVersion: "1.0",
    TimeoutInMillis: 5000,
    RequestParameters: { "append:header.x": "$context.requestId" },
    ResponseParameters: { "404": { "overwrite:statuscode": "200" } },
  });
  const jwt = await harness.call("CreateAuthorizer", {
    ApiId: apiId,
    Name: "users",
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: "https://issuer.example", Audience: ["a", "b"] },
  });
  const request = await harness.call("CreateAuthorizer", {
    ApiId: apiId,
    Name: "lambda",
    AuthorizerType: "REQUEST",
    AuthorizerUri: INVOCATION,
    AuthorizerPayloadFormatVersion: "2.0",
    EnableSimpleResponses: true,
    IdentitySource: ["$request.header.X-Key", "$context.routeKey"],
    AuthorizerResultTtlInSeconds: 60,
  });
  const shared = { Target: `integrations/${lambda}` };
  await route({
    RouteKey: "GET /pets/{id}",
    ...shared,
    OperationName: "getPet",
    AuthorizationType: "JWT",
    AuthorizerId: jwt.AuthorizerId,
    AuthorizationScopes: ["read"],
  });
  await route({
    RouteKey: "ANY /{proxy+}",
    ...shared,
    AuthorizationType: "CUSTOM",
    AuthorizerId: request.AuthorizerId,
  });
  await route({ RouteKey: "POST /pets", Target: `integrations/${http}`, AuthorizationType: "AWS_IAM" });
  await route({ RouteKey: "$default" });
});
after(() => harness.close());

async function integration(members: Omit<Input<"CreateIntegration">, "ApiId">): Promise<string> {
  return (await harness.call("CreateIntegration", { ApiId: apiId, ...members })).IntegrationId ?? "";
}

const route = (members: Omit<Input<"CreateRoute">, "ApiId">) =>
  harness.call("CreateRoute", { ApiId: apiId, ...members });

async function exported(members: Partial<Input<"ExportApi">> = {}): Promise<string> {
  const input = { ApiId: apiId, Specification: "OAS30", OutputType: "JSON", ...members };
  return String((await harness.call("ExportApi", input)).body);
}

const responses = (key: string) => ({ responses: { default: { description: `Default response for ${key}` } } });
const parameter = (name: string) => [
  { name, in: "path", description: `Generated path parameter for ${name}`, required: true, schema: { type: "string" } },
];
const SHARED = { $ref: "#/components/x-amazon-apigateway-integrations/integration1" };

describe("ExportApi", () => {
  test("the whole document", async () => {
    const document = JSON.parse(await exported()) as Record<string, unknown>;
    assert.deepEqual(document, {
      openapi: "3.0.1",
      info: { title: "pets", description: "d", version: "2026-01-31 12:34:56UTC" },
      servers: [
        {
          url: `http://${apiId}.execute-api.us-east-1.localhost:8080/{basePath}`,
          variables: { basePath: { default: "" } },
          "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true, ipAddressType: "dualstack" },
        },
      ],
      tags: [{ name: "team", "x-amazon-apigateway-tag-value": "web" }],
      paths: {
        "/$default": { "x-amazon-apigateway-any-method": { ...responses("$default"), isDefaultRoute: true } },
        "/pets": {
          post: {
            ...responses("POST /pets"),
            "x-amazon-apigateway-auth": { type: "AWS_IAM" },
            "x-amazon-apigateway-integration": {
              type: "http_proxy",
              httpMethod: "ANY",
              uri: "https://example.com/",
              payloadFormatVersion: "1.0",
              connectionType: "INTERNET",
              timeoutInMillis: 5000,
              requestParameters: { "append:header.x": "$context.requestId" },
              responseParameters: { "404": { "overwrite:statuscode": "200" } },
            },
          },
        },
        "/pets/{id}": {
          get: {
            ...responses("GET /pets/{id}"),
            operationId: "getPet",
            security: [{ users: ["read"] }],
            "x-amazon-apigateway-integration": SHARED,
          },
          parameters: parameter("id"),
        },
        "/{proxy+}": {
          "x-amazon-apigateway-any-method": {
            ...responses("ANY /{proxy+}"),
            security: [{ lambda: [] }],
            "x-amazon-apigateway-integration": SHARED,
          },
          parameters: parameter("proxy+"),
        },
      },
      components: {
        securitySchemes: {
          users: {
            type: "oauth2",
            flows: {},
            "x-amazon-apigateway-authorizer": {
              type: "jwt",
              identitySource: "$request.header.Authorization",
              jwtConfiguration: { issuer: "https://issuer.example", audience: ["a", "b"] },
            },
          },
          lambda: {
            type: "apiKey",
            name: "X-Key",
            in: "header",
            "x-amazon-apigateway-authorizer": {
              type: "request",
              identitySource: "$request.header.X-Key,$context.routeKey",
              authorizerUri: INVOCATION,
              authorizerPayloadFormatVersion: "2.0",
              authorizerResultTtlInSeconds: 60,
              enableSimpleResponses: true,
            },
          },
        },
        "x-amazon-apigateway-integrations": {
          integration1: {
            type: "aws_proxy",
            httpMethod: "POST",
            uri: FUNCTION,
            payloadFormatVersion: "2.0",
            connectionType: "INTERNET",
          },
        },
      },
      "x-amazon-apigateway-cors": { allowOrigins: ["https://a"], allowCredentials: true, maxAge: 5 },
      "x-amazon-apigateway-importexport-version": "1.0",
    });
  });

  test("YAML says the same", async () => {
    const yaml = await exported({ OutputType: "YAML" });
    assert.match(yaml, /^openapi: 3\.0\.1\n/);
    assert.deepEqual(parse(yaml), JSON.parse(await exported()));
  });

  test("without extensions only plain OpenAPI is left", async () => {
    const text = await exported({ IncludeExtensions: false });
    assert.doesNotMatch(text, /x-amazon-apigateway/);
    const document = JSON.parse(text) as { paths: object; components: { securitySchemes: object } };
    assert.deepEqual(Object.keys(document.paths), ["/pets", "/pets/{id}"]);
    assert.deepEqual(Object.keys(document.components), ["securitySchemes"]);
  });

  test("a stage exports what it serves, and its name as base path", async () => {
    await harness.call("CreateStage", { ApiId: apiId, StageName: "prod" });
    const unserved = await harness.fail("ExportApi", {
      ApiId: apiId,
      Specification: "OAS30",
      OutputType: "JSON",
      StageName: "prod",
    });
    assert.equal(unserved.status, 404);
    await harness.call("CreateDeployment", { ApiId: apiId, StageName: "prod" });
    const deployed = JSON.parse(await exported()) as { paths: object; servers: [{ variables: object }] };
    const { RouteId: later = "" } = await route({ RouteKey: "GET /later" });
    await harness.call("UpdateApi", { ApiId: apiId, Name: "renamed" });
    const served = JSON.parse(await exported({ StageName: "prod" })) as typeof deployed;
    assert.deepEqual(served.servers[0].variables, { basePath: { default: "prod" } });
    served.servers[0].variables = { basePath: { default: "" } };
    assert.deepEqual(served, deployed);
    assert.match(await exported(), /"\/later"/);
    await harness.call("DeleteRoute", { ApiId: apiId, RouteId: later });
    await harness.call("UpdateApi", { ApiId: apiId, Name: "pets" });
  });

  test("an API with nothing", async () => {
    const api = await harness.call("CreateApi", { Name: "empty", ProtocolType: "HTTP", Version: "1.0" });
    const document = JSON.parse(await exported({ ApiId: api.ApiId ?? "" })) as Record<string, unknown>;
    assert.deepEqual(Object.keys(document), [
      "openapi",
      "info",
      "servers",
      "paths",
      "x-amazon-apigateway-importexport-version",
    ]);
    assert.deepEqual([document["info"], document["paths"]], [{ title: "empty", version: "1.0" }, {}]);
  });

  test("authorizers of one name stay apart", async () => {
    const api = await harness.call("CreateApi", { Name: "twins", ProtocolType: "HTTP" });
    const authorizer = {
      ApiId: api.ApiId ?? "",
      Name: "a",
      AuthorizerType: "JWT" as const,
      IdentitySource: ["$request.header.Authorization"],
    };
    for (const audience of ["one", "two"]) {
      const JwtConfiguration = { Issuer: "https://issuer.example", Audience: [audience] };
      await harness.call("CreateAuthorizer", { ...authorizer, JwtConfiguration });
    }
    const document = JSON.parse(await exported({ ApiId: api.ApiId ?? "" })) as {
      components: { securitySchemes: object };
    };
    const [first, second = "", ...rest] = Object.keys(document.components.securitySchemes);
    assert.equal(first, "a");
    assert.match(second, /^a-[a-z0-9]{6}$/);
    assert.deepEqual(rest, []);
  });

  const refused: readonly [name: string, members: Partial<Input<"ExportApi">>, status: number][] = [
    ["another specification", { Specification: "OAS31" }, 400],
    ["another output type", { OutputType: "XML" }, 400],
    ["another export version", { ExportVersion: "2.0" }, 400],
    ["an unknown stage", { StageName: "nowhere" }, 404],
    ["an unknown API", { ApiId: "aaaaaaaaaa" }, 404],
  ];
  for (const [name, members, status] of refused) {
    test(`refuses ${name}`, async () => {
      const input = { ApiId: apiId, Specification: "OAS30", OutputType: "JSON", ...members };
      assert.equal((await harness.fail("ExportApi", input)).status, status);
    });
  }

  test("refuses a WebSocket API", async () => {
    const api = await harness.call("CreateApi", {
      Name: "ws",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    const input = { ApiId: api.ApiId ?? "", Specification: "OAS30", OutputType: "JSON" };
    assert.equal((await harness.fail("ExportApi", input)).code, "BadRequestException");
  });
});
