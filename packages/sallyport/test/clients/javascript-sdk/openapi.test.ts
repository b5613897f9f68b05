/** Import, reimport and export of OpenAPI documents through the JavaScript SDK. */
import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateStageCommand,
  ExportApiCommand,
  GetApiCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStageCommand,
  ImportApiCommand,
  ReimportApiCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Backend, openBackend } from "../backend.ts";
import { defaultHost, echoOf, edgeRequest } from "../edge-request.ts";
import { type Gateway, startGateway } from "../gateway.ts";
import { clientOf, given, refused } from "./sdk.ts";

interface Exported {
  readonly openapi: string;
  readonly info: { readonly title: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
}

function documentOf(title: string, version: string, paths: Readonly<Record<string, string>>): string {
  const operations = Object.entries(paths).map(([path, uri]) => [
    path,
    {
      get: {
        responses: { default: { description: "anything" } },
        "x-amazon-apigateway-integration": {
          type: "http_proxy",
          httpMethod: "GET",
          uri,
          payloadFormatVersion: "1.0",
          connectionType: "INTERNET",
        },
      },
    },
  ]);
  return JSON.stringify({ openapi: "3.0.1", info: { title, version }, paths: Object.fromEntries(operations) });
}

describe("OpenAPI documents through the JavaScript SDK", () => {
  let gateway: Gateway;
  let backend: Backend;
  let client: ApiGatewayV2Client;
  let ApiId: string;
  before(async () => {
    [gateway, backend] = await Promise.all([startGateway(), openBackend()]);
    client = clientOf(gateway);
  });
  after(async () => {
    client.destroy();
    await Promise.all([gateway.stop(), backend.close()]);
  });

  const routeKeys = async (): Promise<readonly string[]> => {
    const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId }));
    return Items.map(({ RouteKey }) => given(RouteKey)).toSorted();
  };

  it("imports an API, without a stage of its own", async () => {
    const Body = documentOf("pets", "1.0", { "/pets": `${backend.url}/one`, "/pets/{id}": `${backend.url}/one/{id}` });
    const imported = await client.send(new ImportApiCommand({ Body, FailOnWarnings: true }));
    assert.equal(imported.$metadata.httpStatusCode, 201);
    assert.deepEqual([imported.Name, imported.Version, imported.ProtocolType], ["pets", "1.0", "HTTP"]);
    ApiId = given(imported.ApiId);
    assert.deepEqual(await routeKeys(), ["GET /pets", "GET /pets/{id}"]);
    const { Items = [] } = await client.send(new GetIntegrationsCommand({ ApiId }));
    assert.deepEqual(
      Items.map(({ IntegrationType }) => IntegrationType),
      ["HTTP_PROXY", "HTTP_PROXY"],
    );
    await refused(client.send(new GetStageCommand({ ApiId, StageName: "$default" })), {
      name: "NotFoundException",
      status: 404,
    });
  });

  it("reimports over it, and the automatic stage serves the new document at once", async () => {
    await client.send(new CreateStageCommand({ ApiId, StageName: "$default", AutoDeploy: true }));
    const get = (path: string): ReturnType<typeof edgeRequest> =>
      edgeRequest({ edge: gateway.http, host: defaultHost(ApiId), path });
    assert.equal(echoOf(await get("/pets/7")).url, "/one/7");
    const Body = documentOf("birds", "2.0", { "/birds": `${backend.url}/two` });
    const reimported = await client.send(new ReimportApiCommand({ ApiId, Body }));
    assert.deepEqual([reimported.ApiId, reimported.Name, reimported.Version], [ApiId, "birds", "2.0"]);
    assert.deepEqual(await routeKeys(), ["GET /birds"]);
    assert.equal(echoOf(await get("/birds")).url, "/two");
    assert.equal((await get("/pets/7")).status, 404);
  });

  it("exports the API as JSON and YAML, with and without extensions", async () => {
    const read = async (members: {
      OutputType: string;
      StageName?: string;
      IncludeExtensions?: boolean;
    }): Promise<string> => {
      const { body } = await client.send(new ExportApiCommand({ ApiId, Specification: "OAS30", ...members }));
      return new TextDecoder().decode(body);
    };
    const full = JSON.parse(await read({ OutputType: "JSON", StageName: "$default" })) as Exported;
    assert.match(full.openapi, /^3\.0\./);
    assert.equal(full.info.title, "birds");
    const operation = full.paths["/birds"]?.["get"];
    const integration = given(operation)["x-amazon-apigateway-integration"] as { readonly uri: string };
    assert.equal(integration.uri, `${backend.url}/two`);
    const plain = await read({ OutputType: "JSON", IncludeExtensions: false });
    assert.ok((JSON.parse(plain) as Exported).paths["/birds"]);
    assert.doesNotMatch(plain, /x-amazon/);
    const yaml = await read({ OutputType: "YAML" });
    assert.match(yaml, /^openapi: /m);
    assert.match(yaml, /^ {2}"?\/birds"?:$/m);
  });

  it("imports what it exported", async () => {
    const { body } = await client.send(new ExportApiCommand({ ApiId, Specification: "OAS30", OutputType: "YAML" }));
    const copy = await client.send(
      new ImportApiCommand({ Body: new TextDecoder().decode(body), FailOnWarnings: true }),
    );
    assert.equal(copy.Name, "birds");
    const { Items = [] } = await client.send(new GetRoutesCommand({ ApiId: copy.ApiId }));
    assert.deepEqual(
      Items.map(({ RouteKey }) => RouteKey),
      ["GET /birds"],
    );
  });

  it("refuses what is no document, and changes nothing on a warning when told so", async () => {
    await refused(client.send(new ImportApiCommand({ Body: "{" })), { name: "BadRequestException", status: 400 });
    const dangling = JSON.parse(documentOf("warned", "3.0", {})) as { paths: object };
    dangling.paths = {
      "/update": {
        get: {
          responses: {
            "200": {
              description: "ok",
              content: { "application/json": { schema: { $ref: "#/components/schemas/X" } } },
            },
          },
        },
      },
    };
    const Body = JSON.stringify(dangling);
    await refused(client.send(new ReimportApiCommand({ ApiId, Body, FailOnWarnings: true })), {
      name: "BadRequestException",
      status: 400,
      message: /^Warnings found during import:\n\t/,
    });
    assert.equal((await client.send(new GetApiCommand({ ApiId }))).Name, "birds");
    assert.deepEqual(await routeKeys(), ["GET /birds"]);
    const tolerated = await client.send(new ImportApiCommand({ Body }));
    assert.match(given(tolerated.Warnings)[0] ?? "", /#\/components\/schemas\/X is missing/);
  });
});
