import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import type { DeploymentDocument, RouteDocument } from "../../../src/model/documents.ts";
import { keys } from "../../../src/model/keys.ts";
import { type Harness, openHarness } from "../harness.ts";

const NOW = "2026-01-31T12:34:56Z";

describe("deployments", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness({ ...apiOperations, ...deploymentOperations, ...routeOperations, ...stageOperations });
  });
  after(() => harness.close());

  async function createApi(...routeKeys: readonly string[]): Promise<string> {
    const { ApiId = "" } = await harness.call("CreateApi", { Name: "d", ProtocolType: "HTTP" });
    for (const RouteKey of routeKeys) await harness.call("CreateRoute", { ApiId, RouteKey });
    return ApiId;
  }

  async function deploy(ApiId: string, Description?: string): Promise<string> {
    return (await harness.call("CreateDeployment", { ApiId, Description })).DeploymentId ?? "";
  }

  const stored = async (apiId: string, id: string) =>
    (await harness.ledger.get<DeploymentDocument>(keys.deployment(apiId, id)))?.value;

  it("are made at once", async () => {
    const ApiId = await createApi("GET /x");
    const created = await harness.call("CreateDeployment", { ApiId, Description: "first" });
    assert.match(created.DeploymentId ?? "", /^[a-z0-9]{6}$/);
    const { DeploymentId = "" } = created;
    const Revision = await harness.ledger.revision();
    assert.deepEqual(created, {
      DeploymentId,
      AutoDeployed: false,
      CreatedDate: NOW,
      DeploymentStatus: "DEPLOYED",
      Description: "first",
      Revision,
    });
    assert.deepEqual(await harness.call("GetDeployment", { ApiId, DeploymentId }), created);
  });

  it("have no description when none or an empty one is given", async () => {
    const ApiId = await createApi("GET /x");
    for (const Description of [undefined, ""]) {
      assert.ok(!("Description" in (await harness.call("CreateDeployment", { ApiId, Description }))));
    }
  });

  it("are listed in the order of creation, page by page", async () => {
    const ApiId = await createApi("GET /x");
    const ids = [await deploy(ApiId), await deploy(ApiId), await deploy(ApiId)];
    const first = await harness.call("GetDeployments", { ApiId, MaxResults: "2" });
    const second = await harness.call("GetDeployments", { ApiId, NextToken: first.NextToken });
    const listed = [...(first.Items ?? []), ...(second.Items ?? [])].map((item) => item.DeploymentId);
    assert.deepEqual(listed, ids);
    assert.ok(!("NextToken" in second));
    assert.deepEqual((await harness.call("GetDeployments", { ApiId: await createApi() })).Items, []);
  });

  it("move the stage they are made for", async () => {
    const ApiId = await createApi("GET /x");
    await harness.call("CreateStage", { ApiId, StageName: "s" });
    harness.clock.nowMs += 5000;
    const created = await harness.call("CreateDeployment", { ApiId, StageName: "s" });
    harness.clock.nowMs -= 5000;
    assert.ok(!("StageName" in created));
    const stage = await harness.call("GetStage", { ApiId, StageName: "s" });
    assert.deepEqual(
      [stage.DeploymentId, stage.CreatedDate, stage.LastUpdatedDate],
      [created.DeploymentId, NOW, "2026-01-31T12:35:01Z"],
    );
  });

  it("move no other stage", async () => {
    const ApiId = await createApi("GET /x");
    await harness.call("CreateStage", { ApiId, StageName: "s" });
    await deploy(ApiId);
    assert.ok(!("DeploymentId" in (await harness.call("GetStage", { ApiId, StageName: "s" }))));
  });

  it("need a route", async () => {
    const http = await createApi();
    const { ApiId: webSocket = "" } = await harness.call("CreateApi", {
      Name: "w",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    assert.deepEqual(await harness.fail("CreateDeployment", { ApiId: http }), {
      code: "BadRequestException",
      status: 400,
      message: "Unable to deploy API because no routes exist in this API",
    });
    const refusal = await harness.fail("CreateDeployment", { ApiId: webSocket });
    assert.deepEqual(
      [refusal.status, refusal.message],
      [400, "At least one route is required before deploying the Api"],
    );
  });

  it("are refused for an unknown stage and for one that follows its API", async () => {
    const ApiId = await createApi("GET /x");
    await harness.call("CreateStage", { ApiId, StageName: "auto", AutoDeploy: true });
    assert.deepEqual(await harness.fail("CreateDeployment", { ApiId, StageName: "zzz" }), {
      code: "NotFoundException",
      status: 404,
      message: "Invalid stage identifier specified",
    });
    const count = (await harness.call("GetDeployments", { ApiId })).Items?.length;
    const refusal = await harness.fail("CreateDeployment", { ApiId, StageName: "auto" });
    assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
    assert.equal((await harness.call("GetDeployments", { ApiId })).Items?.length, count);
  });

  it("are snapshots: what changes afterwards is not in them", async () => {
    const ApiId = await createApi("GET /x");
    const { Items: [route] = [] } = await harness.call("GetRoutes", { ApiId });
    const key = keys.route(ApiId, route?.RouteId ?? "");
    const at = (await stored(ApiId, await deploy(ApiId)))?.Revision;
    await harness.call("UpdateRoute", { ApiId, RouteId: route?.RouteId ?? "", RouteKey: "GET /y" });
    assert.equal((await harness.ledger.get<RouteDocument>(key, at))?.value.RouteKey, "GET /x");
    assert.equal((await harness.ledger.get<RouteDocument>(key))?.value.RouteKey, "GET /y");
  });

  it("keep their snapshot from being collected, also when their description changes", async () => {
    const ApiId = await createApi("GET /x");
    const { Items: [route] = [] } = await harness.call("GetRoutes", { ApiId });
    const RouteId = route?.RouteId ?? "";
    const DeploymentId = await deploy(ApiId, "old");
    const at = (await stored(ApiId, DeploymentId))?.Revision;
    await harness.call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /y" });
    await harness.ledger.collect({ retain: 1 });
    await harness.call("UpdateDeployment", { ApiId, DeploymentId, Description: "new" });
    await harness.call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /z" });
    await harness.ledger.collect({ retain: 1 });
    assert.equal((await stored(ApiId, DeploymentId))?.Revision, at);
    const kept = await harness.ledger.get<RouteDocument>(keys.route(ApiId, RouteId), at);
    assert.equal(kept?.value.RouteKey, "GET /x");
    await harness.call("DeleteDeployment", { ApiId, DeploymentId });
    await harness.call("UpdateRoute", { ApiId, RouteId, RouteKey: "GET /a" });
    await harness.ledger.collect({ retain: 1 });
    await assert.rejects(harness.ledger.get(keys.route(ApiId, RouteId), at), { name: "LedgerCollectedError" });
  });

  const descriptions: readonly (readonly [string, string | undefined, string | undefined])[] = [
    ["changes the description", "new", "new"],
    ["keeps a description that is not sent", undefined, "old"],
    ["clears the description with an empty text", "", undefined],
  ];
  for (const [what, sent, expected] of descriptions) {
    it(`an update ${what} and nothing else`, async () => {
      const ApiId = await createApi("GET /x");
      const DeploymentId = await deploy(ApiId, "old");
      const { Description: old, ...rest } = await harness.call("GetDeployment", { ApiId, DeploymentId });
      assert.equal(old, "old");
      const updated = await harness.call("UpdateDeployment", { ApiId, DeploymentId, Description: sent });
      assert.deepEqual(updated, expected === undefined ? rest : { ...rest, Description: expected });
      assert.deepEqual(await harness.call("GetDeployment", { ApiId, DeploymentId }), updated);
    });
  }

  it("stay while a stage points at them", async () => {
    const ApiId = await createApi("GET /x");
    const DeploymentId = await deploy(ApiId);
    await harness.call("CreateStage", { ApiId, StageName: "s", DeploymentId });
    assert.deepEqual(await harness.fail("DeleteDeployment", { ApiId, DeploymentId }), {
      code: "BadRequestException",
      status: 400,
      message: "Active stages pointing to this deployment must be moved or deleted",
    });
    await harness.call("UpdateStage", { ApiId, StageName: "s", DeploymentId: await deploy(ApiId) });
    assert.deepEqual(await harness.call("DeleteDeployment", { ApiId, DeploymentId }), {});
    const unknown = { code: "NotFoundException", status: 404, message: "Invalid deployment identifier specified" };
    assert.deepEqual(await harness.fail("GetDeployment", { ApiId, DeploymentId }), unknown);
    assert.deepEqual(await harness.fail("UpdateDeployment", { ApiId, DeploymentId }), unknown);
    assert.deepEqual(await harness.fail("DeleteDeployment", { ApiId, DeploymentId }), unknown);
  });
});
