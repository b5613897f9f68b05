/** Routes, integrations and authorizers of an HTTP API through the JavaScript SDK. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  DeleteAuthorizerCommand,
  DeleteIntegrationCommand,
  DeleteRouteCommand,
  GetAuthorizerCommand,
  GetAuthorizersCommand,
  GetIntegrationCommand,
  GetIntegrationsCommand,
  GetRouteCommand,
  GetRoutesCommand,
  UpdateAuthorizerCommand,
  UpdateIntegrationCommand,
  UpdateRouteCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, membersOf, pagesOf, REGION, refused } from "./sdk.ts";

const FUNCTION = `arn:aws:lambda:${REGION}:000000000000:function:check`;
const INVOCATION = `arn:aws:apigateway:${REGION}:lambda:path/2015-03-31/functions/${FUNCTION}/invocations`;

describe("routes of an HTTP API through the JavaScript SDK", () => {
  let gateway: Gateway;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    gateway = await startGateway();
    client = clientOf(gateway);
    ApiId = given((await client.send(new CreateApiCommand({ Name: "routes", ProtocolType: "HTTP" }))).ApiId);
  });
  after(async () => {
    client.destroy();
    await gateway.stop();
  });

  it("creates, reads, patches and deletes an HTTP proxy integration", async () => {
    const created = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: "https://example.com/{id}",
        PayloadFormatVersion: "1.0",
        Description: "first",
        RequestParameters: { "overwrite:path": "$request.path", "append:header.x-one": "1" },
        ResponseParameters: { "200": { "overwrite:statuscode": "201" } },
      }),
    );
    const { IntegrationId, ...members } = membersOf(created);
    assert.match(given(IntegrationId), /^[a-z0-9]{7}$/);
    assert.deepEqual(members, {
      ConnectionType: "INTERNET",
      Description: "first",
      IntegrationMethod: "GET",
      IntegrationType: "HTTP_PROXY",
      IntegrationUri: "https://example.com/{id}",
      PayloadFormatVersion: "1.0",
      RequestParameters: { "overwrite:path": "$request.path", "append:header.x-one": "1" },
      ResponseParameters: { "200": { "overwrite:statuscode": "201" } },
      TimeoutInMillis: 30_000,
    });
    const patched = await client.send(
      new UpdateIntegrationCommand({
        ApiId,
        IntegrationId,
        TimeoutInMillis: 5000,
        Description: "",
        RequestParameters: { "append:header.x-one": "", "append:header.x-two": "2" },
      }),
    );
    assert.equal(patched.TimeoutInMillis, 5000);
    assert.equal(patched.Description, undefined);
    assert.deepEqual(patched.RequestParameters, { "overwrite:path": "$request.path", "append:header.x-two": "2" });
    assert.deepEqual(
      membersOf(await client.send(new GetIntegrationCommand({ ApiId, IntegrationId }))),
      membersOf(patched),
    );
    await client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }));
    await refused(client.send(new GetIntegrationCommand({ ApiId, IntegrationId })), {
      name: "NotFoundException",
      status: 404,
      message: `Invalid Integration identifier specified ${IntegrationId}`,
    });
  });

  it("reads back what a Lambda and a service integration default to", async () => {
    const lambda = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationUri: FUNCTION,
        PayloadFormatVersion: "2.0",
      }),
    );
    assert.equal(lambda.IntegrationMethod, "POST");
    assert.equal(lambda.IntegrationUri, FUNCTION);
    const queue = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "AWS_PROXY",
        IntegrationSubtype: "SQS-SendMessage",
        PayloadFormatVersion: "1.0",
        CredentialsArn: "arn:aws:iam::000000000000:role/sender",
        RequestParameters: { QueueUrl: "$request.header.queue", MessageBody: "$request.body" },
      }),
    );
    assert.equal(queue.IntegrationSubtype, "SQS-SendMessage");
    assert.equal(queue.IntegrationMethod, undefined);
    for (const { IntegrationId } of [lambda, queue]) {
      await client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId }));
    }
  });

  it("creates, reads, patches and deletes routes with a JWT authorizer", async () => {
    const { AuthorizerId, ...authorizer } = await client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "tokens",
        AuthorizerType: "JWT",
        IdentitySource: ["$request.header.Authorization"],
        JwtConfiguration: { Issuer: "https://issuer.example.com", Audience: ["one", "two"] },
      }),
    );
    assert.match(given(AuthorizerId), /^[a-z0-9]{6}$/);
    assert.equal(authorizer.AuthorizerResultTtlInSeconds, undefined);
    const { RouteId } = await client.send(
      new CreateRouteCommand({
        ApiId,
        RouteKey: "GET /pets/{id}",
        AuthorizationType: "JWT",
        AuthorizerId,
        AuthorizationScopes: ["pets.read", "pets.write"],
        OperationName: "readPet",
      }),
    );
    const { $metadata: _, ...read } = await client.send(new GetRouteCommand({ ApiId, RouteId }));
    assert.deepEqual(read, {
      ApiKeyRequired: false,
      AuthorizationScopes: ["pets.read", "pets.write"],
      AuthorizationType: "JWT",
      AuthorizerId,
      OperationName: "readPet",
      RouteId,
      RouteKey: "GET /pets/{id}",
    });
    await refused(client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId })), {
      name: "ConflictException",
      status: 409,
      message: "Cannot delete authorizer 'tokens', is referenced in route: GET /pets/{id}",
    });
    const open = await client.send(
      new UpdateRouteCommand({
        ApiId,
        RouteId,
        AuthorizationType: "NONE",
        AuthorizerId: "",
        AuthorizationScopes: [],
        OperationName: "",
      }),
    );
    assert.equal(open.AuthorizationType, "NONE");
    assert.equal(open.AuthorizerId, undefined);
    assert.equal(open.OperationName, undefined);
    assert.deepEqual(open.AuthorizationScopes ?? [], []);
    const renewed = await client.send(
      new UpdateAuthorizerCommand({
        ApiId,
        AuthorizerId,
        JwtConfiguration: { Issuer: "https://other.example.com", Audience: ["x"] },
      }),
    );
    assert.deepEqual(renewed.JwtConfiguration, { Issuer: "https://other.example.com", Audience: ["x"] });
    await client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }));
    await client.send(new DeleteRouteCommand({ ApiId, RouteId }));
    await refused(client.send(new GetRouteCommand({ ApiId, RouteId })), { name: "NotFoundException", status: 404 });
    await refused(client.send(new GetAuthorizerCommand({ ApiId, AuthorizerId })), {
      name: "NotFoundException",
      status: 404,
    });
  });

  it("keeps a Lambda authorizer's answers for 300 seconds unless told otherwise", async () => {
    const { AuthorizerId, ...created } = await client.send(
      new CreateAuthorizerCommand({
        ApiId,
        Name: "function",
        AuthorizerType: "REQUEST",
        AuthorizerUri: INVOCATION,
        AuthorizerPayloadFormatVersion: "2.0",
        EnableSimpleResponses: true,
        IdentitySource: ["$request.header.Authorization", "$context.path"],
      }),
    );
    assert.equal(created.AuthorizerResultTtlInSeconds, 300);
    assert.equal(created.EnableSimpleResponses, true);
    const changed = await client.send(
      new UpdateAuthorizerCommand({ ApiId, AuthorizerId, AuthorizerResultTtlInSeconds: 0, IdentitySource: [] }),
    );
    assert.equal(changed.AuthorizerResultTtlInSeconds, 0);
    assert.deepEqual(changed.IdentitySource ?? [], []);
    const { Items = [] } = await client.send(new GetAuthorizersCommand({ ApiId }));
    assert.deepEqual(
      Items.map(({ Name }) => Name),
      ["function"],
    );
    await client.send(new DeleteAuthorizerCommand({ ApiId, AuthorizerId }));
  });

  it("lists integrations and routes in pages of two, in creation order", async () => {
    const targets: string[] = [];
    for (const path of ["a", "b", "c"]) {
      const { IntegrationId } = await client.send(
        new CreateIntegrationCommand({
          ApiId,
          IntegrationType: "HTTP_PROXY",
          IntegrationMethod: "ANY",
          IntegrationUri: `https://example.com/${path}`,
          PayloadFormatVersion: "1.0",
        }),
      );
      targets.push(`integrations/${IntegrationId}`);
      await client.send(new CreateRouteCommand({ ApiId, RouteKey: `ANY /${path}`, Target: targets.at(-1) }));
    }
    const integrations = await pagesOf((NextToken) =>
      client.send(new GetIntegrationsCommand({ ApiId, MaxResults: "2", NextToken })),
    );
    assert.deepEqual(
      integrations.map((page) => page.map(({ IntegrationUri }) => IntegrationUri?.at(-1))),
      [["a", "b"], ["c"]],
    );
    const routes = await pagesOf((NextToken) =>
      client.send(new GetRoutesCommand({ ApiId, MaxResults: "2", NextToken })),
    );
    assert.deepEqual(
      routes.map((page) => page.map(({ Target }) => Target)),
      [targets.slice(0, 2), targets.slice(2)],
    );
    const [first] = routes.flat();
    await refused(client.send(new DeleteIntegrationCommand({ ApiId, IntegrationId: targets[0]?.split("/")[1] })), {
      name: "ConflictException",
      status: 409,
      message: `Cannot delete Integration because it is referenced by the following Routes with Ids: [${first?.RouteId}]`,
    });
  });
});
