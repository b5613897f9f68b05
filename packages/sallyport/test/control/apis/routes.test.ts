import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createRoute, deleteRoute, updateRoute } from "../../../src/control/apis/routes.ts";
import type { Call, Input } from "../../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import { keys } from "../../../src/model/keys.ts";
import { ACCOUNT, type Harness, REGION } from "../harness.ts";
import { assertFails, createApi, createIntegration, INVOCATION, openApis, type Protocol } from "./fixtures.ts";

const FORMAT =
  'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"';
describe("routes", () => {
  let harness: Harness;
  const apis = { HTTP: "", WEBSOCKET: "" };
  const integrations = { HTTP: "", WEBSOCKET: "" };
  let jwt = "";
  let request = "";

  before(async () => {
    harness = await openApis();
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) {
      apis[protocol] = await createApi(harness, protocol);
      integrations[protocol] = await createIntegration(harness, apis[protocol], protocol);
    }
    jwt = await createAuthorizer({
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Issuer: "https://issuer.example", Audience: ["a"] },
    });
    request = await createAuthorizer({
      AuthorizerType: "REQUEST",
      IdentitySource: [],
      AuthorizerUri: INVOCATION,
      AuthorizerPayloadFormatVersion: "2.0",
    });
    await harness.call("CreateModel", { ApiId: apis.WEBSOCKET, Name: "message", Schema: "{}" });
  });
  after(() => harness.close());

  async function createAuthorizer(input: Omit<Input<"CreateAuthorizer">, "ApiId" | "Name">): Promise<string> {
    return (await harness.call("CreateAuthorizer", { ApiId: apis.HTTP, Name: "a", ...input })).AuthorizerId ?? "";
  }

  /** Makes a route, hands it to the work, and removes it. */
  async function withRoute(
    protocol: Protocol,
    input: Omit<Input<"CreateRoute">, "ApiId">,
    work: (id: { ApiId: string; RouteId: string }, created: object) => Promise<void>,
  ): Promise<void> {
    const created = await harness.call("CreateRoute", { ApiId: apis[protocol], ...input });
    const id = { ApiId: apis[protocol], RouteId: created.RouteId ?? "" };
    await work(id, created);
    await harness.call("DeleteRoute", id);
  }

  it("have the defaults of their type and nothing else", async () => {
    for (const [protocol, key] of [
      ["HTTP", "GET /pets"],
      ["WEBSOCKET", "join"],
    ] as const) {
      await withRoute(protocol, { RouteKey: key }, async (id, created) => {
        const expected = { RouteId: id.RouteId, RouteKey: key, ApiKeyRequired: false, AuthorizationType: "NONE" };
        assert.deepEqual(created, expected);
        assert.deepEqual(await harness.call("GetRoute", id), expected);
        assert.match(id.RouteId, /^[a-z0-9]{7}$/);
      });
    }
  });

  it("read back what was sent on an HTTP API", async () => {
    const sent = {
      RouteKey: "GET /scoped/{id}",
      Target: `integrations/${integrations.HTTP}`,
      AuthorizationType: "JWT",
      AuthorizerId: jwt,
      AuthorizationScopes: ["a/read", "a/write"],
      OperationName: "getScoped",
    } as const;
    await withRoute("HTTP", sent, async ({ RouteId }, created) => {
      assert.deepEqual(created, { ...sent, RouteId, ApiKeyRequired: false });
    });
  });

  it("read back what was sent on a WebSocket API", async () => {
    const sent = {
      RouteKey: "$connect",
      Target: `integrations/${integrations.WEBSOCKET}`,
      AuthorizationType: "AWS_IAM",
      ApiKeyRequired: true,
      OperationName: "connect",
      ModelSelectionExpression: "action",
      RequestModels: { test: "message" },
      RequestParameters: { "route.request.querystring.authToken": { Required: true } },
      RouteResponseSelectionExpression: "$default",
    } as const;
    await withRoute("WEBSOCKET", sent, async ({ RouteId }, created) => {
      assert.deepEqual(created, { ...sent, RouteId });
    });
  });

  const accepted: readonly (readonly [Protocol, string])[] = [
    ["HTTP", "$default"],
    ["HTTP", "ANY /"],
    ["HTTP", "ANY /{proxy+}"],
    ["HTTP", "PATCH /a.b:c_d-e/{id}/x"],
    ["WEBSOCKET", "$connect"],
    ["WEBSOCKET", "$disconnect"],
    ["WEBSOCKET", "$default"],
    ["WEBSOCKET", "GET /v/{a}"],
    ["WEBSOCKET", "GET /v/{b}/x"],
    ["WEBSOCKET", "chat/join now"],
  ];
  for (const [protocol, RouteKey] of accepted) {
    it(`take the ${protocol} key ${RouteKey}`, async () => {
      await withRoute(protocol, { RouteKey }, async (id) => {
        assert.equal((await harness.call("GetRoute", id)).RouteKey, RouteKey);
      });
    });
  }

  it("take an authorizer of the right type only", async () => {
    const route = { ApiId: apis.HTTP, RouteKey: "GET /typed" };
    const wrong = [
      { AuthorizationType: "JWT", AuthorizerId: request },
      { AuthorizationType: "CUSTOM", AuthorizerId: jwt },
    ];
    for (const input of wrong) await assertFails(harness, "CreateRoute", { ...route, ...input }, 400, /authorizer ID/);
    await withRoute(
      "HTTP",
      { RouteKey: "GET /typed", AuthorizationType: "CUSTOM", AuthorizerId: request },
      async (id) => {
        assert.equal((await harness.call("GetRoute", id)).AuthorizerId, request);
      },
    );
  });

  it("have their key for themselves", async () => {
    await withRoute("HTTP", { RouteKey: "GET /mine" }, async ({ ApiId }) => {
      const message = "Route with key GET /mine already exists for this API";
      await assertFails(harness, "CreateRoute", { ApiId, RouteKey: "GET /mine" }, 409, message);
      await withRoute("HTTP", { RouteKey: "POST /mine" }, async (other) => {
        await assertFails(harness, "UpdateRoute", { ...other, RouteKey: "GET /mine" }, 409, message);
      });
    });
  });

  it("keep their id under a new key, whose old one is free again", async () => {
    await withRoute("HTTP", { RouteKey: "GET /old/{a}" }, async (id) => {
      const renamed = await harness.call("UpdateRoute", { ...id, RouteKey: "GET /new/{b}" });
      assert.equal(renamed.RouteId, id.RouteId);
      assert.equal(await harness.ledger.get(keys.routeKey(id.ApiId, "GET /old/{a}")), undefined);
      const index = await harness.ledger.get(keys.routeKey(id.ApiId, "GET /new/{b}"));
      assert.deepEqual(index?.value, { RouteId: id.RouteId });
      await withRoute("HTTP", { RouteKey: "GET /old/{c}" }, () => Promise.resolve());
      await assertFails(harness, "UpdateRoute", { ...id, RouteKey: "" }, 400, FORMAT);
    });
  });

  it("are patched member by member", async () => {
    const sent = {
      RouteKey: "GET /patched",
      Target: `integrations/${integrations.HTTP}`,
      AuthorizationType: "JWT",
      AuthorizerId: jwt,
      AuthorizationScopes: ["a"],
      OperationName: "patched",
    } as const;
    await withRoute("HTTP", sent, async (id, created) => {
      assert.deepEqual(await harness.call("UpdateRoute", id), created);
      const cleared = await harness.call("UpdateRoute", {
        ...id,
        Target: "",
        AuthorizationType: "NONE",
        AuthorizerId: "",
        AuthorizationScopes: [],
        OperationName: "",
      });
      assert.deepEqual(cleared, {
        RouteId: id.RouteId,
        RouteKey: "GET /patched",
        ApiKeyRequired: false,
        AuthorizationType: "NONE",
      });
    });
  });

  it("keep an authorizer that their type no longer uses, which may then go", async () => {
    const sent = { RouteKey: "GET /left", AuthorizationType: "CUSTOM", AuthorizerId: request } as const;
    await withRoute("HTTP", sent, async (id) => {
      const use = keys.authorizerUse(id.ApiId, request, id.RouteId);
      assert.ok(await harness.ledger.get(use));
      const updated = await harness.call("UpdateRoute", { ...id, AuthorizationType: "NONE" });
      assert.equal(updated.AuthorizerId, request);
      assert.equal(await harness.ledger.get(use), undefined);
    });
  });

  it("merge request models and request parameters", async () => {
    const sent = {
      RouteKey: "$connect",
      RequestModels: { a: "message" },
      RequestParameters: { "route.request.header.a": { Required: true } },
    };
    await withRoute("WEBSOCKET", sent, async (id) => {
      const merged = await harness.call("UpdateRoute", {
        ...id,
        RequestModels: { a: "", b: "message" },
        RequestParameters: { "route.request.header.b": { Required: false } },
      });
      assert.deepEqual(merged.RequestModels, { b: "message" });
      assert.deepEqual(merged.RequestParameters, {
        "route.request.header.a": { Required: true },
        "route.request.header.b": { Required: false },
      });
    });
  });

  it("lose one request parameter to DeleteRouteRequestParameter", async () => {
    const RequestParameterKey = "route.request.header.a";
    const sent = { RouteKey: "$connect", RequestParameters: { [RequestParameterKey]: { Required: true } } };
    await withRoute("WEBSOCKET", sent, async (id) => {
      assert.deepEqual(await harness.call("DeleteRouteRequestParameter", { ...id, RequestParameterKey }), {});
      assert.equal("RequestParameters" in (await harness.call("GetRoute", id)), false);
      await assertFails(harness, "DeleteRouteRequestParameter", { ...id, RequestParameterKey }, 404, /header\.a/);
    });
  });

  it("are gone with everything that told of them", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const before_ = await keysOf(ApiId);
    const IntegrationId = await createIntegration(harness, ApiId, "HTTP");
    const { RouteId = "" } = await harness.call("CreateRoute", {
      ApiId,
      RouteKey: "GET /{a}/{b+}",
      Target: `integrations/${IntegrationId}`,
    });
    await harness.call("DeleteRoute", { ApiId, RouteId });
    await harness.call("DeleteIntegration", { ApiId, IntegrationId });
    assert.deepEqual(await keysOf(ApiId), before_);
    await assertFails(harness, "GetRoute", { ApiId, RouteId }, 404, `Invalid Route identifier specified ${RouteId}`);
  });

  /** Counters stay behind on purpose. */
  async function keysOf(apiId: string): Promise<readonly string[]> {
    const documents = await harness.ledger.list({ prefix: keys.apiContents(apiId) });
    return documents.map((document) => document.key).filter((key) => !key.endsWith("#count"));
  }

  it("are listed in the order in which they were made", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const wanted = ["GET /c", "GET /a", "GET /b"];
    for (const RouteKey of wanted) await harness.call("CreateRoute", { ApiId, RouteKey });
    const first = await harness.call("GetRoutes", { ApiId, MaxResults: "2" });
    const rest = await harness.call("GetRoutes", { ApiId, MaxResults: "2", NextToken: first.NextToken });
    const listed = [...(first.Items ?? []), ...(rest.Items ?? [])].map((route) => route.RouteKey);
    assert.deepEqual(listed, wanted);
    assert.equal(rest.NextToken, undefined);
  });

  it("that are managed keep their key and stay, but for UpdateApi", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const route = await compose((call, transaction) =>
      createRoute({ ApiId, RouteKey: "$default" }, call, transaction, { managed: true }),
    );
    assert.equal(route.ApiGatewayManaged, true);
    const id = { ApiId, RouteId: route.RouteId };
    await assertFails(harness, "DeleteRoute", id, 400, /^Managed resources cannot be deleted/);
    await assertFails(harness, "UpdateRoute", { ...id, RouteKey: "GET /x" }, 400, /^Managed resources cannot be/);
    const changed = await harness.call("UpdateRoute", { ...id, RouteKey: "$default", OperationName: "all" });
    assert.equal(changed.OperationName, "all");
    assert.equal(changed.ApiGatewayManaged, true);
    const renamed = await compose((call, transaction) =>
      updateRoute({ ...id, RouteKey: "GET /x" }, call, transaction, { managed: true }),
    );
    assert.equal(renamed.RouteKey, "GET /x");
    await harness.ledger.transact((transaction) => deleteRoute(id, transaction, { managed: true }));
    assert.deepEqual((await harness.call("GetRoutes", { ApiId })).Items, []);
  });

  it("that are imported read back empty scopes and parameters", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const route = await compose((call, transaction) =>
      createRoute({ ApiId, RouteKey: "GET /x" }, call, transaction, { imported: true }),
    );
    assert.deepEqual(route.AuthorizationScopes, []);
    assert.deepEqual(route.RequestParameters, {});
  });

  it("leave nothing behind when they are refused", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const before_ = await harness.ledger.list({ prefix: keys.apiContents(ApiId) });
    await harness.ledger.transact(async (transaction) => {
      const input = { ApiId, RouteKey: "GET /{a}", Target: "integrations/nowhere" };
      await assert.rejects(createRoute(input, callOf(harness), transaction), /Integration identifier/);
    });
    assert.deepEqual(await harness.ledger.list({ prefix: keys.apiContents(ApiId) }), before_);
  });

  function compose<T>(
    work: (call: Call, transaction: Parameters<Parameters<Harness["ledger"]["transact"]>[0]>[0]) => Promise<T>,
  ): Promise<T> {
    return harness.ledger.transact((transaction) => work(callOf(harness), transaction));
  }
});

describe("routes with quotas", () => {
  let harness: Harness;
  let ApiId = "";
  before(async () => {
    harness = await openApis({ quotas: { ...DEFAULT_QUOTAS, routesPerApi: 2, scopesPerRoute: 1 } });
    ApiId = await createApi(harness, "HTTP");
  });
  after(() => harness.close());

  it("are so many at most, and a deleted one makes room", async () => {
    const { RouteId = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: "GET /1" });
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /2" });
    const message = /^Maximum number of Routes for this API has been reached\./;
    await assertFails(harness, "CreateRoute", { ApiId, RouteKey: "GET /3" }, 429, message);
    await harness.call("DeleteRoute", { ApiId, RouteId });
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /3" });
    await assertFails(harness, "CreateRoute", { ApiId, RouteKey: "GET /4" }, 429, message);
  });

  it("are not counted when they are refused within a larger change", async () => {
    const api = await createApi(harness, "HTTP");
    const routeKeys = ["GET /1", "GET /2", "GET /3"];
    const outcomes = await harness.ledger.transact(async (transaction) => {
      const made: boolean[] = [];
      for (const RouteKey of routeKeys) {
        const route = createRoute({ ApiId: api, RouteKey }, callOf(harness, 1), transaction);
        made.push(
          await route.then(
            () => true,
            () => false,
          ),
        );
      }
      return made;
    });
    assert.deepEqual(outcomes, [true, false, false]);
    await harness.call("CreateRoute", { ApiId: api, RouteKey: "GET /2" });
    await assertFails(harness, "CreateRoute", { ApiId: api, RouteKey: "GET /3" }, 429, /Routes/);
  });

  it("have so many scopes at most", async () => {
    const input = { ApiId, RouteKey: "GET /s", AuthorizationType: "JWT", AuthorizationScopes: ["a", "b"] };
    await assertFails(harness, "CreateRoute", input, 400, /at most 1 /);
  });
});

/** A call from within the control plane, with so many routes an API. */
function callOf(harness: Harness, routesPerApi = DEFAULT_QUOTAS.routesPerApi): Call {
  return {
    operation: "CreateApi",
    requestId: "r",
    now: harness.clock.nowMs,
    account: ACCOUNT,
    region: REGION,
    settings: {
      quotas: { ...DEFAULT_QUOTAS, routesPerApi },
      references: undefined,
      checkVpcLinks: true,
      vpcLinkDelayMs: 0,
      endpointOf: () => "",
    },
  };
}
