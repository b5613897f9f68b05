/** ImportApi, through the control plane. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorizerOperations } from "../../../src/control/apis/authorizers.ts";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import { importOperations } from "../../../src/control/openapi/import.ts";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import { badRequest } from "../../../src/model/errors.ts";
import { ACCOUNT, type Harness, openHarness } from "../harness.ts";

const OPERATIONS = {
  ...apiOperations,
  ...authorizerOperations,
  ...deploymentOperations,
  ...integrationOperations,
  ...routeOperations,
  ...stageOperations,
  ...importOperations,
};
const INTEGRATION = "x-amazon-apigateway-integration";
const AUTHORIZER = "x-amazon-apigateway-authorizer";
const HTTP = { type: "HTTP_PROXY", httpMethod: "GET", uri: "https://example.com/", payloadFormatVersion: "1.0" };
const LAMBDA = {
  type: "aws_proxy",
  uri: "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:f",
  payloadFormatVersion: "2.0",
};

const body = (document: object): string =>
  JSON.stringify({ openapi: "3.0.1", info: { title: "pets", version: "1.0" }, paths: {}, ...document });
const get = (operation: object, path = "/x") => ({ paths: { [path]: { get: operation } } });

let harness: Harness;
before(async () => {
  harness = await openHarness(OPERATIONS);
});
after(() => harness.close());

async function contents(apiId = "") {
  const input = { ApiId: apiId, MaxResults: "500" };
  const [routes, integrations, authorizers] = [
    await harness.call("GetRoutes", input),
    await harness.call("GetIntegrations", input),
    await harness.call("GetAuthorizers", input),
  ];
  return { routes: routes.Items ?? [], integrations: integrations.Items ?? [], authorizers: authorizers.Items ?? [] };
}

const keysOf = async (apiId = "") => (await contents(apiId)).routes.map((route) => route.RouteKey).toSorted();

describe("ImportApi", () => {
  test("makes the API with defaults, and neither stage nor deployment", async () => {
    const api = await harness.call("ImportApi", { Body: body({}) });
    const { ApiId: apiId = "", ...others } = api;
    assert.deepEqual(others, {
      Name: "pets",
      Version: "1.0",
      ProtocolType: "HTTP",
      ApiEndpoint: `http://${apiId}.execute-api.us-east-1.localhost:8080`,
      ApiKeySelectionExpression: "$request.header.x-api-key",
      RouteSelectionExpression: "$request.method $request.path",
      CreatedDate: "2026-01-31T12:34:56Z",
      DisableExecuteApiEndpoint: false,
      IpAddressType: "ipv4",
      Tags: {},
    });
    assert.deepEqual(await harness.call("GetApi", { ApiId: apiId }), api);
    assert.deepEqual((await harness.call("GetStages", { ApiId: apiId })).Items, []);
    assert.deepEqual((await harness.call("GetDeployments", { ApiId: apiId })).Items, []);
  });

  test("makes routes, integrations and authorizers that belong together", async () => {
    const jwt = {
      type: "oauth2",
      [AUTHORIZER]: {
        type: "jwt",
        identitySource: "$request.header.Authorization",
        jwtConfiguration: { issuer: "https://issuer.example", audience: ["a"] },
      },
    };
    const api = await harness.call("ImportApi", {
      Body: body({
        tags: [{ name: "team", "x-amazon-apigateway-tag-value": "web" }],
        "x-amazon-apigateway-cors": { allowOrigins: ["https://a"], allowHeaders: ["X-A"] },
        paths: {
          "/pets/{id}": { get: { operationId: "getPet", security: [{ jwt: ["read"] }], [INTEGRATION]: LAMBDA } },
          "/$default": { "x-amazon-apigateway-any-method": { isDefaultRoute: true, [INTEGRATION]: HTTP } },
        },
        components: { securitySchemes: { jwt } },
      }),
      FailOnWarnings: true,
    });
    assert.deepEqual(
      [api.Tags, api.CorsConfiguration],
      [{ team: "web" }, { AllowOrigins: ["https://a"], AllowHeaders: ["x-a"] }],
    );
    const { routes, integrations, authorizers } = await contents(api.ApiId);
    const lambda = integrations.find((integration) => integration.IntegrationType === "AWS_PROXY");
    const pet = routes.find((route) => route.RouteKey !== "$default");
    assert.equal(lambda?.IntegrationUri, `arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`);
    assert.deepEqual(pet, {
      RouteId: pet?.RouteId,
      RouteKey: "GET /pets/{id}",
      OperationName: "getPet",
      Target: `integrations/${lambda.IntegrationId}`,
      AuthorizationType: "JWT",
      AuthorizerId: authorizers[0]?.AuthorizerId,
      AuthorizationScopes: ["read"],
      ApiKeyRequired: false,
      RequestParameters: {},
    });
    const other = routes.find((route) => route.RouteKey === "$default");
    assert.deepEqual([other?.AuthorizationType, other?.AuthorizationScopes], ["NONE", []]);
    assert.equal(other?.AuthorizerId, undefined);
  });

  test("an integration referenced twice is made once", async () => {
    const ref = { [INTEGRATION]: { $ref: "#/components/x-amazon-apigateway-integrations/shared" } };
    const api = await harness.call("ImportApi", {
      Body: body({
        paths: { "/a": { get: ref, post: ref } },
        components: { "x-amazon-apigateway-integrations": { shared: HTTP } },
      }),
    });
    const { routes, integrations } = await contents(api.ApiId);
    assert.deepEqual([routes.length, integrations.length], [2, 1]);
    assert.equal(routes[0]?.Target, routes[1]?.Target);
  });

  test("a YAML document as SAM writes it", async () => {
    const api = await harness.call("ImportApi", {
      FailOnWarnings: false,
      Body: `openapi: 3.0.1
info: { title: sam, version: 1.0 }
tags: [{ name: "httpapi:createdBy", x-amazon-apigateway-tag-value: SAM }]
servers: [{ x-amazon-apigateway-endpoint-configuration: { disableExecuteApiEndpoint: true } }]
paths:
  /{proxy+}:
    x-amazon-apigateway-any-method:
      responses: {}
      parameters: [{ name: proxy+, in: path, required: true }]
      security: [{ AWS_IAM: [] }]
      x-amazon-apigateway-integration: { type: aws_proxy, httpMethod: POST, payloadFormatVersion: "2.0",
        uri: "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:1:function:f/invocations" }
  $default:
    x-amazon-apigateway-any-method: { isDefaultRoute: true, responses: {}, x-amazon-apigateway-integration: { type: http_proxy, httpMethod: ANY, uri: "https://a.example", payloadFormatVersion: "1.0" } }
components:
  securitySchemes:
    AWS_IAM: { type: apiKey, name: Authorization, in: header, x-amazon-apigateway-authtype: awsSigv4 }
`.replace("lambda:us-east-1:1:", "lambda:us-east-1:111122223333:"),
    });
    assert.deepEqual(api.Warnings, ["Parse issue: attribute paths. Resource $default should start with /"]);
    assert.deepEqual([api.Version, api.DisableExecuteApiEndpoint], ["1.0", true]);
    assert.deepEqual(api.Tags, { "httpapi:createdBy": "SAM" });
    assert.deepEqual(await keysOf(api.ApiId), ["$default", "ANY /{proxy+}"]);
  });

  test("base path parameter", async () => {
    const document = body({ ...get({}), servers: [{ url: "https://h/a/b" }] });
    const api = await harness.call("ImportApi", { Body: document, Basepath: "split" });
    assert.deepEqual(await keysOf(api.ApiId), ["GET /b/x"]);
    assert.equal((await harness.fail("ImportApi", { Body: document, Basepath: "SPLIT" })).status, 400);
  });

  const warned: readonly [name: string, document: object, warning: RegExp, routes: string[], integrations: number][] = [
    [
      "integration type AWS",
      get({ [INTEGRATION]: { ...LAMBDA, type: "AWS" } }),
      /Integration .*only be associated with proxy/,
      ["GET /x"],
      0,
    ],
    [
      "an unknown integration type",
      get({ [INTEGRATION]: { ...HTTP, type: "ftp" } }),
      /^Unable to create Integration for paths\.'\/x'\(get\)/,
      ["GET /x"],
      0,
    ],
    [
      "no payload format version",
      get({ [INTEGRATION]: { ...HTTP, payloadFormatVersion: undefined } }),
      /PayloadFormatVersion is a required/,
      ["GET /x"],
      0,
    ],
    [
      "a path that no route may have",
      get({ [INTEGRATION]: HTTP }, "/x/"),
      /^Unable to create Route 'GET \/x\/'/,
      [],
      1,
    ],
    ["TRACE", { paths: { "/x": { trace: {} } } }, /^Unable to create Route 'TRACE \/x'/, [], 0],
    [
      "two names for one path",
      { paths: { "/{a}": { get: {} }, "/{b}": { get: {} } } },
      /conflicting variable/,
      ["GET /{a}"],
      0,
    ],
    [
      "CORS that is refused",
      { "x-amazon-apigateway-cors": { allowOrigins: ["*"], allowCredentials: true } },
      /^CORS Scheme is malformed, ignoring\.$/,
      [],
      0,
    ],
    [
      "CORS out of range",
      { "x-amazon-apigateway-cors": { maxAge: 86_401 } },
      /^CORS Scheme is malformed, ignoring\.$/,
      [],
      0,
    ],
    ["a tag that no resource may have", { tags: [{ name: "a&b" }] }, /^Tag 'a&b'/, [], 0],
    [
      "an authorizer that is refused, with its route",
      {
        ...get({ security: [{ a: [] }] }),
        components: {
          securitySchemes: {
            a: { [AUTHORIZER]: { type: "jwt", jwtConfiguration: { issuer: "no url", audience: ["x"] } } },
          },
        },
      },
      /^Unable to create Authorizer 'a': /,
      [],
      0,
    ],
    [
      "a REST API's authorizer",
      {
        components: { securitySchemes: { a: { [AUTHORIZER]: { type: "token", authorizerUri: "x" } } } },
      },
      /^Unable to create Authorizer 'a': /,
      [],
      0,
    ],
  ];
  for (const [name, document, warning, routes, integrations] of warned) {
    test(`${name}: a warning, and the rest is imported`, async () => {
      const api = await harness.call("ImportApi", { Body: body(document) });
      assert.match(api.Warnings?.[0] ?? "", warning);
      assert.deepEqual(await keysOf(api.ApiId), routes);
      assert.equal((await contents(api.ApiId)).integrations.length, integrations);
      assert.equal(api.CorsConfiguration, undefined);
      const { message } = await harness.fail("ImportApi", { Body: body(document), FailOnWarnings: true });
      assert.equal(message, `Warnings found during import:\n\t${api.Warnings?.join("\n\t")}`);
    });
  }

  test("findings are in the answer only", async () => {
    const api = await harness.call("ImportApi", {
      Body: body({ ...get({ requestBody: {} }), paths: { x: { get: { requestBody: {} } } } }),
    });
    assert.equal(api.ImportInfo?.length, 1);
    assert.equal(api.Warnings?.length, 1);
    const read = await harness.call("GetApi", { ApiId: api.ApiId ?? "" });
    assert.ok(!("ImportInfo" in read) && !("Warnings" in read));
  });

  test("errors create nothing", async () => {
    const revision = await harness.ledger.revision();
    for (const document of [
      "no document",
      body(get({ [INTEGRATION]: { uri: "x" } })),
      body({ info: { title: "x".repeat(129) } }),
    ]) {
      assert.deepEqual((await harness.fail("ImportApi", { Body: document })).status, 400);
    }
    await harness.fail("ImportApi", { Body: body({ paths: { "/x": null } }), FailOnWarnings: true });
    assert.equal(await harness.ledger.revision(), revision);
  });
});

describe("quotas and strict references", () => {
  test("a full quota is an error, not a warning", async () => {
    const small = await openHarness(OPERATIONS, { quotas: { ...DEFAULT_QUOTAS, routesPerApi: 1 } });
    const failure = await small.fail("ImportApi", { Body: body({ paths: { "/a": { get: {} }, "/b": { get: {} } } }) });
    assert.equal(failure.status, 429);
    assert.deepEqual((await small.call("GetApis", {})).Items, []);
    await small.close();
  });

  test("a function that is not there costs its integration", async () => {
    const asked: string[] = [];
    const strict = await openHarness(OPERATIONS, {
      references: async (kind, name) => {
        asked.push(`${kind} ${name}`);
        throw badRequest("no such function");
      },
    });
    const api = await strict.call("ImportApi", { Body: body(get({ [INTEGRATION]: LAMBDA })) });
    assert.deepEqual(asked, [`function arn:aws:lambda:us-east-1:${ACCOUNT}:function:f`]);
    assert.deepEqual(api.Warnings, ["Unable to create Integration for paths.'/x'(get): no such function"]);
    await strict.close();
  });
});
