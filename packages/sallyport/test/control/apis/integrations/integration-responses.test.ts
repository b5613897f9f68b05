import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Harness } from "../../harness.ts";
import { assertFails, createApi, createIntegration, openApis } from "../fixtures.ts";

describe("integration responses", () => {
  let harness: Harness;
  let parent = { ApiId: "", IntegrationId: "" };
  before(async () => {
    harness = await openApis();
    const ApiId = await createApi(harness, "WEBSOCKET");
    parent = { ApiId, IntegrationId: await createIntegration(harness, ApiId, "WEBSOCKET") };
  });
  after(() => harness.close());

  async function make(input: object) {
    const sent = { ...parent, ...input } as never;
    const { IntegrationResponseId = "", ...created } = await harness.call("CreateIntegrationResponse", sent);
    return { id: { ...parent, IntegrationResponseId }, created };
  }

  it("read back what was sent and nothing else", async () => {
    const whole = {
      IntegrationResponseKey: "/5\\d\\d/",
      ContentHandlingStrategy: "CONVERT_TO_TEXT",
      ResponseParameters: { "method.response.header.a": "integration.response.body.b" },
      ResponseTemplates: { $default: "{}" },
      TemplateSelectionExpression: "${integration.response.statuscode}",
    };
    for (const sent of [{ IntegrationResponseKey: "$default" }, whole]) {
      const { id, created } = await make(sent);
      assert.deepEqual(created, sent);
      assert.match(id.IntegrationResponseId, /^[a-z0-9]{7}$/);
      const { IntegrationResponseId } = id;
      assert.deepEqual(await harness.call("GetIntegrationResponse", id), { ...sent, IntegrationResponseId });
      await harness.call("DeleteIntegrationResponse", id);
    }
  });

  const refused: readonly (readonly [string, object, RegExp])[] = [
    ["a key that is no pattern", { IntegrationResponseKey: "404" }, /404/],
    ["an empty key", { IntegrationResponseKey: "" }, /key/],
    [
      "a parameter of another form",
      { IntegrationResponseKey: "/1/", ResponseParameters: { a: "'b'" } },
      /Invalid Response Actioned Parameter a/,
    ],
    [
      "a parameter from nowhere",
      { IntegrationResponseKey: "/1/", ResponseParameters: { "route.response.header.a": "b" } },
      /Invalid source: b/,
    ],
    [
      "a template selection by the request's headers",
      { IntegrationResponseKey: "/1/", TemplateSelectionExpression: "$request.header.a" },
      /templateSelectionExpression/,
    ],
  ];
  for (const [what, input, message] of refused) {
    it(`are refused with ${what}`, () =>
      assertFails(harness, "CreateIntegrationResponse", { ...parent, ...input }, 400, message));
  }

  it("have their key for themselves", async () => {
    const { id } = await make({ IntegrationResponseKey: "/404/" });
    const again = { ...parent, IntegrationResponseKey: "/404/" };
    await assertFails(harness, "CreateIntegrationResponse", again, 409, /\/404\/ already exists/);
    const { id: other } = await make({ IntegrationResponseKey: "/405/" });
    const renamed = { ...other, IntegrationResponseKey: "/404/" };
    await assertFails(harness, "UpdateIntegrationResponse", renamed, 409, /already exists/);
    await harness.call("DeleteIntegrationResponse", id);
    assert.equal((await harness.call("UpdateIntegrationResponse", renamed)).IntegrationResponseKey, "/404/");
    await harness.call("DeleteIntegrationResponse", other);
  });

  it("replace maps and clear the selection expression", async () => {
    const { id } = await make({
      IntegrationResponseKey: "/2/",
      ResponseTemplates: { a: "1", b: "2" },
      TemplateSelectionExpression: "a",
    });
    const updated = await harness.call("UpdateIntegrationResponse", {
      ...id,
      ResponseTemplates: { c: "3" },
      TemplateSelectionExpression: "",
    });
    const { IntegrationResponseId } = id;
    const expected = { IntegrationResponseId, IntegrationResponseKey: "/2/", ResponseTemplates: { c: "3" } };
    assert.deepEqual(updated, expected);
  });

  it("are not for HTTP APIs", async () => {
    const ApiId = await createApi(harness, "HTTP");
    const IntegrationId = await createIntegration(harness, ApiId, "HTTP");
    const message = "IntegrationResponses are currently not supported for this API protocol type.";
    const input = { ApiId, IntegrationId, IntegrationResponseKey: "$default" };
    await assertFails(harness, "CreateIntegrationResponse", input, 400, message);
  });

  it("are unknown when they are gone, with their integration too", async () => {
    const IntegrationId = await createIntegration(harness, parent.ApiId, "WEBSOCKET");
    const key = { ApiId: parent.ApiId, IntegrationId, IntegrationResponseKey: "$default" };
    const { IntegrationResponseId = "" } = await harness.call("CreateIntegrationResponse", key);
    const id = { ...parent, IntegrationResponseId };
    const message = `Invalid IntegrationResponse identifier specified ${IntegrationResponseId}`;
    await assertFails(harness, "GetIntegrationResponse", id, 404, message);
    await harness.call("DeleteIntegration", { ApiId: parent.ApiId, IntegrationId });
    const documents = await harness.ledger.list({ prefix: `apis/${parent.ApiId}/integrations/${IntegrationId}` });
    assert.deepEqual(documents, []);
  });

  it("are listed", async () => {
    const ApiId = await createApi(harness, "WEBSOCKET");
    const IntegrationId = await createIntegration(harness, ApiId, "WEBSOCKET");
    assert.deepEqual((await harness.call("GetIntegrationResponses", { ApiId, IntegrationId })).Items, []);
    for (const IntegrationResponseKey of ["/2/", "$default"]) {
      await harness.call("CreateIntegrationResponse", { ApiId, IntegrationId, IntegrationResponseKey });
    }
    const { Items = [] } = await harness.call("GetIntegrationResponses", { ApiId, IntegrationId });
    assert.deepEqual(
      Items.map((item) => item.IntegrationResponseKey),
      ["/2/", "$default"],
    );
  });
});
