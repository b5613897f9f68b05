import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import { vpcLinkOperations } from "../../../src/control/domains/vpc-links.ts";
import type { OperationTable } from "../../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import { keys } from "../../../src/model/keys.ts";
import { ACCOUNT, type Harness, openHarness, REGION } from "../harness.ts";

const operations = {
  ...apiOperations,
  ...deploymentOperations,
  ...integrationOperations,
  ...routeOperations,
  ...stageOperations,
  ...vpcLinkOperations,
} satisfies OperationTable;

const HTTP = { Name: "a", ProtocolType: "HTTP" } as const;
const WEBSOCKET = {
  Name: "w",
  ProtocolType: "WEBSOCKET",
  RouteSelectionExpression: "$request.body.action",
} as const;
const of = (protocol: "HTTP" | "WEBSOCKET") => (protocol === "HTTP" ? HTTP : WEBSOCKET);

const routeSelectionHttp = 'Route selection expression is currently limited to "${request.method} ${request.path}"';
const routeSelection = "Invalid routeSelectionExpression";

describe("APIs", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness(operations);
  });
  after(() => harness.close());

  const create = async (protocol: "HTTP" | "WEBSOCKET", members: object = {}): Promise<string> =>
    (await harness.call("CreateApi", { ...of(protocol), ...members })).ApiId ?? "";

  it("read back the defaults of HTTP", async () => {
    const created = await harness.call("CreateApi", HTTP);
    const { ApiId = "" } = created;
    assert.match(ApiId, /^[a-z0-9]{10}$/);
    assert.deepEqual(created, {
      ApiId,
      ApiEndpoint: `http://${ApiId}.execute-api.us-east-1.localhost:8080`,
      ApiKeySelectionExpression: "$request.header.x-api-key",
      CreatedDate: "2026-01-31T12:34:56Z",
      DisableExecuteApiEndpoint: false,
      IpAddressType: "ipv4",
      Name: "a",
      ProtocolType: "HTTP",
      RouteSelectionExpression: "$request.method $request.path",
      Tags: {},
    });
    assert.deepEqual(await harness.call("GetApi", { ApiId }), created);
  });

  it("read back the defaults of WebSocket", async () => {
    const created = await harness.call("CreateApi", WEBSOCKET);
    assert.deepEqual(created, {
      ApiId: created.ApiId,
      ApiEndpoint: `ws://${created.ApiId}.execute-api.us-east-1.localhost:8080`,
      ApiKeySelectionExpression: "$request.header.x-api-key",
      CreatedDate: "2026-01-31T12:34:56Z",
      DisableExecuteApiEndpoint: false,
      IpAddressType: "ipv4",
      Tags: {},
      ...WEBSOCKET,
    });
  });

  const kept: readonly (readonly [string, "HTTP" | "WEBSOCKET", object])[] = [
    [
      "every member of an HTTP API",
      "HTTP",
      {
        Description: "d".repeat(1024),
        Version: "v".repeat(64),
        RouteSelectionExpression: "${request.method} ${request.path}",
        ApiKeySelectionExpression: "$request.header.x-api-key",
        CorsConfiguration: {
          AllowCredentials: true,
          AllowHeaders: ["x-a", "*"],
          AllowMethods: ["GET", "post", "*"],
          AllowOrigins: ["https://a.example", "http://b.example:8080", "https://*"],
          ExposeHeaders: ["x-b"],
          MaxAge: 86_400,
        },
        DisableExecuteApiEndpoint: true,
        IpAddressType: "dualstack",
        Tags: { team: "x" },
      },
    ],
    [
      "every member of a WebSocket API",
      "WEBSOCKET",
      {
        RouteSelectionExpression: "${request.body.service}/$request.body.action",
        ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey",
        DisableSchemaValidation: true,
      },
    ],
    ["schema validation that stays on", "WEBSOCKET", { DisableSchemaValidation: false }],
    ["a constant expression", "WEBSOCKET", { RouteSelectionExpression: "\\$default" }],
    ["any origin without credentials", "HTTP", { CorsConfiguration: { AllowOrigins: ["*"], AllowCredentials: false } }],
    ["the preflight cache turned off", "HTTP", { CorsConfiguration: { MaxAge: -1 } }],
  ];
  for (const [what, protocol, members] of kept) {
    it(`keep ${what}, made or updated`, async () => {
      const ApiId = await create(protocol, members);
      const read = await harness.call("GetApi", { ApiId });
      assert.deepEqual(read, { ...read, ...members });
      const { Tags: _tags, ...updatable } = members as { Tags?: object };
      const updated = await harness.call("UpdateApi", { ApiId: await create(protocol), ...updatable });
      assert.deepEqual(updated, { ...updated, ...updatable });
      assert.deepEqual(await harness.call("GetApi", { ApiId: updated.ApiId ?? "" }), updated);
    });
  }

  it("read header names of CORS back in lower case", async () => {
    const CorsConfiguration = { AllowHeaders: ["X-Amz-Date", "Authorization"], ExposeHeaders: ["Date"] };
    const api = await harness.call("GetApi", { ApiId: await create("HTTP", { CorsConfiguration }) });
    assert.deepEqual(api.CorsConfiguration, { AllowHeaders: ["x-amz-date", "authorization"], ExposeHeaders: ["date"] });
  });

  const dropped: readonly (readonly [string, "HTTP" | "WEBSOCKET", object, string])[] = [
    ["an empty description", "HTTP", { Description: "" }, "Description"],
    ["an empty version", "HTTP", { Version: "" }, "Version"],
    ["an empty CORS configuration", "HTTP", { CorsConfiguration: {} }, "CorsConfiguration"],
    ["an empty CORS configuration", "WEBSOCKET", { CorsConfiguration: {} }, "CorsConfiguration"],
    ["CORS lists without elements", "HTTP", { CorsConfiguration: { AllowHeaders: [] } }, "CorsConfiguration"],
    ["schema validation that is not disabled", "HTTP", { DisableSchemaValidation: false }, "DisableSchemaValidation"],
  ];
  for (const [what, protocol, members, member] of dropped) {
    it(`keep nothing of ${what} on ${protocol}`, async () => {
      assert.ok(!(member in (await harness.call("GetApi", { ApiId: await create(protocol, members) }))));
    });
  }

  const refused: readonly (readonly [string, "HTTP" | "WEBSOCKET", object, string | RegExp])[] = [
    ["an empty name", "HTTP", { Name: "" }, "Invalid API name specified"],
    ["a name of 129 characters", "HTTP", { Name: "n".repeat(129) }, "Invalid API name specified"],
    ["a description of 1025 characters", "HTTP", { Description: "d".repeat(1025) }, /Description/],
    ["a version of 65 characters", "HTTP", { Version: "v".repeat(65) }, /Version/],
    ["an unknown IP address type", "HTTP", { IpAddressType: "ipv6" }, /IpAddressType/],
    ["another route selection", "HTTP", { RouteSelectionExpression: "$request.method" }, routeSelectionHttp],
    ["an empty route selection", "HTTP", { RouteSelectionExpression: "" }, routeSelectionHttp],
    ["no route selection", "WEBSOCKET", { RouteSelectionExpression: "" }, routeSelection],
    ["the route selection of HTTP", "WEBSOCKET", { RouteSelectionExpression: "$request.method" }, routeSelection],
    ["a route selection by header", "WEBSOCKET", { RouteSelectionExpression: "$request.header.a" }, routeSelection],
    ["an open brace", "WEBSOCKET", { RouteSelectionExpression: "${request.body.a" }, routeSelection],
    ["another API key", "WEBSOCKET", { ApiKeySelectionExpression: "$request.header.k" }, /apiKeySelectionExpression/],
    ["an empty API key", "WEBSOCKET", { ApiKeySelectionExpression: "" }, /apiKeySelectionExpression/],
    [
      "the authorizer's API key",
      "HTTP",
      { ApiKeySelectionExpression: "$context.authorizer.usageIdentifierKey" },
      /apiKeySelectionExpression/,
    ],
    ["schema validation disabled", "HTTP", { DisableSchemaValidation: true }, /DisableSchemaValidation/],
    [
      "CORS",
      "WEBSOCKET",
      { CorsConfiguration: { AllowOrigins: ["*"] } },
      "Cors is not supported for WEBSOCKET protocolType",
    ],
    [
      "credentials for any origin",
      "HTTP",
      { CorsConfiguration: { AllowCredentials: true, AllowOrigins: ["https://a.example", "*"] } },
      "allow-credentials is not supported if 'allow-origin' is *",
    ],
    ["an origin without a scheme", "HTTP", { CorsConfiguration: { AllowOrigins: ["a.example"] } }, /origin a\.example/],
    ["an origin of another scheme", "HTTP", { CorsConfiguration: { AllowOrigins: ["ftp://a"] } }, /origin ftp/],
    ["a method CORS does not know", "HTTP", { CorsConfiguration: { AllowMethods: ["GET", "TRACE"] } }, /TRACE/],
    ["a header with a blank", "HTTP", { CorsConfiguration: { AllowHeaders: ["x y"] } }, /x y/],
    ["an exposed header with a comma", "HTTP", { CorsConfiguration: { ExposeHeaders: ["x,y"] } }, /x,y/],
    ["a maximum age of -2", "HTTP", { CorsConfiguration: { MaxAge: -2 } }, /max-age: -2/],
    ["a maximum age above a day", "HTTP", { CorsConfiguration: { MaxAge: 86_401 } }, /max-age: 86401/],
  ];
  for (const [what, protocol, members, message] of refused) {
    it(`refuse ${what} on ${protocol}, made or updated`, async () => {
      const ApiId = await create(protocol);
      const earlier = await harness.call("GetApi", { ApiId });
      const refusals = [
        await harness.fail("CreateApi", { ...of(protocol), ...members }),
        await harness.fail("UpdateApi", { ApiId, ...members }),
      ];
      for (const refusal of refusals) {
        assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
        assert.ok(
          typeof message === "string" ? refusal.message === message : message.test(refusal.message),
          refusal.message,
        );
      }
      assert.deepEqual(await harness.call("GetApi", { ApiId }), earlier);
    });
  }

  const refusedCreations: readonly (readonly [string, object, string])[] = [
    ["without a name", { ProtocolType: "HTTP" }, "Invalid API name specified"],
    ["without a protocol", { Name: "a" }, "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]"],
    [
      "of an unknown protocol",
      { Name: "a", ProtocolType: "REST" },
      "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]",
    ],
    ["of WebSocket without an expression", { Name: "a", ProtocolType: "WEBSOCKET" }, routeSelection],
  ];
  for (const [what, input, message] of refusedCreations) {
    it(`can not be made ${what}`, async () => {
      assert.deepEqual(await harness.fail("CreateApi", input), { code: "BadRequestException", status: 400, message });
    });
  }

  it("keep what an update does not send", async () => {
    const ApiId = await create("HTTP", {
      Description: "d",
      Version: "1",
      CorsConfiguration: { AllowOrigins: ["*"] },
      DisableExecuteApiEndpoint: true,
      IpAddressType: "dualstack",
      Tags: { a: "1" },
    });
    const earlier = await harness.call("GetApi", { ApiId });
    assert.deepEqual(await harness.call("UpdateApi", { ApiId, CorsConfiguration: {} }), earlier);
    assert.equal((await harness.call("UpdateApi", { ApiId, Name: "b" })).Name, "b");
    assert.deepEqual(await harness.call("UpdateApi", { ApiId, Name: "a" }), earlier);
  });

  it("clear description and version with empty texts", async () => {
    const ApiId = await create("HTTP", { Description: "d", Version: "1" });
    const updated = await harness.call("UpdateApi", { ApiId, Description: "", Version: "" });
    assert.deepEqual(["Description" in updated, "Version" in updated], [false, false]);
  });

  it("replace CORS as a whole and lose it to DeleteCorsConfiguration only", async () => {
    const ApiId = await create("HTTP", { CorsConfiguration: { AllowOrigins: ["*"], MaxAge: 5 } });
    const updated = await harness.call("UpdateApi", { ApiId, CorsConfiguration: { AllowMethods: ["GET"] } });
    assert.deepEqual(updated.CorsConfiguration, { AllowMethods: ["GET"] });
    assert.deepEqual(await harness.call("DeleteCorsConfiguration", { ApiId }), {});
    assert.ok(!("CorsConfiguration" in (await harness.call("GetApi", { ApiId }))));
    assert.deepEqual(await harness.call("DeleteCorsConfiguration", { ApiId }), {});
  });

  it("do not change their protocol or their tags in an update", async () => {
    const ApiId = await create("HTTP", { Tags: { a: "1" } });
    const input = { ApiId, ProtocolType: "WEBSOCKET", Tags: { b: "2" } };
    const updated = await harness.call("UpdateApi", input);
    assert.deepEqual([updated.ProtocolType, updated.Tags], ["HTTP", { a: "1" }]);
  });

  it("may share a name", async () => {
    assert.notEqual(await create("HTTP"), await create("HTTP"));
  });

  it("take everything of theirs along when they go", async () => {
    const other = await create("HTTP");
    const { VpcLinkId = "" } = await harness.call("CreateVpcLink", { Name: "l", SubnetIds: ["subnet-1"] });
    const ApiId = await create("HTTP");
    await harness.call("CreateIntegration", {
      ApiId,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "ANY",
      IntegrationUri: `arn:aws:elasticloadbalancing:${REGION}:${ACCOUNT}:listener/app/a/50dc6c495c0c9188/0467ef3c8400ae65`,
      ConnectionType: "VPC_LINK",
      ConnectionId: VpcLinkId,
      PayloadFormatVersion: "1.0",
    });
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /x" });
    await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    assert.equal((await harness.fail("DeleteVpcLink", { VpcLinkId })).status, 400);
    assert.deepEqual(await harness.call("DeleteApi", { ApiId }), {});
    assert.deepEqual(await harness.ledger.list({ prefix: keys.api(ApiId) }), []);
    const message = `Invalid API identifier specified ${ACCOUNT}:${ApiId}`;
    const unknown = { code: "NotFoundException", status: 404, message };
    assert.deepEqual(await harness.fail("GetApi", { ApiId }), unknown);
    assert.deepEqual(await harness.fail("UpdateApi", { ApiId, Name: "" }), unknown);
    assert.deepEqual(await harness.fail("DeleteApi", { ApiId }), unknown);
    assert.deepEqual(await harness.fail("DeleteCorsConfiguration", { ApiId }), unknown);
    assert.deepEqual(await harness.fail("GetStage", { ApiId, StageName: "s" }), unknown);
    await harness.call("DeleteVpcLink", { VpcLinkId });
    assert.equal((await harness.call("GetApi", { ApiId: other })).ApiId, other);
  });

  it("stay while a domain name is mapped to them", async () => {
    const ApiId = await create("HTTP");
    const key = keys.apiUse(ApiId, "api.example.com", "m1");
    await harness.ledger.commit([{ key, value: { DomainName: "api.example.com", Stage: "s" } }]);
    assert.deepEqual(await harness.fail("DeleteApi", { ApiId }), {
      code: "BadRequestException",
      status: 400,
      message: `Deleting API ${ApiId} failed. Please remove all API mappings for the API from your custom domain names.`,
    });
    await harness.ledger.commit([{ key, delete: true }]);
    await harness.call("DeleteApi", { ApiId });
  });

  it("are unknown to another account and another region", async () => {
    const ApiId = await create("HTTP");
    for (const caller of [{ account: "999999999999" }, { region: "eu-west-1" }]) {
      assert.deepEqual(await harness.fail("GetApi", { ApiId }, caller), {
        code: "NotFoundException",
        status: 404,
        message: `Invalid API identifier specified ${caller.account ?? ACCOUNT}:${ApiId}`,
      });
    }
  });

  it("that no key can name are unknown", async () => {
    for (const ApiId of ["\0", "\ud800", "a".repeat(5000), "%", "../x"]) {
      assert.equal((await harness.fail("GetApi", { ApiId })).status, 404);
    }
  });

  it("reach clients by the region's endpoint", async () => {
    const api = await harness.call("CreateApi", HTTP, { region: "eu-west-1" });
    assert.equal(api.ApiEndpoint, `http://${api.ApiId}.execute-api.eu-west-1.localhost:8080`);
  });
});

describe("the list of APIs", () => {
  let harness: Harness;
  before(async () => {
    harness = await openHarness(operations, { quotas: { ...DEFAULT_QUOTAS, apisPerRegion: 4 } });
  });
  after(() => harness.close());

  it("holds the owner's in the order of creation, page by page, and no more than the quota", async () => {
    assert.deepEqual(await harness.call("GetApis", {}), { Items: [] });
    const ids: (string | undefined)[] = [];
    for (let index = 0; index < 4; index += 1) ids.push((await harness.call("CreateApi", HTTP)).ApiId);
    assert.deepEqual(await harness.fail("CreateApi", HTTP), {
      code: "TooManyRequestsException",
      status: 429,
      message:
        "Maximum number of APIs for this account has been reached.  Please contact AWS if you need additional APIs.",
    });
    await harness.call("CreateApi", HTTP, { region: "eu-west-1" });
    await harness.call("CreateApi", HTTP, { account: "999999999999" });
    await harness.call("UpdateApi", { ApiId: ids[1] ?? "", Name: "changed" });
    const listed: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await harness.call("GetApis", { MaxResults: "3", NextToken });
      listed.push(...(page.Items ?? []).map((item) => item.ApiId));
      for (const item of page.Items ?? [])
        assert.deepEqual(item, await harness.call("GetApi", { ApiId: item.ApiId ?? "" }));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    assert.deepEqual(listed, ids);
    await harness.call("DeleteApi", { ApiId: ids[0] ?? "" });
    await harness.call("CreateApi", HTTP);
    assert.equal((await harness.fail("CreateApi", HTTP)).status, 429);
  });

  for (const MaxResults of ["0", "-1", "x", "1.5"]) {
    it(`refuses ${MaxResults} as the size of a page`, async () => {
      assert.equal((await harness.fail("GetApis", { MaxResults })).status, 400);
    });
  }

  it("refuses tokens that nobody gave", async () => {
    const foreign = Buffer.from(JSON.stringify([1, 1, "k", "apis/x/routes"])).toString("base64url");
    for (const NextToken of ["x", "e30", foreign]) {
      assert.equal((await harness.fail("GetApis", { NextToken })).status, 400);
    }
  });
});
