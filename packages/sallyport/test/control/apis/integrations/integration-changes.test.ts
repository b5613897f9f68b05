import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DEFAULT_QUOTAS } from "../../../../src/control/quotas.ts";
import { collections, keys } from "../../../../src/model/keys.ts";
import type { Harness } from "../../harness.ts";
import { assertFails, createApi, FUNCTION, openApis, type Protocol, ROLE } from "../fixtures.ts";
import { CLOUD_MAP, HTTP_DEFAULTS, LAMBDA, LISTENER, MOCK, QUEUE, URL_PROXY } from "./integration-inputs.ts";

describe("integrations that change", () => {
  let harness: Harness;
  let link = "";
  const apis = { HTTP: "", WEBSOCKET: "" };
  before(async () => {
    harness = await openApis({ quotas: { ...DEFAULT_QUOTAS, integrationsPerApi: 1000 } });
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) apis[protocol] = await createApi(harness, protocol);
    link = (await harness.call("CreateVpcLink", { Name: "l", SubnetIds: ["subnet-1"] })).VpcLinkId ?? "";
  });
  after(() => harness.close());

  /** The answer without the id, which is checked, and the ids to go on with. */
  async function make(protocol: Protocol, input: object) {
    const sent = { ApiId: apis[protocol], ...input } as never;
    const { IntegrationId = "", ...created } = await harness.call("CreateIntegration", sent);
    assert.match(IntegrationId, /^[a-z0-9]{7}$/);
    return { id: { ApiId: apis[protocol], IntegrationId }, created };
  }

  it("reach listeners and Cloud Map services through a link, which then counts as used", async () => {
    for (const IntegrationUri of [LISTENER, CLOUD_MAP]) {
      const linked = { ConnectionType: "VPC_LINK", ConnectionId: link, TlsConfig: { ServerNameToVerify: "a.example" } };
      const { id, created } = await make("HTTP", { ...URL_PROXY, ...linked, IntegrationUri });
      assert.deepEqual(created, { ...URL_PROXY, ...HTTP_DEFAULTS, ...linked, IntegrationUri });
      const use = keys.vpcLinkUse(link, id.ApiId, id.IntegrationId);
      assert.deepEqual((await harness.ledger.get(use))?.value, id);
      const cleared = await harness.call("UpdateIntegration", { ...id, TlsConfig: { ServerNameToVerify: "" } });
      assert.equal("TlsConfig" in cleared, false);
      await harness.call("DeleteIntegration", id);
      assert.equal(await harness.ledger.get(use), undefined);
    }
  });

  it("leave a link when their connection becomes INTERNET", async () => {
    const linked = { ConnectionType: "VPC_LINK", ConnectionId: link, IntegrationUri: LISTENER };
    const { id } = await make("HTTP", { ...URL_PROXY, ...linked });
    const changed = { ConnectionType: "INTERNET", IntegrationUri: "http://a.example" } as const;
    assert.equal("ConnectionId" in (await harness.call("UpdateIntegration", { ...id, ...changed })), false);
    assert.deepEqual(await harness.ledger.list({ collection: collections.vpcLinkUses(link) }), []);
  });

  it("need the link to be there, but for one that a stage variable names", async () => {
    const linked = { ...URL_PROXY, ConnectionType: "VPC_LINK", IntegrationUri: LISTENER };
    const input = { ApiId: apis.HTTP, ...linked, ConnectionId: "gone" };
    await assertFails(harness, "CreateIntegration", input, 404, "Invalid VpcLink identifier specified gone");
    const ConnectionId = "${stageVariables.vpcLinkId}";
    const socket = { ...linked, ConnectionId, IntegrationUri: "http://a.example", PayloadFormatVersion: undefined };
    assert.equal((await make("WEBSOCKET", socket)).created.ConnectionId, ConnectionId);
  });

  it("merge request parameters entry by entry", async () => {
    const { id } = await make("HTTP", {
      ...URL_PROXY,
      RequestParameters: { "append:header.a": "1", "append:header.b": "2" },
    });
    const steps = [
      [{}, { "append:header.a": "1", "append:header.b": "2" }],
      [
        { "append:header.a": "", "append:header.c": "3" },
        { "append:header.b": "2", "append:header.c": "3" },
      ],
      [{ "append:header.b": "''" }, { "append:header.b": "''", "append:header.c": "3" }],
      [{ "append:header.b": "", "append:header.c": "" }, undefined],
    ] as const;
    for (const [RequestParameters, expected] of steps) {
      const updated = await harness.call("UpdateIntegration", { ...id, RequestParameters });
      assert.deepEqual(updated.RequestParameters, expected);
    }
  });

  it("merge response parameters by status", async () => {
    const { id } = await make("HTTP", { ...URL_PROXY, ResponseParameters: { "404": { "append:header.a": "1" } } });
    const ResponseParameters = { "500": { "append:header.b": "2" } };
    const merged = await harness.call("UpdateIntegration", { ...id, ResponseParameters });
    assert.deepEqual(merged.ResponseParameters, { "404": { "append:header.a": "1" }, ...ResponseParameters });
    const emptied = await harness.call("UpdateIntegration", { ...id, ResponseParameters: { "404": {} } });
    assert.deepEqual(emptied.ResponseParameters, ResponseParameters);
  });

  it("replace request templates", async () => {
    const { id } = await make("WEBSOCKET", { ...MOCK, RequestTemplates: { a: "1", b: "2" } });
    const updated = await harness.call("UpdateIntegration", { ...id, RequestTemplates: { c: "3" } });
    assert.deepEqual(updated.RequestTemplates, { c: "3" });
  });

  it("clear texts with an empty one, but not what their type needs", async () => {
    const { id } = await make("HTTP", { ...URL_PROXY, Description: "d", CredentialsArn: ROLE });
    const cleared = await harness.call("UpdateIntegration", { ...id, Description: "", CredentialsArn: "" });
    assert.deepEqual(cleared, { ...URL_PROXY, ...HTTP_DEFAULTS, IntegrationId: id.IntegrationId });
    for (const member of ["IntegrationUri", "IntegrationMethod", "PayloadFormatVersion"]) {
      await assertFails(harness, "UpdateIntegration", { ...id, [member]: "" }, 400, /must be specified|required/);
    }
  });

  it("to a service must repeat the subtype in every update", async () => {
    const { id } = await make("HTTP", QUEUE);
    await assertFails(
      harness,
      "UpdateIntegration",
      { ...id, Description: "d" },
      400,
      "Invalid integration URI specified",
    );
    const repeated = { ...id, IntegrationSubtype: "SQS-SendMessage", RequestParameters: { DelaySeconds: "1" } };
    const updated = await harness.call("UpdateIntegration", repeated);
    assert.deepEqual(updated.RequestParameters, { ...QUEUE.RequestParameters, DelaySeconds: "1" });
  });

  it("change from a function to a service and back", async () => {
    const { id } = await make("HTTP", { ...LAMBDA, PayloadFormatVersion: "1.0" });
    const { IntegrationSubtype, CredentialsArn, RequestParameters } = QUEUE;
    const service = await harness.call("UpdateIntegration", {
      ...id,
      IntegrationSubtype,
      CredentialsArn,
      RequestParameters,
    });
    assert.equal(service.IntegrationSubtype, IntegrationSubtype);
    assert.equal("IntegrationUri" in service, false);
    const dropped = { QueueUrl: "", MessageBody: "" };
    const back = { ...id, IntegrationUri: FUNCTION, RequestParameters: dropped };
    const lambda = await harness.call("UpdateIntegration", back);
    assert.equal(lambda.IntegrationUri, FUNCTION);
    assert.equal("IntegrationSubtype" in lambda, false);
  });
});
