/** APIs of both protocols, their tags and their CORS settings, through the JavaScript SDK. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  DeleteApiCommand,
  DeleteCorsConfigurationCommand,
  GetApiCommand,
  GetApisCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStagesCommand,
  GetTagsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateApiCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, membersOf, pagesOf, REGION, refused } from "./sdk.ts";

describe("APIs through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  before(async () => {
    gateway = await startGateway();
    client = clientOf(gateway);
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("creates an HTTP API, and reads back the defaults that clients rely on", async () => {
    const created = await client.send(new CreateApiCommand({ Name: "plain", ProtocolType: "HTTP" }));
    assert.equal(created.$metadata.httpStatusCode, 201);
    const { ApiId, ApiEndpoint, CreatedDate, ...others } = membersOf(created);
    assert.match(given(ApiId), /^[a-z0-9]{10}$/);
    assert.match(given(ApiEndpoint), new RegExp(`^http://${ApiId}\\.execute-api\\.${REGION}\\.localhost:\\d+$`));
    assert.ok(CreatedDate instanceof Date && Math.abs(CreatedDate.getTime() - Date.now()) < 60_000);
    assert.deepEqual(others, {
      ApiKeySelectionExpression: "$request.header.x-api-key",
      DisableExecuteApiEndpoint: false,
      IpAddressType: "ipv4",
      Name: "plain",
      ProtocolType: "HTTP",
      RouteSelectionExpression: "$request.method $request.path",
      Tags: {},
    });
    assert.deepEqual(membersOf(await client.send(new GetApiCommand({ ApiId }))), membersOf(created));
  });

  it("patches members one by one, and clears texts with an empty one", async () => {
    const { ApiId } = await client.send(
      new CreateApiCommand({ Name: "patched", ProtocolType: "HTTP", Description: "first", Version: "1" }),
    );
    const changed = await client.send(
      new UpdateApiCommand({ ApiId, Name: "renamed", DisableExecuteApiEndpoint: true, IpAddressType: "dualstack" }),
    );
    assert.equal(changed.Name, "renamed");
    assert.equal(changed.DisableExecuteApiEndpoint, true);
    assert.equal(changed.IpAddressType, "dualstack");
    assert.equal(changed.Description, "first", "absent members are kept");
    const cleared = await client.send(new UpdateApiCommand({ ApiId, Description: "", Version: "" }));
    assert.equal(cleared.Description, undefined);
    assert.equal(cleared.Version, undefined);
    assert.equal(cleared.Name, "renamed");
  });

  it("replaces CORS as a whole, keeps it on an empty one, and removes it on request", async () => {
    const { ApiId } = await client.send(
      new CreateApiCommand({
        Name: "cors",
        ProtocolType: "HTTP",
        CorsConfiguration: { AllowOrigins: ["https://example.com"], AllowHeaders: ["X-One"], MaxAge: 60 },
      }),
    );
    const read = async (): Promise<unknown> => (await client.send(new GetApiCommand({ ApiId }))).CorsConfiguration;
    assert.deepEqual(await read(), { AllowOrigins: ["https://example.com"], AllowHeaders: ["x-one"], MaxAge: 60 });
    await client.send(new UpdateApiCommand({ ApiId, CorsConfiguration: {} }));
    assert.deepEqual(await read(), { AllowOrigins: ["https://example.com"], AllowHeaders: ["x-one"], MaxAge: 60 });
    await client.send(
      new UpdateApiCommand({ ApiId, CorsConfiguration: { AllowMethods: ["GET"], AllowOrigins: ["*"] } }),
    );
    assert.deepEqual(await read(), { AllowMethods: ["GET"], AllowOrigins: ["*"] });
    const gone = await client.send(new DeleteCorsConfigurationCommand({ ApiId }));
    assert.equal(gone.$metadata.httpStatusCode, 204);
    assert.equal(await read(), undefined);
  });

  it("creates a WebSocket API", async () => {
    const { ApiId, ...created } = await client.send(
      new CreateApiCommand({
        Name: "socket",
        ProtocolType: "WEBSOCKET",
        RouteSelectionExpression: "$request.body.action",
        ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
        DisableSchemaValidation: true,
      }),
    );
    assert.match(given(created.ApiEndpoint), new RegExp(`^ws://${ApiId}\\.execute-api\\.`));
    assert.equal(created.RouteSelectionExpression, "$request.body.action");
    assert.equal(created.DisableSchemaValidation, true);
    assert.equal(created.CorsConfiguration, undefined);
    const changed = await client.send(
      new UpdateApiCommand({ ApiId, RouteSelectionExpression: "${request.body.kind}" }),
    );
    assert.equal(changed.RouteSelectionExpression, "${request.body.kind}");
  });

  it("tags, reads tags and untags by ARN", async () => {
    const { ApiId } = await client.send(
      new CreateApiCommand({ Name: "tagged", ProtocolType: "HTTP", Tags: { Team: "north", cost: "1" } }),
    );
    const ResourceArn = `arn:aws:apigateway:${REGION}::/apis/${ApiId}`;
    const tagged = await client.send(new TagResourceCommand({ ResourceArn, Tags: { cost: "2", "a b/c": "x=y" } }));
    assert.equal(tagged.$metadata.httpStatusCode, 201);
    const { Tags } = await client.send(new GetTagsCommand({ ResourceArn }));
    assert.deepEqual(Tags, { Team: "north", cost: "2", "a b/c": "x=y" });
    await client.send(new UntagResourceCommand({ ResourceArn, TagKeys: ["cost", "a b/c", "never there"] }));
    assert.deepEqual((await client.send(new GetApiCommand({ ApiId }))).Tags, { Team: "north" });
    await refused(client.send(new GetTagsCommand({ ResourceArn: `${ResourceArn}x` })), {
      name: "NotFoundException",
      status: 404,
    });
  });

  it("makes integration, route and stage with quick create, and guards what it made", async () => {
    const { ApiId } = await client.send(
      new CreateApiCommand({
        Name: "quick",
        ProtocolType: "HTTP",
        Target: "http://127.0.0.1:9/one",
        RouteKey: "GET /one",
      }),
    );
    const [integration] = (await client.send(new GetIntegrationsCommand({ ApiId }))).Items ?? [];
    const [route] = (await client.send(new GetRoutesCommand({ ApiId }))).Items ?? [];
    const [stage] = (await client.send(new GetStagesCommand({ ApiId }))).Items ?? [];
    assert.deepEqual(
      [integration?.ApiGatewayManaged, route?.ApiGatewayManaged, stage?.ApiGatewayManaged],
      [true, true, true],
    );
    assert.equal(integration?.IntegrationType, "HTTP_PROXY");
    assert.equal(integration?.IntegrationMethod, "ANY");
    assert.equal(integration?.PayloadFormatVersion, "1.0");
    assert.equal(route?.RouteKey, "GET /one");
    assert.equal(route?.Target, `integrations/${integration?.IntegrationId}`);
    assert.deepEqual([stage?.StageName, stage?.AutoDeploy], ["$default", true]);
    await client.send(new UpdateApiCommand({ ApiId, Target: "http://127.0.0.1:9/two", RouteKey: "GET /two" }));
    const [moved] = (await client.send(new GetRoutesCommand({ ApiId }))).Items ?? [];
    assert.deepEqual([moved?.RouteId, moved?.RouteKey], [route?.RouteId, "GET /two"]);
    const [target] = (await client.send(new GetIntegrationsCommand({ ApiId }))).Items ?? [];
    assert.equal(target?.IntegrationUri, "http://127.0.0.1:9/two");
  });

  it("lists in pages of two, in creation order and complete while APIs are added, then deletes them all", async () => {
    const { Items: present = [] } = await client.send(new GetApisCommand({ MaxResults: "500" }));
    const names = ["p1", "p2", "p3", "p4", "p5"];
    for (const Name of names) await client.send(new CreateApiCommand({ Name, ProtocolType: "HTTP" }));
    let asked = 0;
    const pages = await pagesOf(async (NextToken) => {
      if (++asked === 2) await client.send(new CreateApiCommand({ Name: "late", ProtocolType: "HTTP" }));
      return client.send(new GetApisCommand({ MaxResults: "2", NextToken }));
    });
    assert.deepEqual(
      pages.flat().map(({ Name }) => Name),
      [...present.map(({ Name }) => Name), ...names, "late"],
    );
    assert.ok(pages.slice(0, -1).every((page) => page.length === 2));
    for (const { ApiId } of pages.flat()) {
      const { $metadata } = await client.send(new DeleteApiCommand({ ApiId }));
      assert.equal($metadata.httpStatusCode, 204);
      await refused(client.send(new GetApiCommand({ ApiId })), { name: "NotFoundException", status: 404 });
    }
    assert.deepEqual((await client.send(new GetApisCommand({}))).Items, []);
  });
});
