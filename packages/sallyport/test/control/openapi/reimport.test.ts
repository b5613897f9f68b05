/** ReimportApi, through the control plane. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { authorizerOperations } from "../../../src/control/apis/authorizers.ts";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import { importOperations } from "../../../src/control/openapi/import.ts";
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

const body = (document: object): string =>
  JSON.stringify({ openapi: "3.0.1", info: { title: "pets", version: "1.0" }, paths: {}, ...document });
const get = (operation: object, path = "/x") => ({ paths: { [path]: { get: operation } } });

const LAMBDA_URI = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:f/invocations`;

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

describe("ReimportApi", () => {
  const document = (extra: object = {}) =>
    body({
      info: { title: "new", description: "d", version: "2" },
      tags: [{ name: "a", "x-amazon-apigateway-tag-value": "1" }],
      "x-amazon-apigateway-cors": { allowOrigins: ["*"] },
      ...get({ [INTEGRATION]: HTTP }, "/new"),
      ...extra,
    });

  async function existing(extra: object = {}) {
    const api = await harness.call("CreateApi", {
      Name: "old",
      ProtocolType: "HTTP",
      Description: "old",
      Version: "1",
      Tags: { z: "0" },
      CorsConfiguration: { AllowOrigins: ["https://old"] },
      DisableExecuteApiEndpoint: true,
      ...extra,
    });
    return api.ApiId ?? "";
  }

  test("replaces settings and contents, keeps id and stages, deploys once", async () => {
    const apiId = await existing();
    await harness.call("CreateRoute", { ApiId: apiId, RouteKey: "GET /old" });
    await harness.call("CreateStage", { ApiId: apiId, StageName: "auto", AutoDeploy: true });
    await harness.call("CreateStage", { ApiId: apiId, StageName: "manual" });
    const deployments = async () => (await harness.call("GetDeployments", { ApiId: apiId })).Items?.length;
    const earlier = await deployments();
    const api = await harness.call("ReimportApi", { ApiId: apiId, Body: document() });
    assert.deepEqual(
      [
        api.ApiId,
        api.Name,
        api.Description,
        api.Version,
        api.Tags,
        api.CorsConfiguration,
        api.DisableExecuteApiEndpoint,
      ],
      [apiId, "new", "d", "2", { a: "1" }, { AllowOrigins: ["*"] }, true],
    );
    assert.deepEqual(await keysOf(apiId), ["GET /new"]);
    assert.equal((await contents(apiId)).integrations.length, 1);
    assert.equal(await deployments(), (earlier ?? 0) + 1);
    const stages = await harness.call("GetStages", { ApiId: apiId });
    assert.deepEqual(stages.Items?.map((stage) => stage.StageName).toSorted(), ["auto", "manual"]);
  });

  test("what the document leaves out: texts and CORS vanish, tags and the endpoint stay", async () => {
    const apiId = await existing();
    const api = await harness.call("ReimportApi", { ApiId: apiId, Body: body({ info: { title: "t" } }) });
    assert.ok(!("Description" in api) && !("Version" in api) && !("CorsConfiguration" in api));
    assert.deepEqual([api.Tags, api.DisableExecuteApiEndpoint], [{ z: "0" }, true]);
  });

  test("twice the same document gives the same API", async () => {
    const apiId = await existing();
    const first = await harness.call("ReimportApi", { ApiId: apiId, Body: document() });
    assert.deepEqual(await harness.call("ReimportApi", { ApiId: apiId, Body: document() }), first);
    assert.deepEqual(await keysOf(apiId), ["GET /new"]);
  });

  test("authorizers in use are replaced", async () => {
    const scheme = {
      [AUTHORIZER]: { type: "request", authorizerUri: LAMBDA_URI, authorizerPayloadFormatVersion: "2.0" },
    };
    const secured = document({
      ...get({ [INTEGRATION]: HTTP, security: [{ a: [] }] }, "/new"),
      components: { securitySchemes: { a: scheme } },
    });
    const apiId = await existing();
    await harness.call("ReimportApi", { ApiId: apiId, Body: secured, FailOnWarnings: true });
    await harness.call("ReimportApi", { ApiId: apiId, Body: secured, FailOnWarnings: true });
    const { routes, authorizers } = await contents(apiId);
    assert.deepEqual([authorizers.length, routes[0]?.AuthorizationType], [1, "CUSTOM"]);
    await harness.call("ReimportApi", { ApiId: apiId, Body: document() });
    assert.deepEqual((await contents(apiId)).authorizers, []);
  });

  test("what quick create made is replaced", async () => {
    const apiId = await existing({ Target: "https://example.com" });
    await harness.call("ReimportApi", { ApiId: apiId, Body: document() });
    assert.deepEqual(await keysOf(apiId), ["GET /new"]);
    assert.equal((await harness.fail("UpdateApi", { ApiId: apiId, Target: "https://other.example" })).status, 400);
  });

  test("nothing changes on an error or a fatal warning", async () => {
    const apiId = await existing();
    await harness.call("CreateRoute", { ApiId: apiId, RouteKey: "GET /old" });
    const revision = await harness.ledger.revision();
    const warning = document({ paths: { "/x/": { get: {} } } });
    assert.match(
      (await harness.fail("ReimportApi", { ApiId: apiId, Body: warning, FailOnWarnings: true })).message,
      /^Warnings found/,
    );
    assert.equal((await harness.fail("ReimportApi", { ApiId: apiId, Body: "{" })).message, "Invalid OpenAPI input.");
    assert.equal(await harness.ledger.revision(), revision);
    assert.deepEqual(await keysOf(apiId), ["GET /old"]);
  });

  test("an unknown API is 404, whatever the document", async () => {
    const failure = await harness.fail("ReimportApi", { ApiId: "aaaaaaaaaa", Body: "{" });
    assert.deepEqual(failure, {
      code: "NotFoundException",
      status: 404,
      message: `Invalid API identifier specified ${ACCOUNT}:aaaaaaaaaa`,
    });
  });

  test("a WebSocket API is refused", async () => {
    const api = await harness.call("CreateApi", {
      Name: "ws",
      ProtocolType: "WEBSOCKET",
      RouteSelectionExpression: "$request.body.action",
    });
    assert.equal((await harness.fail("ReimportApi", { ApiId: api.ApiId ?? "", Body: document() })).status, 400);
  });
});
