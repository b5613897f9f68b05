import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import type { OperationTable } from "../../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import type { DeploymentDocument, RouteDocument } from "../../../src/model/documents.ts";
import { keys } from "../../../src/model/keys.ts";
import { type Harness, openHarness } from "../harness.ts";

const operations = {
  ...apiOperations,
  ...deploymentOperations,
  ...integrationOperations,
  ...routeOperations,
  ...stageOperations,
} satisfies OperationTable;
const FAILED = "Deployment attempt failed: Unable to deploy API because no routes exist in this API";

describe("automatic deployments", () => {
  let harness: Harness;
  before(async () => {
    const quotas = { ...DEFAULT_QUOTAS, apisPerRegion: 10_000 };
    harness = await openHarness(operations, { quotas });
  });
  after(() => harness.close());

  async function createApi(...routeKeys: readonly string[]): Promise<string> {
    const { ApiId = "" } = await harness.call("CreateApi", { Name: "a", ProtocolType: "HTTP" });
    for (const RouteKey of routeKeys) await harness.call("CreateRoute", { ApiId, RouteKey });
    return ApiId;
  }

  const stageOf = (ApiId: string, StageName: string) => harness.call("GetStage", { ApiId, StageName });
  const deploymentsOf = async (ApiId: string) =>
    (await harness.call("GetDeployments", { ApiId, MaxResults: "500" })).Items ?? [];

  /** Route keys of what a stage serves. */
  async function served(apiId: string, stageName: string): Promise<readonly string[] | undefined> {
    const { DeploymentId } = await stageOf(apiId, stageName);
    if (DeploymentId === undefined) return undefined;
    const deployment = await harness.ledger.get<DeploymentDocument>(keys.deployment(apiId, DeploymentId));
    const prefix = `${keys.apiContents(apiId)}routes/`;
    const routes = await harness.ledger.list<RouteDocument>({ prefix, at: deployment?.value.Revision ?? -1 });
    return routes.map((route) => route.value.RouteKey).toSorted();
  }

  it("come with a stage that follows its API from the start", async () => {
    const ApiId = await createApi("GET /x");
    const stage = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    const [deployment, ...others] = await deploymentsOf(ApiId);
    assert.deepEqual(others, []);
    assert.deepEqual(deployment, {
      DeploymentId: stage.DeploymentId,
      AutoDeployed: true,
      CreatedDate: "2026-01-31T12:34:56Z",
      DeploymentStatus: "DEPLOYED",
      Description: "Automatic deployment triggered by changes to the Api configuration",
      Revision: await harness.ledger.revision(),
    });
    assert.equal(
      stage.LastDeploymentStatusMessage,
      `Successfully deployed stage with deployment ID '${stage.DeploymentId}'`,
    );
    assert.equal(stage.AutoDeploy, true);
    assert.deepEqual(await stageOf(ApiId, "s"), stage);
    assert.deepEqual(await served(ApiId, "s"), ["GET /x"]);
  });

  it("wait for the first route", async () => {
    const ApiId = await createApi();
    const created = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    assert.ok(!("DeploymentId" in created));
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /x" });
    assert.deepEqual(await served(ApiId, "s"), ["GET /x"]);
    assert.equal((await deploymentsOf(ApiId)).length, 1);
  });

  const changes: readonly (readonly [string, (ApiId: string, RouteId: string) => Promise<unknown>])[] = [
    ["a new route", (ApiId) => harness.call("CreateRoute", { ApiId, RouteKey: "GET /y" })],
    ["a changed route", (ApiId, RouteId) => harness.call("UpdateRoute", { ApiId, RouteId, OperationName: "x" })],
    [
      "a new integration",
      (ApiId) =>
        harness.call("CreateIntegration", {
          ApiId,
          IntegrationType: "HTTP_PROXY",
          IntegrationMethod: "GET",
          IntegrationUri: "http://example.com",
          PayloadFormatVersion: "1.0",
        }),
    ],
    ["the API's own settings", (ApiId) => harness.call("UpdateApi", { ApiId, DisableExecuteApiEndpoint: true })],
    ["CORS", (ApiId) => harness.call("UpdateApi", { ApiId, CorsConfiguration: { AllowOrigins: ["*"] } })],
  ];
  for (const [what, change] of changes) {
    it(`follow ${what} in the same transaction`, async () => {
      const ApiId = await createApi("GET /x");
      const earlier = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
      const { Items: [route] = [] } = await harness.call("GetRoutes", { ApiId });
      const revision = await harness.ledger.revision();
      harness.clock.nowMs += 1000;
      await change(ApiId, route?.RouteId ?? "");
      harness.clock.nowMs -= 1000;
      assert.equal(await harness.ledger.revision(), revision + 1);
      const stage = await stageOf(ApiId, "s");
      assert.notEqual(stage.DeploymentId, earlier.DeploymentId);
      assert.deepEqual([stage.CreatedDate, stage.LastUpdatedDate], ["2026-01-31T12:34:56Z", "2026-01-31T12:34:57Z"]);
      const deployment = await harness.call("GetDeployment", { ApiId, DeploymentId: stage.DeploymentId ?? "" });
      assert.deepEqual(deployment, { ...deployment, AutoDeployed: true, Revision: revision + 1 });
    });
  }

  it("follow the removal of CORS, and nothing when there was none", async () => {
    const ApiId = await createApi("GET /x");
    await harness.call("UpdateApi", { ApiId, CorsConfiguration: { AllowOrigins: ["*"] } });
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    await harness.call("DeleteCorsConfiguration", { ApiId });
    const second = (await stageOf(ApiId, "s")).DeploymentId;
    assert.notEqual(second, DeploymentId);
    await harness.call("DeleteCorsConfiguration", { ApiId });
    assert.equal((await stageOf(ApiId, "s")).DeploymentId, second);
  });

  it("do not follow what stages hold themselves", async () => {
    const ApiId = await createApi("GET /x");
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    await harness.call("UpdateStage", { ApiId, StageName: "s", StageVariables: { a: "1" }, AutoDeploy: true });
    await harness.call("CreateStage", { ApiId, StageName: "other" });
    await harness.call("ResetAuthorizersCache", { ApiId, StageName: "s" });
    await harness.call("DeleteStage", { ApiId, StageName: "other" });
    await harness.call("CreateDeployment", { ApiId });
    assert.equal((await stageOf(ApiId, "s")).DeploymentId, DeploymentId);
  });

  it("do not come from calls that fail", async () => {
    const ApiId = await createApi("GET /x");
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    await harness.fail("CreateRoute", { ApiId, RouteKey: "GET /x" });
    assert.equal((await stageOf(ApiId, "s")).DeploymentId, DeploymentId);
  });

  it("are one for all stages that follow, and none for the others", async () => {
    const ApiId = await createApi("GET /x");
    const manual = (await harness.call("CreateDeployment", { ApiId })).DeploymentId;
    await harness.call("CreateStage", { ApiId, StageName: "a", AutoDeploy: true });
    await harness.call("CreateStage", { ApiId, StageName: "b", AutoDeploy: true });
    const still = await harness.call("CreateStage", { ApiId, StageName: "still", DeploymentId: manual });
    const count = (await deploymentsOf(ApiId)).length;
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /y" });
    assert.equal((await deploymentsOf(ApiId)).length, count + 1);
    assert.equal((await stageOf(ApiId, "a")).DeploymentId, (await stageOf(ApiId, "b")).DeploymentId);
    assert.deepEqual(await stageOf(ApiId, "still"), still);
    assert.deepEqual(await served(ApiId, "still"), ["GET /x"]);
  });

  it("come for one stage when it begins to follow", async () => {
    const ApiId = await createApi("GET /x");
    const other = await harness.call("CreateStage", { ApiId, StageName: "other", AutoDeploy: true });
    const manual = (await harness.call("CreateDeployment", { ApiId })).DeploymentId;
    await harness.call("CreateStage", { ApiId, StageName: "s", DeploymentId: manual });
    const updated = await harness.call("UpdateStage", { ApiId, StageName: "s", AutoDeploy: true });
    assert.notEqual(updated.DeploymentId, manual);
    assert.notEqual(updated.DeploymentId, other.DeploymentId);
    assert.deepEqual(await stageOf(ApiId, "s"), updated);
    assert.deepEqual(await stageOf(ApiId, "other"), other);
  });

  it("leave the stage where it is when it ceases to follow", async () => {
    const ApiId = await createApi("GET /x");
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    const updated = await harness.call("UpdateStage", { ApiId, StageName: "s", AutoDeploy: false });
    assert.deepEqual([updated.AutoDeploy, updated.DeploymentId], [false, DeploymentId]);
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /y" });
    assert.deepEqual(await served(ApiId, "s"), ["GET /x"]);
    const manual = (await harness.call("CreateDeployment", { ApiId, StageName: "s" })).DeploymentId;
    const moved = await stageOf(ApiId, "s");
    assert.equal(moved.DeploymentId, manual);
    assert.ok(!("LastDeploymentStatusMessage" in moved));
  });

  it("may cease and be replaced by a named deployment in one update", async () => {
    const ApiId = await createApi("GET /x");
    await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    const { DeploymentId } = await harness.call("CreateDeployment", { ApiId });
    const stage = { ApiId, StageName: "s", DeploymentId };
    assert.equal((await harness.fail("UpdateStage", stage)).status, 400);
    const updated = await harness.call("UpdateStage", { ...stage, AutoDeploy: false });
    assert.deepEqual([updated.DeploymentId, updated.AutoDeploy], [DeploymentId, false]);
  });

  it("that fail leave the old one and tell why", async () => {
    const ApiId = await createApi("GET /x");
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    const { Items: [route] = [] } = await harness.call("GetRoutes", { ApiId });
    await harness.call("DeleteRoute", { ApiId, RouteId: route?.RouteId ?? "" });
    const stage = await stageOf(ApiId, "s");
    assert.deepEqual([stage.DeploymentId, stage.LastDeploymentStatusMessage], [DeploymentId, FAILED]);
    assert.deepEqual(await served(ApiId, "s"), ["GET /x"]);
    assert.equal((await deploymentsOf(ApiId)).length, 1);
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /y" });
    assert.match((await stageOf(ApiId, "s")).LastDeploymentStatusMessage ?? "", /^Successfully/);
    assert.deepEqual(await served(ApiId, "s"), ["GET /y"]);
  });

  it("are forgotten when they are many, but for those in use, the newest, and what was made by hand", async () => {
    const ApiId = await createApi("GET /x");
    const manual = (await harness.call("CreateDeployment", { ApiId })).DeploymentId ?? "";
    const held = await harness.call("CreateStage", { ApiId, StageName: "held", AutoDeploy: true });
    await harness.call("UpdateStage", { ApiId, StageName: "held", AutoDeploy: false });
    await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    const seen: string[] = [];
    for (let index = 0; index < 15; index += 1) {
      await harness.call("UpdateApi", { ApiId, Description: `${index}` });
      seen.push((await stageOf(ApiId, "s")).DeploymentId ?? "");
    }
    const left = new Set((await deploymentsOf(ApiId)).map((deployment) => deployment.DeploymentId));
    assert.deepEqual(left, new Set([manual, held.DeploymentId, ...seen.slice(-10)]));
    await harness.ledger.collect({ retain: 1 });
    assert.deepEqual(await served(ApiId, "held"), ["GET /x"]);
    await harness.call("DeleteStage", { ApiId, StageName: "held" });
    await harness.call("UpdateApi", { ApiId, Description: "last" });
    assert.equal((await harness.fail("GetDeployment", { ApiId, DeploymentId: held.DeploymentId ?? "" })).status, 404);
  });

  it("that are deleted by hand are no longer counted", async () => {
    const ApiId = await createApi("GET /x");
    const { DeploymentId = "" } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    await harness.call("UpdateApi", { ApiId, Description: "moves the stage" });
    await harness.call("DeleteDeployment", { ApiId, DeploymentId });
    const listed = await harness.ledger.get<{ Ids: string[] }>(keys.automaticDeployments(ApiId));
    assert.deepEqual(listed?.value.Ids, [(await stageOf(ApiId, "s")).DeploymentId]);
  });

  it("always serve what the API has, whatever the order of calls", async () => {
    const step = fc.constantFrom("add", "remove", "hold", "follow", "deploy");
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        const ApiId = await createApi();
        await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
        const stage = { ApiId, StageName: "s" };
        const routes: { key: string; id: string }[] = [];
        let follows = true;
        let expected: readonly string[] | undefined;
        for (const [index, what] of steps.entries()) {
          if (what === "add") {
            const RouteKey = `GET /r${index}`;
            const { RouteId = "" } = await harness.call("CreateRoute", { ApiId, RouteKey });
            routes.push({ key: RouteKey, id: RouteId });
          } else if (what === "remove") {
            const route = routes.shift();
            if (route) await harness.call("DeleteRoute", { ApiId, RouteId: route.id });
          } else if (what === "deploy") {
            if (follows || routes.length === 0)
              assert.equal((await harness.fail("CreateDeployment", stage)).status, 400);
            else await harness.call("CreateDeployment", stage);
          } else {
            follows = what === "follow";
            await harness.call("UpdateStage", { ...stage, AutoDeploy: follows });
          }
          if (routes.length > 0 && (follows || what === "deploy")) expected = routes.map(({ key }) => key).toSorted();
          assert.deepEqual(await served(ApiId, "s"), expected, `${index}: ${what}`);
        }
      }),
      { numRuns: 25 },
    );
  });
});
