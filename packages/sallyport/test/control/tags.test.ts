import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import * as fc from "fast-check";
import { apiOperations } from "../../src/control/apis/apis.ts";
import { stageOperations } from "../../src/control/apis/stages.ts";
import { routeOperations } from "../../src/control/apis/routes.ts";
import { domainNameOperations } from "../../src/control/domains/domain-names.ts";
import { vpcLinkOperations } from "../../src/control/domains/vpc-links.ts";
import { DEFAULT_QUOTAS } from "../../src/control/quotas.ts";
import { checkTags, tagOperations } from "../../src/control/tags.ts";
import { AwsError } from "../../src/model/errors.ts";
import { ACCOUNT, type Harness, openHarness, REGION } from "./harness.ts";

const CERTIFICATE = `arn:aws:acm:${REGION}:${ACCOUNT}:certificate/00000000-0000-4000-8000-000000000000`;

describe("tags", () => {
  let harness: Harness;
  let apiId = "";
  let linkId = "";
  const arn = (path: string): string => `arn:aws:apigateway:${REGION}::${path}`;

  before(async () => {
    harness = await openHarness({
      ...apiOperations,
      ...stageOperations,
      ...routeOperations,
      ...domainNameOperations,
      ...vpcLinkOperations,
      ...tagOperations,
    });
    apiId = (await harness.call("CreateApi", { Name: "a", ProtocolType: "HTTP", Tags: { team: "x" } })).ApiId ?? "";
    await harness.call("CreateStage", { ApiId: apiId, StageName: "$default" });
    await harness.call("CreateDomainName", {
      DomainName: "api.example.com",
      DomainNameConfigurations: [{ CertificateArn: CERTIFICATE, EndpointType: "REGIONAL", SecurityPolicy: "TLS_1_2" }],
    });
    linkId = (await harness.call("CreateVpcLink", { Name: "l", SubnetIds: ["subnet-1"] })).VpcLinkId ?? "";
  });
  after(() => harness.close());

  const forms: readonly (readonly [string, () => string])[] = [
    ["of an API", () => arn(`/apis/${apiId}`)],
    ["of a stage, bare", () => arn(`/apis/${apiId}/stages/$default`)],
    ["of a stage, its name encoded", () => arn(`/apis/${apiId}/stages/%24default`)],
    ["of a stage, encoded as a whole", () => encodeURIComponent(arn(`/apis/${apiId}/stages/$default`))],
    ["of a domain name", () => arn("/domainnames/api.example.com")],
    ["of a VPC link", () => arn(`/vpclinks/${linkId}`)],
    ["with the caller's account", () => `arn:aws:apigateway:${REGION}:${ACCOUNT}:/apis/${apiId}`],
  ];
  for (const [form, resource] of forms) {
    it(`merge, show and go by an ARN ${form}`, async () => {
      const ResourceArn = resource();
      const earlier = (await harness.call("GetTags", { ResourceArn })).Tags;
      assert.deepEqual(await harness.call("TagResource", { ResourceArn, Tags: { a: "1", b: "" } }), {});
      await harness.call("TagResource", { ResourceArn, Tags: { a: "2", C: "3" } });
      assert.deepEqual(await harness.call("GetTags", { ResourceArn }), { Tags: { ...earlier, a: "2", b: "", C: "3" } });
      await harness.call("UntagResource", { ResourceArn, TagKeys: ["a", "b", "C", "unknown"] });
      assert.deepEqual(await harness.call("GetTags", { ResourceArn }), { Tags: earlier });
    });
  }

  it("are in the answers of the resource", async () => {
    const ResourceArn = arn(`/apis/${apiId}/stages/$default`);
    await harness.call("TagResource", { ResourceArn, Tags: { team: "y" } });
    assert.deepEqual((await harness.call("GetStage", { ApiId: apiId, StageName: "$default" })).Tags, { team: "y" });
    assert.deepEqual((await harness.call("GetApi", { ApiId: apiId })).Tags, { team: "x" });
  });

  it("start no automatic deployment", async () => {
    const { ApiId = "" } = await harness.call("CreateApi", { Name: "t", ProtocolType: "HTTP" });
    await harness.call("CreateRoute", { ApiId, RouteKey: "GET /x" });
    const { DeploymentId } = await harness.call("CreateStage", { ApiId, StageName: "s", AutoDeploy: true });
    await harness.call("TagResource", { ResourceArn: arn(`/apis/${ApiId}`), Tags: { a: "1" } });
    assert.equal((await harness.call("GetStage", { ApiId, StageName: "s" })).DeploymentId, DeploymentId);
  });

  const refusals: readonly (readonly [string, () => string, number])[] = [
    ["no ARN", () => "apis/abc", 400],
    ["of another service", () => `arn:aws:lambda:${REGION}::/apis/${apiId}`, 400],
    ["of another partition", () => `arn:aws-cn:apigateway:${REGION}::/apis/${apiId}`, 400],
    ["of another account", () => `arn:aws:apigateway:${REGION}:999999999999:/apis/${apiId}`, 400],
    ["without a region", () => `arn:aws:apigateway:::/apis/${apiId}`, 400],
    ["without a slash", () => arn(`apis/${apiId}`), 400],
    ["of all APIs", () => arn("/apis"), 400],
    ["of a route", () => arn(`/apis/${apiId}/routes/abc`), 400],
    ["of something in a stage", () => arn(`/apis/${apiId}/stages/$default/accesslogsettings`), 400],
    ["of an API mapping", () => arn("/domainnames/api.example.com/apimappings/abc"), 400],
    ["of a REST API", () => arn("/restapis/abc"), 400],
    ["with a bad escape", () => arn(`/apis/${apiId}/stages/%2`), 400],
    ["of an unknown API", () => arn("/apis/zzz"), 404],
    ["of an unknown stage", () => arn(`/apis/${apiId}/stages/zzz`), 404],
    ["of an unknown domain name", () => arn("/domainnames/zzz.example.com"), 404],
    ["of an unknown VPC link", () => arn("/vpclinks/zzz"), 404],
    ["of a stage that no key can name", () => arn(`/apis/${apiId}/stages/%00`), 404],
    ["of another region's API", () => `arn:aws:apigateway:eu-west-1::/apis/${apiId}`, 404],
    ["of another region's domain name", () => "arn:aws:apigateway:eu-west-1::/domainnames/api.example.com", 404],
    ["of another region's VPC link", () => `arn:aws:apigateway:eu-west-1::/vpclinks/${linkId}`, 404],
  ];
  for (const [form, resource, status] of refusals) {
    it(`are refused with ${status} for an ARN ${form}`, async () => {
      const ResourceArn = resource();
      const calls = [
        await harness.fail("GetTags", { ResourceArn }),
        await harness.fail("TagResource", { ResourceArn, Tags: { a: "1" } }),
        await harness.fail("UntagResource", { ResourceArn, TagKeys: ["a"] }),
      ];
      const code = status === 404 ? "NotFoundException" : "BadRequestException";
      for (const refusal of calls) assert.deepEqual([refusal.status, refusal.code], [status, code]);
    });
  }

  it("are unknown to another account", async () => {
    const ResourceArn = arn(`/apis/${apiId}`);
    assert.equal((await harness.fail("GetTags", { ResourceArn }, { account: "999999999999" })).status, 404);
  });

  const bad: readonly (readonly [string, Record<string, string>])[] = [
    ["an empty key", { "": "x" }],
    ["a key of 129 characters", { ["k".repeat(129)]: "x" }],
    ["a key with a comma", { "a,b": "x" }],
    ["a reserved key", { "aws:cloudformation:stack-name": "x" }],
    ["a value of 257 characters", { a: "v".repeat(257) }],
    ["a value with a semicolon", { a: "x;y" }],
    ["51 tags", Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`k${index}`, ""]))],
  ];
  for (const [name, Tags] of bad) {
    it(`refuse ${name} when tagging and when creating`, async () => {
      const ResourceArn = arn(`/apis/${apiId}`);
      const calls = [
        await harness.fail("TagResource", { ResourceArn, Tags }),
        await harness.fail("CreateApi", { Name: "b", ProtocolType: "HTTP", Tags }),
        await harness.fail("CreateStage", { ApiId: apiId, StageName: "tagged", Tags }),
      ];
      for (const refusal of calls) assert.deepEqual([refusal.status, refusal.code], [400, "BadRequestException"]);
    });
  }

  it("are counted after merging", async () => {
    const { ApiId = "" } = await harness.call("CreateApi", { Name: "full", ProtocolType: "HTTP", Tags: many(49, "a") });
    const ResourceArn = arn(`/apis/${ApiId}`);
    await harness.call("TagResource", { ResourceArn, Tags: { a0: "again", b: "1" } });
    const refusal = await harness.fail("TagResource", { ResourceArn, Tags: { c: "1" } });
    assert.deepEqual(refusal, {
      code: "BadRequestException",
      status: 400,
      message: "A resource can have at most 50 tags",
    });
    assert.equal(Object.keys((await harness.call("GetTags", { ResourceArn })).Tags ?? {}).length, 50);
  });

  const many = (count: number, prefix: string): Record<string, string> =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`${prefix}${index}`, ""]));

  it("take every allowed character at the longest lengths", () => {
    const character = fc.constantFrom("a", "Z", "é", "日", "0", " ", "_", ".", ":", "/", "=", "+", "-", "@", "𝒳");
    const text = (minLength: number, maxLength: number) =>
      fc.array(character, { minLength, maxLength }).map((characters) => characters.join(""));
    fc.assert(
      fc.property(fc.dictionary(text(1, 128), text(0, 256), { maxKeys: 50 }), (tags) => {
        assert.deepEqual(checkTags(tags, DEFAULT_QUOTAS), tags);
      }),
      { numRuns: 50 },
    );
  });

  it("take no other character", () => {
    fc.assert(
      fc.property(fc.constantFrom(..."\0\n\t!\"#$%&'()*,;<>?[\\]^`{|}~€"), (character) => {
        assert.throws(() => checkTags({ [`k${character}`]: "" }, DEFAULT_QUOTAS), AwsError);
        assert.throws(() => checkTags({ k: character }, DEFAULT_QUOTAS), AwsError);
      }),
    );
  });
});
