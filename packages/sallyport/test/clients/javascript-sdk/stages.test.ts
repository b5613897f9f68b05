/** Stages and deployments through the JavaScript SDK. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateDeploymentCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteAccessLogSettingsCommand,
  DeleteDeploymentCommand,
  DeleteRouteSettingsCommand,
  DeleteStageCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetStageCommand,
  GetStagesCommand,
  GetTagsCommand,
  ResetAuthorizersCacheCommand,
  TagResourceCommand,
  UpdateDeploymentCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, pagesOf, REGION, refused } from "./sdk.ts";

const LOG_GROUP = `arn:aws:logs:${REGION}:000000000000:log-group:access`;

describe("stages through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    gateway = await startGateway();
    client = clientOf(gateway);
    ApiId = given((await client.send(new CreateApiCommand({ Name: "stages", ProtocolType: "HTTP" }))).ApiId);
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("refuses to deploy an API without routes", async () => {
    await refused(client.send(new CreateDeploymentCommand({ ApiId })), {
      name: "BadRequestException",
      status: 400,
      message: "Unable to deploy API because no routes exist in this API",
    });
  });

  it("deploys, points stages at deployments, and guards one in use", async () => {
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: "http://127.0.0.1:9/",
        PayloadFormatVersion: "1.0",
      }),
    );
    await client.send(
      new CreateRouteCommand({ ApiId, RouteKey: "GET /pets", Target: `integrations/${IntegrationId}` }),
    );
    await client.send(new CreateStageCommand({ ApiId, StageName: "test" }));
    const first = await client.send(new CreateDeploymentCommand({ ApiId, StageName: "test", Description: "one" }));
    assert.equal(first.DeploymentStatus, "DEPLOYED");
    assert.equal(first.AutoDeployed, false);
    const second = await client.send(new CreateDeploymentCommand({ ApiId }));
    const stage = async (): Promise<unknown> =>
      (await client.send(new GetStageCommand({ ApiId, StageName: "test" }))).DeploymentId;
    assert.equal(await stage(), first.DeploymentId);
    await refused(client.send(new DeleteDeploymentCommand({ ApiId, DeploymentId: first.DeploymentId })), {
      name: "BadRequestException",
      status: 400,
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    await client.send(new UpdateStageCommand({ ApiId, StageName: "test", DeploymentId: second.DeploymentId }));
    assert.equal(await stage(), second.DeploymentId);
    const described = await client.send(
      new UpdateDeploymentCommand({ ApiId, DeploymentId: first.DeploymentId, Description: "changed" }),
    );
    assert.equal(described.Description, "changed");
    const pages = await pagesOf((NextToken) =>
      client.send(new GetDeploymentsCommand({ ApiId, MaxResults: "1", NextToken })),
    );
    assert.deepEqual(
      pages
        .flat()
        .map(({ DeploymentId }) => given(DeploymentId))
        .toSorted(),
      [given(first.DeploymentId), given(second.DeploymentId)].toSorted(),
    );
    await client.send(new DeleteDeploymentCommand({ ApiId, DeploymentId: first.DeploymentId }));
    await refused(client.send(new GetDeploymentCommand({ ApiId, DeploymentId: first.DeploymentId })), {
      name: "NotFoundException",
      status: 404,
    });
  });

  it("keeps settings, variables, logging and tags on a stage, and takes them away again", async () => {
    const created = await client.send(
      new CreateStageCommand({
        ApiId,
        StageName: "full",
        Description: "everything",
        StageVariables: { one: "1", two: "2" },
        DefaultRouteSettings: { ThrottlingBurstLimit: 10, ThrottlingRateLimit: 5.5, DetailedMetricsEnabled: true },
        RouteSettings: { "GET /pets": { ThrottlingBurstLimit: 2, ThrottlingRateLimit: 1 } },
        AccessLogSettings: { DestinationArn: LOG_GROUP, Format: "$context.requestId" },
        Tags: { kind: "test" },
      }),
    );
    assert.deepEqual(created.RouteSettings?.["GET /pets"]?.ThrottlingBurstLimit, 2);
    assert.equal(created.DefaultRouteSettings?.ThrottlingRateLimit, 5.5);
    assert.deepEqual(created.AccessLogSettings, { DestinationArn: LOG_GROUP, Format: "$context.requestId" });
    const changed = await client.send(
      new UpdateStageCommand({
        ApiId,
        StageName: "full",
        StageVariables: { one: "", three: "3" },
        AccessLogSettings: {},
      }),
    );
    assert.deepEqual(changed.StageVariables, { two: "2", three: "3" });
    assert.ok(changed.AccessLogSettings, "an empty structure changes nothing");
    assert.ok(given(changed.LastUpdatedDate) >= given(created.CreatedDate));
    await client.send(new DeleteAccessLogSettingsCommand({ ApiId, StageName: "full" }));
    await client.send(new DeleteRouteSettingsCommand({ ApiId, StageName: "full", RouteKey: "GET /pets" }));
    const bare = await client.send(new GetStageCommand({ ApiId, StageName: "full" }));
    assert.equal(bare.AccessLogSettings, undefined);
    assert.deepEqual(bare.RouteSettings, {});
    assert.equal(bare.DefaultRouteSettings?.ThrottlingBurstLimit, 10);
    const reset = await client.send(new ResetAuthorizersCacheCommand({ ApiId, StageName: "full" }));
    assert.equal(reset.$metadata.httpStatusCode, 204);
  });

  it("lists a bare stage with its defaults, and names the $default stage in ARNs and paths", async () => {
    await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const stage = await client.send(new GetStageCommand({ ApiId, StageName: "$default" }));
    assert.equal(stage.AutoDeploy, true);
    assert.deepEqual(stage.DefaultRouteSettings, { DetailedMetricsEnabled: false });
    assert.deepEqual([stage.RouteSettings, stage.StageVariables, stage.Tags], [{}, {}, {}]);
    const { Items: deployments = [] } = await client.send(new GetDeploymentsCommand({ ApiId }));
    const automatic = deployments.find(({ DeploymentId }) => DeploymentId === stage.DeploymentId);
    assert.equal(automatic?.AutoDeployed, true);
    assert.equal(automatic?.Description, "Automatic deployment triggered by changes to the Api configuration");
    const ResourceArn = `arn:aws:apigateway:${REGION}::/apis/${ApiId}/stages/$default`;
    await client.send(new TagResourceCommand({ ResourceArn, Tags: { live: "yes" } }));
    assert.deepEqual((await client.send(new GetTagsCommand({ ResourceArn }))).Tags, { live: "yes" });
    const pages = await pagesOf((NextToken) =>
      client.send(new GetStagesCommand({ ApiId, MaxResults: "2", NextToken })),
    );
    assert.deepEqual(
      pages.map((page) => page.map(({ StageName }) => StageName)),
      [["test", "full"], ["$default"]],
    );
    await client.send(new DeleteStageCommand({ ApiId, StageName: "full" }));
    await refused(client.send(new GetStageCommand({ ApiId, StageName: "full" })), {
      name: "NotFoundException",
      status: 404,
      message: "Invalid stage identifier specified",
    });
  });
});
