/**
 * Terraform with the AWS provider against a gateway: create everything, see an empty plan, change and remove, see an
 * empty plan again, take over what another client made, destroy all of it. Skipped, with the reason, where Terraform or a
 * mirror with the provider is missing: neither comes from a package registry that tests may use.
 */
import assert from "node:assert/strict";
import { cpSync, existsSync, globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import {
  type ApiGatewayV2Client,
  CreateApiCommand,
  CreateApiMappingCommand,
  CreateDomainNameCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  DeleteAccessLogSettingsCommand,
  GetApiCommand,
  GetApisCommand,
  GetDomainNamesCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  GetStageCommand,
  GetVpcLinksCommand,
} from "@aws-sdk/client-apigatewayv2";
import { type Backend, openBackend } from "./backend.ts";
import { defaultHost, echoOf, edgeRequest } from "./edge-request.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { clientOf, given } from "./javascript-sdk/sdk.ts";
import { clientEnvironment, type Outcome, programPath, run } from "./programs.ts";

/** The provider is a program of several hundred megabytes, started once or twice by each command. */
const COMMAND_TIMEOUT_MS = 540_000;
const CERTIFICATE = "arn:aws:acm:us-east-1:000000000000:certificate/12345678-1234-1234-1234-123456789012";
const TAGS = { managed: "terraform" };
const configurations = join(import.meta.dirname, "terraform");
const PROVIDER = "registry.terraform.io/hashicorp/aws";

/** A folder laid out as Terraform's filesystem mirrors are, which holds the AWS provider for this machine. */
function findMirror(): string | undefined {
  const platform = `${process.platform}_${process.arch === "x64" ? "amd64" : process.arch}`;
  const holdsProvider = (folder: string): boolean => globSync(`${PROVIDER}/*/${platform}`, { cwd: folder }).length > 0;
  const named = process.env["SALLYPORT_TERRAFORM_MIRROR"];
  if (named !== undefined) return named;
  const shares = ["/opt", "/usr/share", "/usr/local/share", "/usr/share/terraform", "/usr/local/share/terraform"];
  const homes = [join(homedir(), ".terraform.d/plugins"), join(homedir(), ".local/share/terraform/plugins")];
  const folders = shares.flatMap((share) => globSync("*", { cwd: share }).map((name) => join(share, name)));
  return [...folders, ...homes].filter((folder) => existsSync(folder)).find(holdsProvider);
}

const program = programPath("terraform");
const mirror = findMirror();
const missing = !program
  ? "there is no terraform in PATH"
  : !mirror
    ? `there is no mirror with ${PROVIDER}: name its folder in SALLYPORT_TERRAFORM_MIRROR`
    : undefined;
if (missing !== undefined) console.log(`Terraform is not tested: ${missing}`);

describe("Terraform", { skip: missing }, () => {
  let folder: string;
  let gateway: Gateway;
  let backend: Backend;
  let client: ApiGatewayV2Client;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "sallyport-terraform-"));
    [gateway, backend] = await Promise.all([startGateway({ flags: ["--vpc-link-delay-ms", "100"] }), openBackend()]);
    client = clientOf(gateway);
    writeFileSync(
      join(folder, "terraformrc"),
      `disable_checkpoint = true\nprovider_installation {\n  filesystem_mirror {\n    path = ${JSON.stringify(mirror)}\n  }\n}\n`,
    );
  });
  after(async () => {
    client.destroy();
    await Promise.all([gateway.stop(), backend.close()]);
    rmSync(folder, { recursive: true, force: true });
  });

  const terraform = (...parameters: readonly string[]): Promise<Outcome> =>
    run(given(program), [...parameters, "-no-color"], {
      cwd: folder,
      timeoutMs: COMMAND_TIMEOUT_MS,
      env: {
        ...clientEnvironment(gateway.admin, folder),
        TF_CLI_CONFIG_FILE: join(folder, "terraformrc"),
        TF_IN_AUTOMATION: "1",
        TF_VAR_endpoint: gateway.admin,
        TF_VAR_backend: backend.url,
      },
    });

  /** Puts the files of a configuration into the working folder, over those of a former one with the same names. */
  const use = (name: string): void => cpSync(join(configurations, name), folder, { recursive: true });

  const apply = async (...parameters: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await terraform(
      "apply",
      "-auto-approve",
      "-parallelism=10",
      "-input=false",
      ...parameters,
    );
    assert.equal(code, 0, `${stdout.slice(-4000)}\n${stderr}`);
    return stdout;
  };

  const expectEmptyPlan = async (...parameters: readonly string[]): Promise<void> => {
    const { code, stdout, stderr } = await terraform("plan", "-detailed-exitcode", "-input=false", ...parameters);
    assert.equal(code, 0, `the plan is not empty (2) or failed (1):\n${stdout}\n${stderr}`);
  };

  interface Outputs {
    readonly id: string;
    readonly quick: string;
    readonly found: readonly string[];
    readonly exported: readonly string[];
    readonly link?: string;
    readonly request?: number;
    readonly timeout?: number;
    readonly endpoint?: string;
    readonly invoke_url?: string;
  }

  /** The outputs stand at the end of what `apply` prints; `output -json` reads them without starting the provider. */
  const outputs = async (): Promise<Outputs> => {
    const { stdout } = await terraform("output", "-json", "http");
    return JSON.parse(stdout) as Outputs;
  };

  /** The path that a request to one of the many routes reaches the back end with. */
  const pathBehind = async (apiId: string): Promise<string> => {
    const answer = await edgeRequest({ edge: gateway.http, host: defaultHost(apiId), path: "/many/3/a/b" });
    assert.equal(answer.status, 200, answer.text);
    return echoOf(answer).url;
  };

  it("creates every resource, and then plans nothing", async () => {
    use("provider");
    use("first");
    const { code, stdout, stderr } = await terraform("init", "-input=false");
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    assert.match(await apply(), /Apply complete! Resources: 50 added, 0 changed, 0 destroyed/);
    const { id, quick, found, exported, endpoint, link, request, timeout, invoke_url } = await outputs();
    assert.deepEqual(found, [id]);
    assert.deepEqual(exported, ["/one"]);
    assert.deepEqual([link, request, timeout], ["private", 300, 29_000]);
    assert.equal(new URL(given(endpoint)).hostname, defaultHost(id));
    assert.equal(invoke_url, `https://${id}.execute-api.us-east-1.amazonaws.com/full`);
    const answer = await edgeRequest({ edge: gateway.http, host: defaultHost(quick), path: "/quick" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(await pathBehind(id), "/plain/a/b");
    await expectEmptyPlan();
  });

  it("changes, empties and removes attributes, and then plans nothing", async () => {
    use("second");
    const former = await outputs();
    await client.send(new DeleteAccessLogSettingsCommand({ ApiId: former.id, StageName: "full" }));
    await apply();
    const { id, quick, found, exported } = await outputs();
    assert.deepEqual([found, exported], [[quick], ["/two"]]);
    await expectEmptyPlan();
    const [api, stage, routes, integrations] = await Promise.all([
      client.send(new GetApiCommand({ ApiId: id })),
      client.send(new GetStageCommand({ ApiId: id, StageName: "full" })),
      client.send(new GetRoutesCommand({ ApiId: id, MaxResults: "100" })),
      client.send(new GetIntegrationsCommand({ ApiId: id, MaxResults: "100" })),
    ]);
    assert.deepEqual(
      [api.CorsConfiguration, api.Description, api.Tags],
      [undefined, undefined, { ...TAGS, kind: "second" }],
    );
    assert.deepEqual([stage.AccessLogSettings, stage.RouteSettings], [undefined, {}]);
    assert.deepEqual(stage.StageVariables, { two: "22", three: "3" });
    const pets = routes.Items?.find(({ RouteKey }) => RouteKey === "GET /animals/{id}");
    assert.deepEqual([pets?.AuthorizationScopes ?? [], pets?.OperationName], [[], undefined]);
    const proxy = integrations.Items?.find(({ IntegrationUri }) => IntegrationUri === `${backend.url}/second`);
    assert.deepEqual(proxy?.RequestParameters, { "append:header.x-two": "22" });
    assert.equal(await pathBehind(id), "/changed/a/b");
    const answer = await edgeRequest({ edge: gateway.http, host: defaultHost(quick), path: "/quicker" });
    assert.equal(answer.status, 200, answer.text);
    assert.equal(echoOf(answer).url, "/second");
  });

  it("takes over what another client made without changing it, and destroys everything", async () => {
    const imported = await makeWithSdk(client, backend.url);
    use("imported");
    const variable = ["-var", `imported=${JSON.stringify(imported)}`];
    assert.match(await apply(...variable), /Apply complete! Resources: 6 imported, 0 added, 0 changed, 0 destroyed/);
    const { code, stdout, stderr } = await terraform("destroy", "-auto-approve", "-input=false", ...variable);
    assert.equal(code, 0, `${stdout.slice(-4000)}\n${stderr}`);
    const left = await Promise.all([
      client.send(new GetApisCommand({})),
      client.send(new GetDomainNamesCommand({})),
      client.send(new GetVpcLinksCommand({})),
    ]);
    assert.deepEqual(
      left.map(({ Items }) => Items),
      [[], [], []],
    );
  });
});

interface Imported {
  readonly api: string;
  readonly integration: string;
  readonly route: string;
  readonly mapping: string;
}

async function makeWithSdk(client: ApiGatewayV2Client, uri: string): Promise<Imported> {
  const { ApiId: api = "" } = await client.send(
    new CreateApiCommand({ Name: "imported", ProtocolType: "HTTP", Tags: TAGS }),
  );
  const { IntegrationId: integration = "" } = await client.send(
    new CreateIntegrationCommand({
      ApiId: api,
      IntegrationType: "HTTP_PROXY",
      IntegrationMethod: "ANY",
      IntegrationUri: uri,
      PayloadFormatVersion: "1.0",
    }),
  );
  const { RouteId: route = "" } = await client.send(
    new CreateRouteCommand({ ApiId: api, RouteKey: "GET /imported", Target: `integrations/${integration}` }),
  );
  await client.send(new CreateStageCommand({ ApiId: api, StageName: "$default", AutoDeploy: true, Tags: TAGS }));
  const DomainName = "imported.example.com";
  await client.send(
    new CreateDomainNameCommand({
      DomainName,
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE }],
      Tags: TAGS,
    }),
  );
  const { ApiMappingId: mapping = "" } = await client.send(
    new CreateApiMappingCommand({ DomainName, ApiId: api, Stage: "$default" }),
  );
  return { api, integration, route, mapping };
}
