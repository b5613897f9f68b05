/** Whatever a client sends, the control plane answers it or says what is wrong with it: never a 5xx of its own making. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as fc from "fast-check";
import { apigatewayv2 } from "../../src/control/model-rules.ts";
import type { OperationName } from "../../src/control/operation.ts";
import { operations } from "../../src/control/operations.ts";
import { AwsError } from "../../src/model/errors.ts";
import { inputOf, type Known } from "./input-arbitraries.ts";
import { type Harness, openHarness, REGION } from "./harness.ts";

const RUNS = 100;
/** The whole file stays below 20 s on a busy machine. */
const TIME_LIMIT_MS = 150;

const FUNCTION = `arn:aws:lambda:${REGION}:111122223333:function:f`;
const INVOCATION = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;
const DOCUMENTS = [
  { openapi: "3.0.1", info: { title: "t", version: "1" }, paths: { "/a": { get: { responses: {} } } } },
  { openapi: "3.0.1", info: {}, paths: { "/{a": { get: null } }, components: { schemas: { x: { $ref: "#/x" } } } },
  { openapi: "3.0.1", info: { title: "t" }, paths: { [`/${"p".repeat(3000)}`]: { get: { responses: {} } } } },
  { swagger: "2.0" },
  [],
].map((document) => JSON.stringify(document));

const forgedToken = (...parts: readonly unknown[]): string => Buffer.from(JSON.stringify(parts)).toString("base64url");

/** Makes one of everything and tells the names of all of it, by member. */
async function seed(harness: Harness): Promise<Known> {
  const call: Harness["call"] = (name, input) => harness.call(name, input);
  const http = (await call("CreateApi", { Name: "http", ProtocolType: "HTTP" })).ApiId as string;
  const socket = (
    await call("CreateApi", {
      Name: "socket",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    })
  ).ApiId as string;
  const quick = (await call("CreateApi", { Name: "quick", ProtocolType: "HTTP", Target: "https://example.com" })).ApiId;
  const link = (await call("CreateVpcLink", { Name: "link", SubnetIds: ["subnet-1"] })).VpcLinkId as string;
  const proxy = await call("CreateIntegration", {
    ApiId: http,
    IntegrationType: "HTTP_PROXY",
    IntegrationMethod: "GET",
    IntegrationUri: "https://example.com/{x}",
    PayloadFormatVersion: "1.0",
  });
  const mock = await call("CreateIntegration", { ApiId: socket, IntegrationType: "MOCK" });
  const authorizers = [
    await call("CreateAuthorizer", {
      ApiId: http,
      AuthorizerType: "JWT",
      Name: "jwt",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: ["a"], Issuer: "https://issuer.example.com" },
    }),
    await call("CreateAuthorizer", {
      ApiId: socket,
      AuthorizerType: "REQUEST",
      Name: "request",
      IdentitySource: [],
      AuthorizerUri: INVOCATION,
    }),
  ];
  const model = await call("CreateModel", {
    ApiId: socket,
    Name: "Pet",
    ContentType: "application/json",
    Schema: '{"type":"object"}',
  });
  const routes = [
    await call("CreateRoute", { ApiId: http, RouteKey: "GET /a/{x}", Target: `integrations/${proxy.IntegrationId}` }),
    await call("CreateRoute", { ApiId: socket, RouteKey: "$connect", Target: `integrations/${mock.IntegrationId}` }),
  ] as const;
  const integrationResponse = await call("CreateIntegrationResponse", {
    ApiId: socket,
    IntegrationId: mock.IntegrationId as string,
    IntegrationResponseKey: "$default",
  });
  const routeResponse = await call("CreateRouteResponse", {
    ApiId: socket,
    RouteId: routes[1].RouteId as string,
    RouteResponseKey: "$default",
  });
  for (const ApiId of [http, socket]) await call("CreateStage", { ApiId, StageName: "prod" });
  await call("CreateStage", { ApiId: http, StageName: "live", AutoDeploy: true });
  const deployment = await call("CreateDeployment", { ApiId: http, StageName: "prod" });
  await call("CreateDomainName", {
    DomainName: "a.example.com",
    DomainNameConfigurations: [{ CertificateArn: "local" }],
    RoutingMode: "ROUTING_RULE_THEN_API_MAPPING",
  });
  const mapping = await call("CreateApiMapping", { DomainName: "a.example.com", ApiId: http, Stage: "prod" });
  const rule = await call("CreateRoutingRule", {
    DomainName: "a.example.com",
    Priority: 1,
    Conditions: [],
    Actions: [{ InvokeApi: { ApiId: http, Stage: "prod" } }],
  });
  const texts = (...values: readonly (string | undefined)[]) => values.filter((value) => value !== undefined);
  const collection = `apis/${http}/routes`;
  return {
    ApiId: texts(http, socket, quick),
    IntegrationId: texts(proxy.IntegrationId, mock.IntegrationId),
    Target: texts(
      `integrations/${proxy.IntegrationId}`,
      `integrations/${mock.IntegrationId}`,
      FUNCTION,
      "integrations/",
    ),
    AuthorizerId: texts(...authorizers.map((authorizer) => authorizer.AuthorizerId)),
    ModelId: texts(model.ModelId),
    RouteId: texts(...routes.map((route) => route.RouteId)),
    IntegrationResponseId: texts(integrationResponse.IntegrationResponseId),
    RouteResponseId: texts(routeResponse.RouteResponseId),
    DeploymentId: texts(deployment.DeploymentId),
    ApiMappingId: texts(mapping.ApiMappingId),
    RoutingRuleId: texts(rule.RoutingRuleId),
    VpcLinkId: [link],
    ConnectionId: [link],
    StageName: ["prod", "live", "$default", "fresh"],
    Stage: ["prod", "live", "$default"],
    DomainName: ["a.example.com", "b.example.com", "*.example.com"],
    ApiMappingKey: ["", "a", "a/b"],
    RouteKey: [
      "GET /a/{x}",
      "GET /a/{y}",
      "ANY /{proxy+}",
      `GET /${"p".repeat(3000)}`,
      `GET ${"/a".repeat(1000)}`,
      "$default",
      "$connect",
      "$disconnect",
      "send",
    ],
    "RouteSettings.key": ["GET /a/{x}", "$connect"],
    IntegrationUri: ["https://example.com/{x}", FUNCTION, INVOCATION, "http://${stageVariables.x}:{p}"],
    IntegrationMethod: ["GET", "POST", "ANY"],
    IntegrationSubtype: ["SQS-SendMessage", "EventBridge-PutEvents"],
    PayloadFormatVersion: ["1.0", "2.0"],
    AuthorizerPayloadFormatVersion: ["1.0", "2.0"],
    AuthorizerUri: [INVOCATION],
    IdentitySource: ["$request.header.A", "route.request.querystring.b", "$context.x"],
    Issuer: ["https://issuer.example.com"],
    "RequestParameters.key": ["overwrite:path", "append:header.x", "route.request.header.x", "QueueUrl"],
    RequestParameters: ["$request.header.x", "$request.body.a[0].b", "${context.requestId}", ""],
    "ResponseParameters.key": ["200", "600", "overwrite:statuscode"],
    ResponseParameters: ["overwrite:header.x", "$response.body.a"],
    RequestParameterKey: ["route.request.header.x"],
    RouteSelectionExpression: [
      "$request.body.action",
      "$request.method $request.path",
      "${request.body.a}/${request.body.b}",
    ],
    CredentialsArn: ["arn:aws:iam::111122223333:role/r", "arn:aws:iam::*:user/*"],
    DestinationArn: [`arn:aws:logs:${REGION}:111122223333:log-group:g:*`],
    Format: ["$context.requestId", '{"id":"$context.requestId"}'],
    Schema: ['{"type":"object"}', "{", '{"$ref":"#"}'],
    RequestModels: ["Pet"],
    CertificateArn: [`arn:aws:acm:${REGION}:111122223333:certificate/1`, "local"],
    TruststoreUri: ["s3://bucket/key", ""],
    Header: ["Hello", "x-*"],
    ValueGlob: ["World", "*a*", "a*b"],
    Body: DOCUMENTS,
    Basepath: ["ignore", "prepend", "split"],
    Specification: ["OAS30"],
    OutputType: ["JSON", "YAML"],
    ExportVersion: ["1.0"],
    MaxResults: ["1", "500", "0", "x"],
    NextToken: [
      forgedToken(1, 1, `${collection}/x`, collection),
      forgedToken(1, -1, "x", collection),
      forgedToken(1, 1, "\u0000", collection),
      forgedToken(1, 1, "x".repeat(5000), collection),
    ],
    ResourceArn: [
      `arn:aws:apigateway:${REGION}::/apis/${http}`,
      `arn:aws:apigateway:${REGION}::/apis/${http}/stages/prod`,
      `arn:aws:apigateway:${REGION}::/domainnames/a.example.com`,
      `arn:aws:apigateway:${REGION}::/vpclinks/${link}`,
      `arn:aws:apigateway:${REGION}::/apis/${http}/routes/x`,
    ],
  };
}

function holdsNull(value: unknown): boolean {
  return value === null || (typeof value === "object" && Object.values(value).some(holdsNull));
}

/** Deletions come last, so that the calls before them find something. */
const served = Object.keys(operations).toSorted(
  (a, b) => Number(a.startsWith("Delete")) - Number(b.startsWith("Delete")),
) as OperationName[];

describe("any input", () => {
  let harness: Harness;
  let known: Known;
  before(async () => {
    harness = await openHarness(operations, { extensions: { routingRulesToHttpApis: true } });
    known = await seed(harness);
  });
  after(() => harness.close());

  for (const operation of served) {
    test(`of ${operation} is answered or refused`, async () => {
      const property = fc.asyncProperty(inputOf(operation, known), async (input) => {
        const outcome = await harness.call(operation, input as never).catch((error: unknown) => error);
        if (outcome instanceof AwsError) assert.ok(outcome.status < 500, `${outcome.status} ${outcome.message}`);
        else if (outcome instanceof Error) throw outcome;
        else assert.ok(!holdsNull(outcome), "absent members are left out, never null");
      });
      await fc.assert(property, { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS });
    });
  }
});

describe("operations of developer portals", () => {
  test("are refused as not supported, whatever their input", async () => {
    const harness = await openHarness(operations);
    const portals = Object.keys(apigatewayv2.operations).filter((name) => !(name in operations));
    assert.notEqual(portals.length, 0);
    for (const name of portals) {
      const failure = await harness.fail(name as OperationName, {});
      assert.deepEqual([failure.code, failure.status], ["UnknownOperationException", 400]);
    }
    await harness.close();
  });
});
