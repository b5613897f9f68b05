/** What only WebSocket APIs have: models, integration responses, route responses, request parameters. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateIntegrationResponseCommand,
  CreateModelCommand,
  CreateRouteCommand,
  CreateRouteResponseCommand,
  CreateStageCommand,
  DeleteIntegrationResponseCommand,
  DeleteModelCommand,
  DeleteRouteRequestParameterCommand,
  DeleteRouteResponseCommand,
  ExportApiCommand,
  GetIntegrationResponseCommand,
  GetIntegrationResponsesCommand,
  GetModelCommand,
  GetModelsCommand,
  GetModelTemplateCommand,
  GetRouteCommand,
  GetRouteResponseCommand,
  GetRouteResponsesCommand,
  UpdateIntegrationCommand,
  UpdateIntegrationResponseCommand,
  UpdateModelCommand,
  UpdateRouteCommand,
  UpdateRouteResponseCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, membersOf, pagesOf, REGION, refused } from "./sdk.ts";

const SCHEMA =
  '{ "$schema": "http://json-schema.org/draft-04/schema#", "type":"object",\n "properties": {"action": {"type": "string"}} }';
const INVOCATION = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/arn:aws:lambda:${REGION}:000000000000:function:f/invocations`;

describe("a WebSocket API through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    gateway = await startGateway();
    client = clientOf(gateway);
    const created = await client.send(
      new CreateApiCommand({
        Name: "chat",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
      }),
    );
    ApiId = given(created.ApiId);
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("keeps a model's schema byte for byte, and derives a template from it", async () => {
    const { ModelId } = await client.send(
      new CreateModelCommand({
        ApiId,
        Name: "Message",
        ContentType: "application/json",
        Schema: SCHEMA,
        Description: "d",
      }),
    );
    const { $metadata: _, ...model } = await client.send(new GetModelCommand({ ApiId, ModelId }));
    assert.deepEqual(model, {
      ContentType: "application/json",
      Description: "d",
      ModelId,
      Name: "Message",
      Schema: SCHEMA,
    });
    const { Value } = await client.send(new GetModelTemplateCommand({ ApiId, ModelId }));
    assert.match(given(Value), /action/);
    const changed = await client.send(new UpdateModelCommand({ ApiId, ModelId, Name: "Renamed", Description: "" }));
    assert.equal(changed.Name, "Renamed");
    assert.equal(changed.Description, undefined);
    await client.send(new CreateModelCommand({ ApiId, Name: "Second", ContentType: "application/json", Schema: "{}" }));
    const pages = await pagesOf((NextToken) =>
      client.send(new GetModelsCommand({ ApiId, MaxResults: "1", NextToken })),
    );
    assert.deepEqual(
      pages.map((page) => page.map(({ Name }) => Name)),
      [["Renamed"], ["Second"]],
    );
    await client.send(new DeleteModelCommand({ ApiId, ModelId }));
    await refused(client.send(new GetModelCommand({ ApiId, ModelId })), {
      name: "NotFoundException",
      status: 404,
      message: `Invalid Model identifier specified ${ModelId}`,
    });
  });

  it("creates, patches and deletes integration responses", async () => {
    const { IntegrationId, ...integration } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "MOCK",
        RequestTemplates: { "200": '{"statusCode":200}' },
        TemplateSelectionExpression: "200",
      }),
    );
    assert.equal(integration.PassthroughBehavior, "WHEN_NO_MATCH");
    assert.equal(integration.IntegrationResponseSelectionExpression, "${integration.response.statuscode}");
    assert.equal(integration.TimeoutInMillis, 29_000);
    const templates = await client.send(
      new UpdateIntegrationCommand({ ApiId, IntegrationId, RequestTemplates: { $default: '{"statusCode":201}' } }),
    );
    assert.deepEqual(templates.RequestTemplates, { $default: '{"statusCode":201}' });
    const { IntegrationResponseId } = await client.send(
      new CreateIntegrationResponseCommand({
        ApiId,
        IntegrationId,
        IntegrationResponseKey: "/5\\d\\d/",
        ResponseTemplates: { $default: '{"failed":true}' },
        TemplateSelectionExpression: "\\$default",
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
      }),
    );
    const ids = { ApiId, IntegrationId, IntegrationResponseId };
    const read = await client.send(new GetIntegrationResponseCommand(ids));
    assert.equal(read.IntegrationResponseKey, "/5\\d\\d/");
    assert.deepEqual(read.ResponseTemplates, { $default: '{"failed":true}' });
    const changed = await client.send(
      new UpdateIntegrationResponseCommand({
        ...ids,
        IntegrationResponseKey: "$default",
        TemplateSelectionExpression: "",
      }),
    );
    assert.equal(changed.IntegrationResponseKey, "$default");
    assert.equal(changed.TemplateSelectionExpression, undefined);
    const { Items = [] } = await client.send(new GetIntegrationResponsesCommand({ ApiId, IntegrationId }));
    assert.deepEqual(Items, [membersOf(changed)]);
    await client.send(new DeleteIntegrationResponseCommand(ids));
    await refused(client.send(new GetIntegrationResponseCommand(ids)), { name: "NotFoundException", status: 404 });
  });

  it("creates, patches and deletes route responses", async () => {
    await client.send(new CreateModelCommand({ ApiId, Name: "Answer", ContentType: "application/json", Schema: "{}" }));
    const { RouteId } = await client.send(
      new CreateRouteCommand({
        ApiId,
        RouteKey: "send",
        RouteResponseSelectionExpression: "$default",
        ModelSelectionExpression: "$request.body.kind",
        RequestModels: { note: "Answer" },
      }),
    );
    const { RouteResponseId } = await client.send(
      new CreateRouteResponseCommand({
        ApiId,
        RouteId,
        RouteResponseKey: "$default",
        ResponseModels: { $default: "Answer" },
      }),
    );
    const ids = { ApiId, RouteId, RouteResponseId };
    assert.deepEqual((await client.send(new GetRouteResponseCommand(ids))).ResponseModels, { $default: "Answer" });
    await client.send(new UpdateRouteResponseCommand({ ...ids, ModelSelectionExpression: "$default" }));
    const { Items = [] } = await client.send(new GetRouteResponsesCommand({ ApiId, RouteId }));
    assert.deepEqual(
      Items.map(({ ModelSelectionExpression }) => ModelSelectionExpression),
      ["$default"],
    );
    await refused(client.send(new CreateRouteResponseCommand({ ApiId, RouteId, RouteResponseKey: "other" })), {
      name: "BadRequestException",
      status: 400,
      message: "Currently, only $default is supported as a RouteResponseKey.",
    });
    await client.send(new DeleteRouteResponseCommand(ids));
    await refused(client.send(new GetRouteResponseCommand(ids)), { name: "NotFoundException", status: 404 });
    const cleared = await client.send(
      new UpdateRouteCommand({ ApiId, RouteId, RouteResponseSelectionExpression: "", RequestModels: { note: "" } }),
    );
    assert.equal(cleared.RouteResponseSelectionExpression, undefined);
    assert.deepEqual(cleared.RequestModels ?? {}, {});
  });

  it("merges a route's request parameters, and removes one by its key", async () => {
    const authorizer = await client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "gate",
        AuthorizerType: "REQUEST",
        AuthorizerUri: INVOCATION,
        IdentitySource: ["route.request.header.Auth"],
      }),
    );
    const { RouteId } = await client.send(
      new CreateRouteCommand({
        ApiId,
        RouteKey: "$connect",
        AuthorizationType: "CUSTOM",
        AuthorizerId: authorizer.AuthorizerId,
        ApiKeyRequired: true,
        RequestParameters: { "route.request.querystring.room": { Required: true } },
      }),
    );
    await client.send(
      new UpdateRouteCommand({
        ApiId,
        RouteId,
        RequestParameters: { "route.request.header.X-Kind": { Required: false } },
      }),
    );
    const gone = await client.send(
      new DeleteRouteRequestParameterCommand({ ApiId, RouteId, RequestParameterKey: "route.request.querystring.room" }),
    );
    assert.equal(gone.$metadata.httpStatusCode, 204);
    const { RequestParameters, ApiKeyRequired } = await client.send(new GetRouteCommand({ ApiId, RouteId }));
    assert.deepEqual(RequestParameters, { "route.request.header.X-Kind": { Required: false } });
    assert.equal(ApiKeyRequired, true);
  });

  it("deploys to a stage with execution logs, and has no OpenAPI document", async () => {
    const stage = await client.send(new CreateStageCommand({ ApiId, StageName: "live" }));
    assert.deepEqual(stage.DefaultRouteSettings, {
      DataTraceEnabled: false,
      DetailedMetricsEnabled: false,
      LoggingLevel: "OFF",
    });
    const { DeploymentId } = await client.send(new CreateDeploymentCommand({ ApiId, StageName: "live" }));
    const changed = await client.send(
      new UpdateStageCommand({ ApiId, StageName: "live", DefaultRouteSettings: { LoggingLevel: "INFO" } }),
    );
    assert.equal(changed.DeploymentId, DeploymentId);
    assert.deepEqual(changed.DefaultRouteSettings, {
      DataTraceEnabled: false,
      DetailedMetricsEnabled: false,
      LoggingLevel: "INFO",
    });
    await refused(client.send(new ExportApiCommand({ ApiId, Specification: "OAS30", OutputType: "JSON" })), {
      name: "BadRequestException",
      status: 400,
    });
  });
});
