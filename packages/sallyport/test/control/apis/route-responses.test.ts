import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Harness } from "../harness.ts";
import { assertFails, createApi, openApis } from "./fixtures.ts";

describe("route responses", () => {
  let harness: Harness;
  let ApiId = "";
  let count = 0;
  before(async () => {
    harness = await openApis();
    ApiId = await createApi(harness, "WEBSOCKET");
    await harness.call("CreateModel", { ApiId, Name: "reply", Schema: "{}" });
  });
  after(() => harness.close());

  async function route(): Promise<{ ApiId: string; RouteId: string }> {
    count += 1;
    const { RouteId = "" } = await harness.call("CreateRoute", { ApiId, RouteKey: `route${count}` });
    return { ApiId, RouteId };
  }

  it("read back what was sent and nothing else", async () => {
    const whole = {
      RouteResponseKey: "$default",
      ModelSelectionExpression: "action",
      ResponseModels: { a: "reply" },
      ResponseParameters: { "route.response.header.a": { Required: true } },
    };
    for (const sent of [{ RouteResponseKey: "$default" }, whole]) {
      const parent = await route();
      const { RouteResponseId = "", ...created } = await harness.call("CreateRouteResponse", { ...parent, ...sent });
      assert.deepEqual(created, sent);
      assert.match(RouteResponseId, /^[a-z0-9]{6}$/);
      const read = await harness.call("GetRouteResponse", { ...parent, RouteResponseId });
      assert.deepEqual(read, { ...sent, RouteResponseId });
      assert.deepEqual((await harness.call("GetRouteResponses", parent)).Items, [read]);
    }
  });

  it("are refused with another key, an unknown model and a second time", async () => {
    const parent = await route();
    const key = "Currently, only $default is supported as a RouteResponseKey.";
    await assertFails(harness, "CreateRouteResponse", { ...parent, RouteResponseKey: "/200/" }, 400, key);
    const unknown = { ...parent, RouteResponseKey: "$default", ResponseModels: { a: "nothing" } };
    await assertFails(harness, "CreateRouteResponse", unknown, 400, /nothing/);
    const { RouteResponseId = "" } = await harness.call("CreateRouteResponse", {
      ...parent,
      RouteResponseKey: "$default",
    });
    await assertFails(
      harness,
      "CreateRouteResponse",
      { ...parent, RouteResponseKey: "$default" },
      409,
      /already exists/,
    );
    await assertFails(harness, "UpdateRouteResponse", { ...parent, RouteResponseId, RouteResponseKey: "" }, 400, key);
  });

  it("replace maps and clear the model selection", async () => {
    const parent = await route();
    const { RouteResponseId = "" } = await harness.call("CreateRouteResponse", {
      ...parent,
      RouteResponseKey: "$default",
      ModelSelectionExpression: "action",
      ResponseModels: { a: "reply", b: "reply" },
    });
    const updated = await harness.call("UpdateRouteResponse", {
      ...parent,
      RouteResponseId,
      ModelSelectionExpression: "",
      ResponseModels: { c: "reply" },
    });
    assert.deepEqual(updated, { RouteResponseId, RouteResponseKey: "$default", ResponseModels: { c: "reply" } });
  });

  it("are not for HTTP APIs", async () => {
    const api = await createApi(harness, "HTTP");
    const { RouteId = "" } = await harness.call("CreateRoute", { ApiId: api, RouteKey: "GET /x" });
    const message = "RouteResponses are currently not supported for this API protocol type.";
    const input = { ApiId: api, RouteId, RouteResponseKey: "$default" };
    await assertFails(harness, "CreateRouteResponse", input, 400, message);
  });

  it("go alone or with their route", async () => {
    const parent = await route();
    const make = async (): Promise<string> => {
      const created = await harness.call("CreateRouteResponse", { ...parent, RouteResponseKey: "$default" });
      return created.RouteResponseId ?? "";
    };
    const RouteResponseId = await make();
    assert.deepEqual(await harness.call("DeleteRouteResponse", { ...parent, RouteResponseId }), {});
    const message = `Invalid RouteResponse identifier specified ${RouteResponseId}`;
    await assertFails(harness, "GetRouteResponse", { ...parent, RouteResponseId }, 404, message);
    await make();
    await harness.call("DeleteRoute", parent);
    assert.deepEqual(await harness.ledger.list({ prefix: `apis/${ApiId}/routes/${parent.RouteId}` }), []);
  });
});
