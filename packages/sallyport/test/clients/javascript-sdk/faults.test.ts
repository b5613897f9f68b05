/** What refusals look like to the JavaScript SDK: typed exceptions, and no retries. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  ApiGatewayV2Client,
  BadRequestException,
  ConflictException,
  CreateApiCommand,
  CreatePortalProductCommand,
  CreateRouteCommand,
  CreateStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetPortalCommand,
  ListPortalProductsCommand,
  ListPortalsCommand,
  NotFoundException,
  UpdateStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { type Gateway, startGateway } from "../gateway.ts";
import { ACCOUNT, clientOf, given, REGION, refused } from "./sdk.ts";

describe("refusals through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    gateway = await startGateway();
    client = clientOf(gateway);
    ApiId = given((await client.send(new CreateApiCommand({ Name: "refusing", ProtocolType: "HTTP" }))).ApiId);
    await client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /pets" }));
    await client.send(new CreateStageCommand({ ApiId, StageName: "test" }));
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("throws the exception classes of the SDK", async () => {
    await assert.rejects(client.send(new GetApiCommand({ ApiId: "nothere123" })), NotFoundException);
    await assert.rejects(client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /pets" })), ConflictException);
    await assert.rejects(client.send(new CreateRouteCommand({ ApiId, RouteKey: "get pets" })), BadRequestException);
  });

  const cases = [
    {
      what: "an unknown API",
      call: () => client.send(new GetApiCommand({ ApiId: "nothere123" })),
      expected: {
        name: "NotFoundException",
        status: 404,
        message: `Invalid API identifier specified ${ACCOUNT}:nothere123`,
      },
    },
    {
      what: "a route key twice",
      call: () => client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /pets" })),
      expected: {
        name: "ConflictException",
        status: 409,
        message: "Route with key GET /pets already exists for this API",
      },
    },
    {
      what: "a route key in lower case",
      call: () => client.send(new CreateRouteCommand({ ApiId, RouteKey: "get /birds" })),
      expected: {
        name: "BadRequestException",
        status: 400,
        message:
          'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
      },
    },
    {
      what: "a protocol that is none",
      call: () => client.send(new CreateApiCommand({ Name: "x", ProtocolType: "REST" as "HTTP" })),
      expected: {
        name: "BadRequestException",
        status: 400,
        message: "Invalid protocol specified. Must be one of [HTTP, WEBSOCKET]",
      },
    },
    {
      what: "a stage twice",
      call: () => client.send(new CreateStageCommand({ ApiId, StageName: "test" })),
      expected: { name: "ConflictException", status: 409, message: "Stage already exists" },
    },
    {
      what: "settings of a route that is not there",
      call: () => client.send(new UpdateStageCommand({ ApiId, StageName: "test", RouteSettings: { "GET /x": {} } })),
      expected: {
        name: "NotFoundException",
        status: 404,
        message: "Unable to find Route by key GET /x within the provided RouteSettings",
      },
    },
    {
      what: "a page size that is no number",
      call: () => client.send(new GetApisCommand({ MaxResults: "many" })),
      expected: { name: "BadRequestException", status: 400 },
    },
    {
      what: "a page token that nobody gave",
      call: () => client.send(new GetApisCommand({ NextToken: "made-up" })),
      expected: { name: "BadRequestException", status: 400 },
    },
  ] as const;
  for (const { what, call, expected } of cases) it(`refuses ${what}`, () => refused(call(), expected));

  it("refuses the operations of developer portals by name, at the first try", async () => {
    const portals = [
      { name: "ListPortals", call: () => client.send(new ListPortalsCommand({})) },
      { name: "GetPortal", call: () => client.send(new GetPortalCommand({ PortalId: "abcdefghij" })) },
      { name: "ListPortalProducts", call: () => client.send(new ListPortalProductsCommand({})) },
      { name: "CreatePortalProduct", call: () => client.send(new CreatePortalProductCommand({ DisplayName: "x" })) },
    ];
    for (const { name, call } of portals) {
      await refused(call(), {
        name: "UnknownOperationException",
        status: 400,
        message: new RegExp(`^${name} is not supported`),
      });
    }
  });

  it("keeps the definitions of accounts and regions apart", async () => {
    const other = (accessKeyId: string, region: string): ApiGatewayV2Client =>
      new ApiGatewayV2Client({ endpoint: gateway.admin, region, credentials: { accessKeyId, secretAccessKey: "any" } });
    for (const stranger of [other("111122223333", REGION), other("any", "eu-west-1")]) {
      assert.deepEqual((await stranger.send(new GetApisCommand({}))).Items, []);
      await assert.rejects(stranger.send(new GetApiCommand({ ApiId })), NotFoundException);
      stranger.destroy();
    }
  });

  it("tells who calls", async () => {
    const identityOf = async (accessKeyId: string): Promise<readonly (string | undefined)[]> => {
      const sts = new STSClient({
        endpoint: gateway.admin,
        region: REGION,
        credentials: { accessKeyId, secretAccessKey: "any" },
      });
      const { Account, Arn, UserId, $metadata } = await sts.send(new GetCallerIdentityCommand({}));
      sts.destroy();
      assert.ok($metadata.requestId);
      assert.ok(UserId);
      return [Account, Arn];
    };
    assert.deepEqual(await identityOf("any"), [ACCOUNT, `arn:aws:iam::${ACCOUNT}:root`]);
    assert.deepEqual(await identityOf("111122223333"), ["111122223333", "arn:aws:iam::111122223333:root"]);
  });
});
