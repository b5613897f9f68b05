import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createIntegration as create, updateIntegration } from "../../../../src/control/apis/integrations.ts";
import type { Call } from "../../../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../../../src/control/quotas.ts";
import { badRequest } from "../../../../src/model/errors.ts";
import { ACCOUNT, type Harness, REGION } from "../../harness.ts";
import { assertFails, createApi, FUNCTION, INVOCATION, openApis, type Protocol, ROLE } from "../fixtures.ts";
import {
  CLOUD_MAP,
  HTTP_DEFAULTS,
  LAMBDA,
  LISTENER,
  MOCK,
  QUEUE,
  SOCKET_DEFAULTS,
  STATES,
  URL_PROXY,
} from "./integration-inputs.ts";

describe("integrations", () => {
  let harness: Harness;
  const apis = { HTTP: "", WEBSOCKET: "" };
  before(async () => {
    harness = await openApis({ quotas: { ...DEFAULT_QUOTAS, integrationsPerApi: 1000 } });
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) apis[protocol] = await createApi(harness, protocol);
  });
  after(() => harness.close());

  /** The answer without the id, which is checked, and the ids to go on with. */
  async function make(protocol: Protocol, input: object) {
    const sent = { ApiId: apis[protocol], ...input } as never;
    const { IntegrationId = "", ...created } = await harness.call("CreateIntegration", sent);
    assert.match(IntegrationId, /^[a-z0-9]{7}$/);
    return { id: { ApiId: apis[protocol], IntegrationId }, created };
  }

  const made: readonly (readonly [string, Protocol, object, object])[] = [
    ["a URL", "HTTP", URL_PROXY, { ...URL_PROXY, ...HTTP_DEFAULTS }],
    ["a function", "HTTP", LAMBDA, { ...LAMBDA, ...HTTP_DEFAULTS, IntegrationMethod: "POST" }],
    [
      "a function's invocation ARN with a stage variable",
      "HTTP",
      { ...LAMBDA, IntegrationUri: INVOCATION.replace(":f/", ":${stageVariables.f}:live/") },
      {
        ...LAMBDA,
        ...HTTP_DEFAULTS,
        IntegrationUri: INVOCATION.replace(":f/", ":${stageVariables.f}:live/"),
        IntegrationMethod: "POST",
      },
    ],
    ["a service", "HTTP", QUEUE, { ...QUEUE, ...HTTP_DEFAULTS }],
    [
      "members that HTTP APIs do not keep",
      "HTTP",
      {
        ...URL_PROXY,
        PassthroughBehavior: "NEVER",
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
        RequestTemplates: { a: "b" },
        TemplateSelectionExpression: "a",
        TlsConfig: { ServerNameToVerify: "example.com" },
      },
      { ...URL_PROXY, ...HTTP_DEFAULTS },
    ],
    [
      "mappings",
      "HTTP",
      {
        ...URL_PROXY,
        RequestParameters: {
          "overwrite:path": "/v2/${request.path.p}",
          "remove:header.a": "''",
          "remove:header.b": "",
        },
        ResponseParameters: { "500": { "overwrite:statuscode": "403", "append:header.h": "$context.requestId" } },
      },
      {
        ...URL_PROXY,
        ...HTTP_DEFAULTS,
        RequestParameters: {
          "overwrite:path": "/v2/${request.path.p}",
          "remove:header.a": "''",
          "remove:header.b": "",
        },
        ResponseParameters: { "500": { "overwrite:statuscode": "403", "append:header.h": "$context.requestId" } },
      },
    ],
    [
      "empty maps",
      "HTTP",
      { ...URL_PROXY, RequestParameters: {}, ResponseParameters: { "200": {} }, Description: "" },
      { ...URL_PROXY, ...HTTP_DEFAULTS },
    ],
    [
      "a mock",
      "WEBSOCKET",
      MOCK,
      { ...MOCK, ...SOCKET_DEFAULTS, IntegrationResponseSelectionExpression: "${integration.response.statuscode}" },
    ],
    [
      "a function proxy",
      "WEBSOCKET",
      { IntegrationType: "AWS_PROXY", IntegrationUri: INVOCATION },
      { IntegrationType: "AWS_PROXY", IntegrationUri: INVOCATION, IntegrationMethod: "POST", ...SOCKET_DEFAULTS },
    ],
    [
      "a function without proxy",
      "WEBSOCKET",
      {
        IntegrationType: "AWS",
        IntegrationUri: INVOCATION,
        IntegrationMethod: "POST",
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
        CredentialsArn: "arn:aws:iam::*:user/*",
      },
      {
        IntegrationType: "AWS",
        IntegrationUri: INVOCATION,
        IntegrationMethod: "POST",
        ContentHandlingStrategy: "CONVERT_TO_TEXT",
        CredentialsArn: "arn:aws:iam::*:user/*",
        ...SOCKET_DEFAULTS,
        IntegrationResponseSelectionExpression: "${integration.response.body.errorMessage}",
      },
    ],
    [
      "another service",
      "WEBSOCKET",
      {
        IntegrationType: "AWS",
        IntegrationUri: STATES,
        IntegrationMethod: "POST",
        CredentialsArn: ROLE,
        RequestTemplates: { $default: "{}" },
        TemplateSelectionExpression: "\\$default",
        RequestParameters: { "integration.request.header.Content-Type": "'application/x-amz-json-1.0'" },
      },
      {
        IntegrationType: "AWS",
        IntegrationUri: STATES,
        IntegrationMethod: "POST",
        CredentialsArn: ROLE,
        RequestTemplates: { $default: "{}" },
        TemplateSelectionExpression: "\\$default",
        RequestParameters: { "integration.request.header.Content-Type": "'application/x-amz-json-1.0'" },
        ...SOCKET_DEFAULTS,
        IntegrationResponseSelectionExpression: "${integration.response.statuscode}",
      },
    ],
  ];
  for (const [what, protocol, sent, expected] of made) {
    it(`read back ${what} on ${protocol} with the defaults of the protocol`, async () => {
      const { id, created } = await make(protocol, sent);
      assert.deepEqual(created, expected);
      assert.deepEqual(await harness.call("GetIntegration", id), { ...expected, IntegrationId: id.IntegrationId });
    });
  }

  const uris: readonly (readonly [Protocol, object])[] = [
    ["HTTP", { ...URL_PROXY, IntegrationUri: "http://${stageVariables.host}:{port}/v?key=1" }],
    ["HTTP", { ...LAMBDA, IntegrationUri: `${FUNCTION}:$LATEST` }],
    ["HTTP", { ...LAMBDA, IntegrationUri: FUNCTION.replace("arn:aws:", "arn:aws-cn:") }],
    ["WEBSOCKET", { IntegrationType: "HTTP", IntegrationMethod: "POST", IntegrationUri: "https://b.example/hook" }],
  ];
  for (const [protocol, input] of uris) {
    const uri = (input as { IntegrationUri: string }).IntegrationUri;
    it(`take the URI ${uri} on ${protocol}`, async () => {
      assert.equal((await make(protocol, input)).created.IntegrationUri, uri);
    });
  }

  it("stay while a route targets them", async () => {
    const { id } = await make("HTTP", URL_PROXY);
    const routeIds: string[] = [];
    for (const RouteKey of ["GET /used/1", "GET /used/2"]) {
      const Target = `integrations/${id.IntegrationId}`;
      routeIds.push((await harness.call("CreateRoute", { ApiId: id.ApiId, RouteKey, Target })).RouteId ?? "");
    }
    const message = (ids: string): string =>
      `Cannot delete Integration because it is referenced by the following Routes with Ids: [${ids}]`;
    const [first = "", second = ""] = routeIds;
    const failure = await harness.fail("DeleteIntegration", id);
    assert.equal(failure.status, 409);
    assert.ok([message(`${first}, ${second}`), message(`${second}, ${first}`)].includes(failure.message));
    await harness.call("DeleteRoute", { ApiId: id.ApiId, RouteId: first });
    await assertFails(harness, "DeleteIntegration", id, 409, message(second));
    await harness.call("UpdateRoute", { ApiId: id.ApiId, RouteId: second, Target: "" });
    assert.deepEqual(await harness.call("DeleteIntegration", id), {});
    const unknown = `Invalid Integration identifier specified ${id.IntegrationId}`;
    await assertFails(harness, "GetIntegration", id, 404, unknown);
  });

  it("that are managed keep their target and stay, but for UpdateApi", async () => {
    const managed = { managed: true };
    const { IntegrationId } = await harness.ledger.transact((transaction) =>
      create({ ApiId: apis.HTTP, ...URL_PROXY } as never, callOf(), transaction, managed),
    );
    const id = { ApiId: apis.HTTP, IntegrationId };
    await assertFails(harness, "DeleteIntegration", id, 400, /^Managed resources cannot be deleted/);
    const moved = { ...id, IntegrationUri: "https://b.example" };
    await assertFails(harness, "UpdateIntegration", moved, 400, /^Managed resources cannot be/);
    const slower = await harness.call("UpdateIntegration", { ...id, TimeoutInMillis: 1000, IntegrationMethod: "PUT" });
    assert.deepEqual([slower.TimeoutInMillis, slower.ApiGatewayManaged], [1000, true]);
    const updated = await harness.ledger.transact((transaction) =>
      updateIntegration(moved, callOf(), transaction, managed),
    );
    assert.equal(updated.IntegrationUri, "https://b.example");
  });

  const callOf = (): Call => ({
    operation: "UpdateApi",
    requestId: "r",
    now: harness.clock.nowMs,
    account: ACCOUNT,
    region: REGION,
    settings: {
      quotas: DEFAULT_QUOTAS,
      references: undefined,
      checkVpcLinks: true,
      vpcLinkDelayMs: 0,
      endpointOf: () => "",
    },
  });

  it("are listed page by page", async () => {
    const ApiId = await createApi(harness, "WEBSOCKET");
    for (let count = 0; count < 3; count += 1)
      await harness.call("CreateIntegration", { ApiId, IntegrationType: "MOCK" });
    const first = await harness.call("GetIntegrations", { ApiId, MaxResults: "2" });
    assert.equal(first.Items?.length, 2);
    const rest = await harness.call("GetIntegrations", { ApiId, NextToken: first.NextToken });
    assert.deepEqual([rest.Items?.length, rest.NextToken], [1, undefined]);
  });
});

describe("integrations with quotas and strict references", () => {
  it("are so many at most", async () => {
    const harness = await openApis({ quotas: { ...DEFAULT_QUOTAS, integrationsPerApi: 1 } });
    const ApiId = await createApi(harness, "WEBSOCKET");
    await harness.call("CreateIntegration", { ApiId, IntegrationType: "MOCK" });
    const message =
      "Maximum number of Integrations for this API has been reached.  Please contact AWS if you need additional Integrations.";
    await assertFails(harness, "CreateIntegration", { ApiId, IntegrationType: "MOCK" }, 429, message);
    await harness.close();
  });

  it("name things that exist, where their names are known", async () => {
    const asked: string[] = [];
    const harness = await openApis({
      checkVpcLinks: false,
      references: async (kind, name) => {
        asked.push(`${kind} ${name}`);
        if (name.includes("missing")) throw badRequest(`no ${kind}`);
        return Promise.resolve();
      },
    });
    const ApiId = await createApi(harness, "HTTP");
    const linked = { ...URL_PROXY, ConnectionType: "VPC_LINK", ConnectionId: "elsewhere" };
    const inputs = [
      { ...LAMBDA, CredentialsArn: ROLE },
      { ...LAMBDA, IntegrationUri: INVOCATION },
      { ...LAMBDA, IntegrationUri: `${FUNCTION}:\${stageVariables.alias}` },
      { ...linked, IntegrationUri: LISTENER },
      { ...linked, IntegrationUri: CLOUD_MAP },
    ];
    for (const input of inputs) await harness.call("CreateIntegration", { ApiId, ...input } as never);
    assert.deepEqual(asked, [
      `role ${ROLE}`,
      `function ${FUNCTION}`,
      `function ${FUNCTION}`,
      `listener ${LISTENER}`,
      `Cloud Map service ${CLOUD_MAP.replace(/\?.*/, "")}`,
    ]);
    const missing = { ApiId, ...LAMBDA, IntegrationUri: FUNCTION.replace(/:f$/, ":missing") };
    await assertFails(harness, "CreateIntegration", missing, 400, "no function");
    await harness.close();
  });
});
