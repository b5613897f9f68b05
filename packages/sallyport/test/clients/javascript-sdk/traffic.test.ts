/** Definitions made with the JavaScript SDK, and the requests that they serve. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteApiCommand,
  GetRoutesCommand,
  UpdateRouteCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Backend, openBackend } from "../backend.ts";
import { defaultHost, echoOf, edgeRequest } from "../edge-request.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, pagesOf } from "./sdk.ts";

const CHANGES = 50;
const WRITERS = 10;
const ROUTES = 100;

describe("requests to APIs made with the JavaScript SDK", () => {
  let gateway: Gateway;
  let backend: Backend;
  let client: ApiGatewayV2Client;
  before(async () => {
    [gateway, backend] = await Promise.all([startGateway(), openBackend()]);
    client = clientOf(gateway);
  });
  after(async () => {
    client.destroy();
    await Promise.all([gateway.stop(), backend.close()]);
  });

  const integrate = async (ApiId: string, IntegrationUri: string): Promise<string> => {
    const { IntegrationId } = await client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri,
        PayloadFormatVersion: "1.0",
      }),
    );
    return `integrations/${IntegrationId}`;
  };

  it("serves a quick-created API by its host and by its path, until it is deleted", async () => {
    const { ApiId = "", ApiEndpoint = "" } = await client.send(
      new CreateApiCommand({ Name: "quick", ProtocolType: "HTTP", Target: backend.url }),
    );
    const body = JSON.stringify({ kind: "post" });
    const forms = [
      { host: new URL(ApiEndpoint).host, path: "/some/path?x=1&x=2" },
      { host: `${ApiId}.execute-api.us-east-1.amazonaws.com`, path: "/some/path?x=1&x=2" },
      { path: `/_execute-api/${ApiId}/some/path?x=1&x=2` },
    ];
    for (const form of forms) {
      const answer = await edgeRequest({
        edge: gateway.http,
        method: "POST",
        headers: { "content-type": "application/json" },
        body,
        ...form,
      });
      assert.equal(answer.status, 200, answer.text);
      const echo = echoOf(answer);
      assert.deepEqual([echo.method, echo.body, echo.headers["content-type"]], ["POST", body, "application/json"]);
      assert.match(echo.url, /\?x=1&x=2$/);
      assert.ok(answer.headers["apigw-requestid"]);
    }
    await client.send(new DeleteApiCommand({ ApiId }));
    const gone = await edgeRequest({ edge: gateway.http, host: defaultHost(ApiId), path: "/" });
    // Nobody has published which of the two it is for an API that does not exist any more.
    assert.ok([403, 404].includes(gone.status), `${gone.status} ${gone.text}`);
  });

  it(`shows each of ${CHANGES} changes of a route to the very next request`, async () => {
    const { ApiId = "" } = await client.send(new CreateApiCommand({ Name: "changing", ProtocolType: "HTTP" }));
    const targets = [await integrate(ApiId, `${backend.url}/even`), await integrate(ApiId, `${backend.url}/odd`)];
    const { RouteId } = await client.send(new CreateRouteCommand({ ApiId, RouteKey: "GET /it", Target: targets[1] }));
    await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const seen: string[] = [];
    for (let change = 0; change < CHANGES; change++) {
      await client.send(new UpdateRouteCommand({ ApiId, RouteId, Target: targets[change % 2] }));
      const answer = await edgeRequest({ edge: gateway.http, host: defaultHost(ApiId), path: "/it" });
      assert.equal(answer.status, 200, answer.text);
      seen.push(echoOf(answer).url);
    }
    assert.deepEqual(
      seen,
      Array.from({ length: CHANGES }, (_, change) => (change % 2 === 0 ? "/even" : "/odd")),
    );
  });

  it(`lets ${WRITERS} writers create ${ROUTES} routes at once without a conflict, and serves every one`, async () => {
    const { ApiId = "" } = await client.send(new CreateApiCommand({ Name: "crowded", ProtocolType: "HTTP" }));
    const Target = await integrate(ApiId, `${backend.url}/{n}`);
    await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const keys = Array.from({ length: ROUTES }, (_, n) => `GET /route-${n}/{n}`);
    const writers = Array.from({ length: WRITERS }, (_, writer) =>
      (async () => {
        for (const RouteKey of keys.filter((_key, n) => n % WRITERS === writer)) {
          await client.send(new CreateRouteCommand({ ApiId: given(ApiId), RouteKey, Target }));
        }
      })(),
    );
    await Promise.all(writers);
    const pages = await pagesOf((NextToken) =>
      client.send(new GetRoutesCommand({ ApiId, MaxResults: "30", NextToken })),
    );
    assert.deepEqual(
      pages.map((page) => page.length),
      [30, 30, 30, 10],
    );
    assert.deepEqual(
      pages
        .flat()
        .map(({ RouteKey }) => given(RouteKey))
        .toSorted(),
      keys.toSorted(),
    );
    for (const n of [0, 49, 99]) {
      const answer = await edgeRequest({ edge: gateway.http, host: defaultHost(ApiId), path: `/route-${n}/${n}` });
      assert.equal(echoOf(answer).url, `/${n}`);
    }
  });
});
