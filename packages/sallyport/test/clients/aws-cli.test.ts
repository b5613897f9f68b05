/** The AWS command line against a gateway. It starts slowly, so calls are few and run side by side where they can. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { type Backend, openBackend } from "./backend.ts";
import { defaultHost, echoOf, edgeRequest } from "./edge-request.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import {
  clientEnvironment,
  installDebianPackage,
  type Outcome,
  programPath,
  run,
  withoutRetryNote,
} from "./programs.ts";

const TIMEOUT_MS = 60_000;
const CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012";
const LOG_GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:cli";

interface Listing<T> {
  readonly Items: readonly T[];
  readonly NextToken?: string;
}

describe("the AWS command line", () => {
  let program: string;
  let folder: string;
  let gateway: Gateway;
  let backend: Backend;
  before(async () => {
    if (!programPath("aws")) installDebianPackage("awscli");
    program = programPath("aws") ?? "aws";
    folder = mkdtempSync(join(tmpdir(), "sallyport-aws-cli-"));
    [gateway, backend] = await Promise.all([startGateway({ flags: ["--vpc-link-delay-ms", "0"] }), openBackend()]);
  });
  after(async () => {
    await Promise.all([gateway.stop(), backend.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const call = async (service: string, parameters: readonly string[]): Promise<Outcome> => {
    const words = [service, ...parameters, "--endpoint-url", gateway.admin, "--output", "json"];
    const env = clientEnvironment(gateway.admin, folder);
    const outcome = await run(program, words, { env, timeoutMs: TIMEOUT_MS });
    return { ...outcome, stderr: withoutRetryNote(outcome.stderr) };
  };

  /** The answer of a call that must work; undefined when it has none. */
  const answer = async <T>(...parameters: readonly string[]): Promise<T> => {
    const { code, stdout, stderr } = await call("apigatewayv2", parameters);
    assert.equal(code, 0, `aws apigatewayv2 ${parameters.join(" ")}: ${stderr}`);
    return (stdout.trim() === "" ? undefined : JSON.parse(stdout)) as T;
  };

  const refusal = async (...parameters: readonly string[]): Promise<string> => {
    const { code, stderr, stdout } = await call("apigatewayv2", parameters);
    assert.notEqual(code, 0, `not refused: ${stdout}`);
    return stderr.trim();
  };

  it("creates, reads, lists, tags and deletes an HTTP API that serves requests", async () => {
    const { ApiId } = await answer<{ ApiId: string }>(
      "create-api",
      "--name",
      "cli",
      "--protocol-type",
      "HTTP",
      "--target",
      backend.url,
      "--tags",
      "a=1",
      "--cors-configuration",
      "AllowOrigins=https://example.com,MaxAge=60",
    );
    const echo = echoOf(await edgeRequest({ edge: gateway.http, host: defaultHost(ApiId), path: "/any/where" }));
    assert.equal(echo.method, "GET");
    const arn = `arn:aws:apigateway:us-east-1::/apis/${ApiId}`;
    const [updated, , duplicate, unknown] = await Promise.all([
      answer<{ Description: string }>("update-api", "--api-id", ApiId, "--description", "described"),
      answer("tag-resource", "--resource-arn", arn, "--tags", "b=2"),
      refusal("create-route", "--api-id", ApiId, "--route-key", "$default"),
      refusal("get-route", "--api-id", ApiId, "--route-id", "nothere"),
    ]);
    assert.equal(updated.Description, "described");
    assert.match(
      duplicate,
      /An error occurred \(ConflictException\) when calling the CreateRoute operation: Route with key \$default already exists for this API$/,
    );
    assert.match(
      unknown,
      /An error occurred \(NotFoundException\) when calling the GetRoute operation: Invalid Route identifier specified nothere$/,
    );
    const [read, { Tags }] = await Promise.all([
      answer<{ CorsConfiguration: unknown; CreatedDate: string }>("get-api", "--api-id", ApiId),
      answer<{ Tags: unknown }>("get-tags", "--resource-arn", arn),
    ]);
    assert.deepEqual(read.CorsConfiguration, { AllowOrigins: ["https://example.com"], MaxAge: 60 });
    // Version 1 prints it as it came, version 2 as it reads it.
    assert.match(read.CreatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|\+00:00)$/);
    assert.deepEqual(Tags, { a: "1", b: "2" });
    assert.equal(await answer("delete-api", "--api-id", ApiId), undefined);
    assert.match(
      await refusal("get-api", "--api-id", ApiId),
      /\(NotFoundException\).*GetApi operation: Invalid API identifier specified 000000000000:/,
    );
  });

  it("pages with its own flags, and resumes where it stopped", async () => {
    const { ApiId } = await answer<{ ApiId: string }>("create-api", "--name", "paged", "--protocol-type", "HTTP");
    const { IntegrationId } = await answer<{ IntegrationId: string }>(
      "create-integration",
      "--api-id",
      ApiId,
      "--integration-type",
      "HTTP_PROXY",
      "--integration-method",
      "ANY",
      "--integration-uri",
      backend.url,
      "--payload-format-version",
      "1.0",
    );
    const keys = ["GET /a", "GET /b", "GET /c"];
    await Promise.all(
      keys.map((key) =>
        answer("create-route", "--api-id", ApiId, "--route-key", key, "--target", `integrations/${IntegrationId}`),
      ),
    );
    interface Route {
      readonly RouteKey: string;
      readonly RouteId: string;
    }
    const routes = (...flags: readonly string[]): Promise<Listing<Route>> =>
      answer("get-routes", "--api-id", ApiId, ...flags);
    const [all, first] = await Promise.all([
      routes("--page-size", "1"),
      routes("--max-items", "2", "--page-size", "2"),
    ]);
    assert.deepEqual(all.Items.map(({ RouteKey }) => RouteKey).toSorted(), keys);
    assert.equal(first.Items.length, 2);
    assert.ok(first.NextToken);
    const rest = await routes("--starting-token", first.NextToken);
    assert.deepEqual([...first.Items, ...rest.Items], all.Items);
    assert.equal(rest.NextToken, undefined);
    assert.match(
      await refusal("delete-integration", "--api-id", ApiId, "--integration-id", IntegrationId),
      /\(ConflictException\) when calling the DeleteIntegration operation: Cannot delete Integration because it is referenced/,
    );
  });

  it("manages stages and deployments, and exports to a file", async () => {
    const document = {
      openapi: "3.0.1",
      info: { title: "from-cli", version: "1" },
      paths: { "/x": { get: { responses: {} } } },
    };
    const { ApiId } = await answer<{ ApiId: string }>("import-api", "--body", JSON.stringify(document));
    await answer(
      "create-stage",
      "--api-id",
      ApiId,
      "--stage-name",
      "test",
      "--stage-variables",
      "one=1",
      "--access-log-settings",
      `DestinationArn=${LOG_GROUP},Format=$context.requestId`,
      "--route-settings",
      '{"GET /x":{"ThrottlingBurstLimit":5,"ThrottlingRateLimit":1.5}}',
    );
    const { DeploymentId } = await answer<{ DeploymentId: string }>(
      "create-deployment",
      "--api-id",
      ApiId,
      "--stage-name",
      "test",
    );
    await Promise.all([
      answer("delete-access-log-settings", "--api-id", ApiId, "--stage-name", "test"),
      answer("delete-route-settings", "--api-id", ApiId, "--stage-name", "test", "--route-key", "GET /x"),
    ]);
    const file = join(folder, "exported.json");
    const [stage, , deleting] = await Promise.all([
      answer<Record<string, unknown>>("get-stage", "--api-id", ApiId, "--stage-name", "test"),
      answer(
        "export-api",
        "--api-id",
        ApiId,
        "--specification",
        "OAS30",
        "--output-type",
        "JSON",
        "--stage-name",
        "test",
        file,
      ),
      refusal("delete-deployment", "--api-id", ApiId, "--deployment-id", DeploymentId),
    ]);
    assert.deepEqual(
      [stage["DeploymentId"], stage["AccessLogSettings"], stage["RouteSettings"]],
      [DeploymentId, undefined, {}],
    );
    const exported = JSON.parse(readFileSync(file, "utf8")) as { info: { title: string }; paths: object };
    assert.equal(exported.info.title, "from-cli");
    assert.deepEqual(Object.keys(exported.paths), ["/x"]);
    assert.match(
      deleting,
      /\(BadRequestException\) when calling the DeleteDeployment operation: Active stages pointing to this deployment/,
    );
  });

  it("manages a WebSocket API with its models and responses", async () => {
    const { ApiId } = await answer<{ ApiId: string }>(
      "create-api",
      "--name",
      "chat",
      "--protocol-type",
      "WEBSOCKET",
      "--route-selection-expression",
      "$request.body.action",
    );
    const [{ ModelId }, { IntegrationId }, { RouteId }] = await Promise.all([
      answer<{ ModelId: string }>(
        "create-model",
        "--api-id",
        ApiId,
        "--name",
        "Note",
        "--content-type",
        "application/json",
        "--schema",
        '{"type":"object"}',
      ),
      answer<{ IntegrationId: string }>("create-integration", "--api-id", ApiId, "--integration-type", "MOCK"),
      answer<{ RouteId: string }>("create-route", "--api-id", ApiId, "--route-key", "$connect"),
    ]);
    const [template, response, routeResponse] = await Promise.all([
      answer<{ Value: string }>("get-model-template", "--api-id", ApiId, "--model-id", ModelId),
      answer<object>(
        "create-integration-response",
        "--api-id",
        ApiId,
        "--integration-id",
        IntegrationId,
        "--integration-response-key",
        "$default",
      ),
      answer<object>(
        "create-route-response",
        "--api-id",
        ApiId,
        "--route-id",
        RouteId,
        "--route-response-key",
        "$default",
      ),
    ]);
    assert.equal(typeof template.Value, "string");
    assert.ok("IntegrationResponseId" in response);
    assert.ok("RouteResponseId" in routeResponse);
  });

  it("manages domain names, mappings, authorizers and VPC links", async () => {
    const [{ ApiId }, domain, { VpcLinkId }] = await Promise.all([
      answer<{ ApiId: string }>("create-api", "--name", "mapped", "--protocol-type", "HTTP", "--target", backend.url),
      answer<{ RoutingMode?: string }>(
        "create-domain-name",
        "--domain-name",
        "cli.example.com",
        "--domain-name-configurations",
        `CertificateArn=${CERTIFICATE}`,
      ),
      answer<{ VpcLinkId: string }>("create-vpc-link", "--name", "private", "--subnet-ids", "subnet-1", "subnet-2"),
    ]);
    // Older versions of the program do not know routing modes.
    assert.ok(domain.RoutingMode === "API_MAPPING_ONLY" || domain.RoutingMode === undefined);
    const [, authorizer, link] = await Promise.all([
      answer(
        "create-api-mapping",
        "--domain-name",
        "cli.example.com",
        "--api-id",
        ApiId,
        "--stage",
        "$default",
        "--api-mapping-key",
        "v1",
      ),
      answer<{ IdentitySource: unknown }>(
        "create-authorizer",
        "--api-id",
        ApiId,
        "--name",
        "tokens",
        "--authorizer-type",
        "JWT",
        "--identity-source",
        "$request.header.Authorization",
        "--jwt-configuration",
        "Issuer=https://issuer.example.com,Audience=one,two",
      ),
      answer<{ VpcLinkStatus: string }>("get-vpc-link", "--vpc-link-id", VpcLinkId),
    ]);
    assert.deepEqual(authorizer.IdentitySource, ["$request.header.Authorization"]);
    assert.equal(link.VpcLinkStatus, "AVAILABLE");
    const [deleting] = await Promise.all([
      refusal("delete-api", "--api-id", ApiId),
      answer("delete-vpc-link", "--vpc-link-id", VpcLinkId),
    ]);
    assert.match(
      deleting,
      /\(BadRequestException\) when calling the DeleteApi operation: Deleting API \w+ failed\. Please remove all API mappings/,
    );
  });

  it("tells who calls", async () => {
    const { code, stdout, stderr } = await call("sts", ["get-caller-identity"]);
    assert.equal(code, 0, stderr);
    const { Account, Arn, UserId } = JSON.parse(stdout) as Record<string, string>;
    assert.deepEqual([Account, Arn], ["000000000000", "arn:aws:iam::000000000000:root"]);
    assert.ok(UserId);
  });
});
