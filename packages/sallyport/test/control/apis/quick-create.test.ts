import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import { importOperations } from "../../../src/control/openapi/import.ts";
import type { OperationTable, ReferenceCheck } from "../../../src/control/operation.ts";
import { badRequest } from "../../../src/model/errors.ts";
import { ACCOUNT, type Harness, openHarness, REGION } from "../harness.ts";

const operations = {
  ...apiOperations,
  ...deploymentOperations,
  ...importOperations,
  ...integrationOperations,
  ...routeOperations,
  ...stageOperations,
} satisfies OperationTable;

const NOW = "2026-01-31T12:34:56Z";
const HTTP = { Name: "q", ProtocolType: "HTTP" } as const;
const URL = "https://backend.example/path";
const FUNCTION = `arn:aws:lambda:${REGION}:${ACCOUNT}:function:f`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;

describe("quick create", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness(operations);
  });
  after(() => harness.close());

  const create = async (members: object): Promise<string> =>
    (await harness.call("CreateApi", { ...HTTP, ...members })).ApiId ?? "";

  /** The only integration, route and stage of the API. */
  async function made(ApiId: string) {
    const { Items: integrations = [] } = await harness.call("GetIntegrations", { ApiId });
    const { Items: routes = [] } = await harness.call("GetRoutes", { ApiId });
    const { Items: stages = [] } = await harness.call("GetStages", { ApiId });
    assert.deepEqual([integrations.length, routes.length, stages.length], [1, 1, 1]);
    const [[integration], [route], [stage]] = [integrations, routes, stages];
    assert.ok(integration?.IntegrationId && route?.RouteId && stage);
    return { integration, route, stage, IntegrationId: integration.IntegrationId, RouteId: route.RouteId };
  }

  it("with a URL makes a proxy of it, a default route and a stage that serves them", async () => {
    const api = await harness.call("CreateApi", { ...HTTP, Target: URL });
    const { ApiId = "" } = api;
    for (const member of ["ApiGatewayManaged", "Target", "RouteKey", "CredentialsArn", "QuickCreate"]) {
      assert.ok(!(member in api), member);
    }
    assert.deepEqual(await harness.call("GetApi", { ApiId }), api);
    const { integration, route, stage, IntegrationId, RouteId } = await made(ApiId);
    assert.deepEqual(integration, {
      ApiGatewayManaged: true,
      ConnectionType: "INTERNET",
      IntegrationId,
      IntegrationMethod: "ANY",
      IntegrationType: "HTTP_PROXY",
      IntegrationUri: URL,
      PayloadFormatVersion: "1.0",
      TimeoutInMillis: 30_000,
    });
    assert.deepEqual(route, {
      ApiGatewayManaged: true,
      ApiKeyRequired: false,
      AuthorizationType: "NONE",
      RouteId,
      RouteKey: "$default",
      Target: `integrations/${IntegrationId}`,
    });
    assert.deepEqual(stage, {
      ApiGatewayManaged: true,
      AutoDeploy: true,
      CreatedDate: NOW,
      DefaultRouteSettings: { DetailedMetricsEnabled: false },
      DeploymentId: stage.DeploymentId,
      LastDeploymentStatusMessage: `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
      LastUpdatedDate: NOW,
      RouteSettings: {},
      StageName: "$default",
      StageVariables: {},
      Tags: {},
    });
    const { Items: deployments = [] } = await harness.call("GetDeployments", { ApiId });
    assert.deepEqual(
      deployments.map((deployment) => [deployment.DeploymentId, deployment.AutoDeployed]),
      [[stage.DeploymentId, true]],
    );
  });

  it("with a function makes a Lambda proxy", async () => {
    const ApiId = await create({ Target: FUNCTION, RouteKey: "GET /x", CredentialsArn: ROLE });
    const { integration, route } = await made(ApiId);
    assert.deepEqual(
      [integration.IntegrationType, integration.IntegrationMethod, integration.PayloadFormatVersion],
      ["AWS_PROXY", "POST", "2.0"],
    );
    assert.deepEqual([integration.IntegrationUri, integration.CredentialsArn], [FUNCTION, ROLE]);
    assert.equal(route.RouteKey, "GET /x");
  });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    ["a route key without a target", { RouteKey: "GET /x" }, /target/],
    ["a role without a target", { CredentialsArn: ROLE }, /target/],
    ["a target that is no URL", { Target: "backend" }, /./],
    ["a target that is no function", { Target: "arn:aws:s3:::bucket" }, /./],
    ["a bad route key", { Target: URL, RouteKey: "x" }, /route key/],
    ["a bad role", { Target: FUNCTION, CredentialsArn: "role" }, /role/],
    [
      "a target on WebSocket",
      { ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.a", Target: URL },
      /Quick create is not supported for WEBSOCKET/,
    ],
    [
      "a route key on WebSocket",
      { ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.a", RouteKey: "x" },
      /Quick create is not supported for WEBSOCKET/,
    ],
  ];
  for (const [what, members, message] of refused) {
    it(`refuses ${what} and makes nothing`, async () => {
      const { Items: earlier } = await harness.call("GetApis", { MaxResults: "500" });
      const refusal = await harness.fail("CreateApi", { ...HTTP, ...members });
      assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
      assert.match(refusal.message, message);
      assert.deepEqual((await harness.call("GetApis", { MaxResults: "500" })).Items, earlier);
    });
  }

  it("is updated to another target of the same kind, which leaves the rest alone", async () => {
    const ApiId = await create({ Target: FUNCTION });
    const { IntegrationId, stage } = await made(ApiId);
    await harness.call("UpdateIntegration", { ApiId, IntegrationId, PayloadFormatVersion: "1.0", TimeoutInMillis: 50 });
    await harness.call("UpdateApi", { ApiId, Target: `${FUNCTION}2` });
    const { integration, stage: moved } = await made(ApiId);
    assert.deepEqual(
      [integration.IntegrationUri, integration.PayloadFormatVersion, integration.TimeoutInMillis],
      [`${FUNCTION}2`, "1.0", 50],
    );
    assert.notEqual(moved.DeploymentId, stage.DeploymentId);
  });

  it("is updated to a target of the other kind", async () => {
    const ApiId = await create({ Target: FUNCTION, CredentialsArn: ROLE });
    const { IntegrationId } = await made(ApiId);
    await harness.call("UpdateApi", { ApiId, Target: URL, CredentialsArn: "" });
    const { integration } = await made(ApiId);
    assert.deepEqual(integration, {
      ApiGatewayManaged: true,
      ConnectionType: "INTERNET",
      IntegrationId,
      IntegrationMethod: "ANY",
      IntegrationType: "HTTP_PROXY",
      IntegrationUri: URL,
      PayloadFormatVersion: "1.0",
      TimeoutInMillis: 30_000,
    });
    await harness.call("UpdateApi", { ApiId, Target: FUNCTION });
    const { integration: back } = await made(ApiId);
    assert.deepEqual(
      [back.IntegrationType, back.IntegrationMethod, back.PayloadFormatVersion],
      ["AWS_PROXY", "POST", "2.0"],
    );
  });

  it("is updated to another route key and role, the ids staying", async () => {
    const ApiId = await create({ Target: FUNCTION });
    const { RouteId, IntegrationId } = await made(ApiId);
    await harness.call("UpdateApi", { ApiId, RouteKey: "POST /y", CredentialsArn: ROLE });
    const updated = await made(ApiId);
    assert.deepEqual([updated.RouteId, updated.IntegrationId], [RouteId, IntegrationId]);
    assert.deepEqual([updated.route.RouteKey, updated.integration.CredentialsArn], ["POST /y", ROLE]);
    assert.deepEqual([updated.route.ApiGatewayManaged, updated.integration.ApiGatewayManaged], [true, true]);
  });

  it("is left alone by updates that do not name it", async () => {
    const ApiId = await create({ Target: URL });
    const { integration, route } = await made(ApiId);
    await harness.call("UpdateApi", { ApiId, Name: "other" });
    const later = await made(ApiId);
    assert.deepEqual([later.integration, later.route], [integration, route]);
  });

  it("can not be added to an API later", async () => {
    const ApiId = await create({});
    for (const members of [{ Target: URL }, { RouteKey: "GET /x" }, { CredentialsArn: ROLE }]) {
      const refusal = await harness.fail("UpdateApi", { ApiId, ...members });
      assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
      assert.match(refusal.message, /not created with quick create/);
    }
    await harness.call("UpdateApi", { ApiId, Target: "", RouteKey: "", CredentialsArn: "" });
    assert.deepEqual((await harness.call("GetRoutes", { ApiId })).Items, []);
  });

  it("is over once a reimport has replaced what it made", async () => {
    const ApiId = await create({ Target: URL });
    const document = { openapi: "3.0.1", info: { title: "t", version: "1" }, paths: {} };
    await harness.call("ReimportApi", { ApiId, Body: JSON.stringify(document) });
    const refusal = await harness.fail("UpdateApi", { ApiId, Target: URL });
    assert.equal(refusal.status, 400);
    assert.match(refusal.message, /not created with quick create/);
    assert.equal((await harness.call("UpdateApi", { ApiId, Name: "n" })).Name, "n");
  });

  it("can not be given an empty target or route key", async () => {
    const ApiId = await create({ Target: URL });
    const earlier = await made(ApiId);
    assert.equal((await harness.fail("UpdateApi", { ApiId, Target: "" })).status, 400);
    assert.equal((await harness.fail("UpdateApi", { ApiId, RouteKey: "" })).status, 400);
    assert.deepEqual(await made(ApiId), earlier);
  });

  it("makes what can not be deleted or led elsewhere but through the API", async () => {
    const ApiId = await create({ Target: FUNCTION });
    const { RouteId, IntegrationId } = await made(ApiId);
    const earlier = await made(ApiId);
    const refusals = [
      await harness.fail("DeleteStage", { ApiId, StageName: "$default" }),
      await harness.fail("DeleteRoute", { ApiId, RouteId }),
      await harness.fail("DeleteIntegration", { ApiId, IntegrationId }),
      await harness.fail("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /x" }),
      await harness.fail("UpdateIntegration", { ApiId, IntegrationId, IntegrationUri: `${FUNCTION}2` }),
    ];
    for (const refusal of refusals) {
      assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
      assert.match(refusal.message, /^Managed resources cannot be /);
    }
    assert.deepEqual(await made(ApiId), earlier);
    await harness.call("DeleteApi", { ApiId });
    assert.equal((await harness.fail("GetApi", { ApiId })).status, 404);
  });

  it("makes what may be changed within limits", async () => {
    const ApiId = await create({ Target: FUNCTION });
    const { RouteId, IntegrationId } = await made(ApiId);
    await harness.call("UpdateRoute", { ApiId, RouteId, AuthorizationType: "AWS_IAM" });
    await harness.call("UpdateIntegration", { ApiId, IntegrationId, TimeoutInMillis: 1000 });
    const stage = await harness.call("UpdateStage", {
      ApiId,
      StageName: "$default",
      StageVariables: { a: "1" },
      RouteSettings: { $default: { ThrottlingBurstLimit: 1 } },
    });
    const later = await made(ApiId);
    assert.deepEqual(later.stage, stage);
    assert.deepEqual(
      [later.route.AuthorizationType, later.integration.TimeoutInMillis, later.stage.ApiGatewayManaged],
      ["AWS_IAM", 1000, true],
    );
  });

  it("checks in strict mode that what it names exists", async () => {
    const references: ReferenceCheck = async (kind, name) => {
      if (name !== FUNCTION) throw badRequest(`no ${kind} ${name}`);
    };
    const strict = await openHarness(operations, { references });
    try {
      const refusal = await strict.fail("CreateApi", { ...HTTP, Target: `${FUNCTION}2` });
      assert.equal(refusal.message, `no function ${FUNCTION}2`);
      const { ApiId = "" } = await strict.call("CreateApi", { ...HTTP, Target: FUNCTION });
      assert.equal((await strict.fail("UpdateApi", { ApiId, CredentialsArn: ROLE })).message, `no role ${ROLE}`);
      await strict.call("UpdateApi", { ApiId, Target: URL });
    } finally {
      await strict.close();
    }
  });
});
