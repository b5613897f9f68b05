import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { keys } from "../../../src/model/keys.ts";
import { openDomains, OTHER_ACCOUNT, quotas } from "./domain-fixtures.ts";
import { ACCOUNT, type Harness, REGION } from "../harness.ts";

const BAD = { code: "BadRequestException", status: 400 };
const INPUT = { Name: "link", SubnetIds: ["subnet-b", "subnet-a"] };
const unknown = (id: string | undefined) => ({
  code: "NotFoundException",
  status: 404,
  message: `Invalid VpcLink identifier specified ${id}`,
});

let harness: Harness;
beforeEach(async () => {
  harness = await openDomains();
});
afterEach(() => harness.close());

async function createLink(Name = "link"): Promise<string> {
  return (await harness.call("CreateVpcLink", { ...INPUT, Name })).VpcLinkId as string;
}

async function namesListed(input: { MaxResults?: string; NextToken?: string } = {}) {
  const { Items, NextToken } = await harness.call("GetVpcLinks", input);
  return { names: Items?.map((item) => `${item.Name} ${item.VpcLinkStatus}`), NextToken };
}

describe("creating a VPC link", () => {
  test("answers a pending link with its defaults", async () => {
    const output = await harness.call("CreateVpcLink", INPUT);
    const {
      CreatedMs: _ms,
      Account: _account,
      Region: _region,
      ...shown
    } = output as typeof output & {
      [hidden: string]: unknown;
    };
    assert.match(output.VpcLinkId ?? "", /^[a-z0-9]{6}$/);
    assert.deepEqual(shown, {
      CreatedDate: "2026-01-31T12:34:56Z",
      Name: "link",
      SecurityGroupIds: [],
      SubnetIds: ["subnet-b", "subnet-a"],
      Tags: {},
      VpcLinkId: output.VpcLinkId,
      VpcLinkStatus: "PENDING",
      VpcLinkStatusMessage: "VPC link is provisioning ENIs",
      VpcLinkVersion: "V2",
    });
    assert.deepEqual(await harness.call("GetVpcLink", { VpcLinkId: output.VpcLinkId as string }), output);
  });

  test("keeps groups and tags in order", async () => {
    const members = { SecurityGroupIds: ["sg-2", "sg-1"], Tags: { team: "shop" } };
    assert.partialDeepStrictEqual(await harness.call("CreateVpcLink", { ...INPUT, ...members }), members);
  });

  const wrong: readonly (readonly [string, object, object])[] = [
    ["no subnets", { SubnetIds: undefined }, BAD],
    ["an empty list of subnets", { SubnetIds: [] }, { ...BAD, message: "SubnetIds for a vpc link cannot be empty" }],
    ["11 subnets", { SubnetIds: Array.from({ length: 11 }, (_, index) => `subnet-${index}`) }, BAD],
    ["no name", { Name: undefined }, BAD],
    ["an empty name", { Name: "" }, BAD],
    ["a name of 129 characters", { Name: "n".repeat(129) }, BAD],
    ["a tag of the service's own", { Tags: { "aws:x": "y" } }, BAD],
  ];
  for (const [what, members, expected] of wrong) {
    test(`refuses ${what}`, async () => {
      assert.partialDeepStrictEqual(await harness.fail("CreateVpcLink", { ...INPUT, ...members }), expected);
      assert.deepEqual((await namesListed()).names, []);
    });
  }

  test("takes 10 subnets and a name of 128 characters", async () => {
    const SubnetIds = Array.from({ length: 10 }, (_, index) => `subnet-${index}`);
    const output = await harness.call("CreateVpcLink", { Name: "n".repeat(128), SubnetIds });
    assert.deepEqual(output.SubnetIds, SubnetIds);
  });

  test("takes a name twice", async () => {
    assert.notEqual(await createLink("same"), await createLink("same"));
  });
});

describe("the life of a VPC link", () => {
  test("goes from PENDING to AVAILABLE to DELETING to gone, by the clock", async () => {
    const VpcLinkId = await createLink();
    const status = async () => {
      const { VpcLinkStatus, VpcLinkStatusMessage } = await harness.call("GetVpcLink", { VpcLinkId });
      return [VpcLinkStatus, VpcLinkStatusMessage];
    };
    harness.clock.nowMs += 999;
    assert.deepEqual(await status(), ["PENDING", "VPC link is provisioning ENIs"]);
    harness.clock.nowMs += 1;
    assert.deepEqual(await status(), ["AVAILABLE", "VPC link is ready to route traffic"]);
    assert.deepEqual(await harness.call("DeleteVpcLink", { VpcLinkId }), {});
    harness.clock.nowMs += 999;
    assert.equal((await status())[0], "DELETING");
    assert.deepEqual((await namesListed()).names, ["link DELETING"]);
    harness.clock.nowMs += 1;
    assert.deepEqual(await harness.fail("GetVpcLink", { VpcLinkId }), unknown(VpcLinkId));
    assert.deepEqual((await namesListed()).names, []);
    for (const operation of ["UpdateVpcLink", "DeleteVpcLink"] as const) {
      assert.deepEqual(await harness.fail(operation, { VpcLinkId, Name: "x" }), unknown(VpcLinkId));
    }
  });

  test("is over at once without a delay, and leaves no document", async () => {
    await harness.close();
    harness = await openDomains({ vpcLinkDelayMs: 0 });
    const VpcLinkId = await createLink();
    assert.equal((await harness.call("GetVpcLink", { VpcLinkId })).VpcLinkStatus, "AVAILABLE");
    await harness.call("DeleteVpcLink", { VpcLinkId });
    assert.equal(await harness.ledger.get(keys.vpcLink(VpcLinkId)), undefined);
    assert.deepEqual(await harness.fail("GetVpcLink", { VpcLinkId }), unknown(VpcLinkId));
  });

  test("deleting it twice does not prolong it", async () => {
    const VpcLinkId = await createLink();
    await harness.call("DeleteVpcLink", { VpcLinkId });
    harness.clock.nowMs += 600;
    await harness.call("DeleteVpcLink", { VpcLinkId });
    harness.clock.nowMs += 400;
    assert.deepEqual(await harness.fail("GetVpcLink", { VpcLinkId }), unknown(VpcLinkId));
  });

  test("the next write of the family takes the documents of gone links away", async () => {
    const ids = [await createLink("a"), await createLink("b"), await createLink("c")] as const;
    await harness.call("DeleteVpcLink", { VpcLinkId: ids[0] });
    harness.clock.nowMs += 500;
    await harness.call("DeleteVpcLink", { VpcLinkId: ids[1] });
    harness.clock.nowMs += 500;
    await harness.call("UpdateVpcLink", { VpcLinkId: ids[2], Name: "d" });
    const left = await Promise.all(ids.map((id) => harness.ledger.get(keys.vpcLink(id))));
    assert.deepEqual(
      left.map((document) => document !== undefined),
      [false, true, true],
    );
  });
});

describe("updating a VPC link", () => {
  test("changes the name only", async () => {
    const before = await harness.call("CreateVpcLink", { ...INPUT, SecurityGroupIds: ["sg-1"], Tags: { a: "b" } });
    const input = { VpcLinkId: before.VpcLinkId as string, Name: "new", SubnetIds: ["subnet-x"] };
    const output = await harness.call("UpdateVpcLink", input);
    assert.deepEqual(output, { ...before, Name: "new" });
    assert.deepEqual(await harness.call("GetVpcLink", { VpcLinkId: input.VpcLinkId }), output);
    assert.deepEqual(await harness.call("UpdateVpcLink", { VpcLinkId: input.VpcLinkId }), output);
  });

  for (const Name of ["", "n".repeat(129)]) {
    test(`refuses a name of ${Name.length} characters`, async () => {
      const VpcLinkId = await createLink();
      assert.partialDeepStrictEqual(await harness.fail("UpdateVpcLink", { VpcLinkId, Name }), BAD);
    });
  }
});

describe("unknown VPC links", () => {
  for (const operation of ["GetVpcLink", "UpdateVpcLink", "DeleteVpcLink"] as const) {
    test(`${operation} answers 404, to other accounts and regions too`, async () => {
      assert.deepEqual(await harness.fail(operation, { VpcLinkId: "nope12" }), unknown("nope12"));
      const VpcLinkId = await createLink();
      for (const caller of [{ account: OTHER_ACCOUNT }, { region: "eu-west-1" }]) {
        assert.deepEqual(await harness.fail(operation, { VpcLinkId }, caller), unknown(VpcLinkId));
      }
    });
  }
});

describe("deleting a VPC link in use", () => {
  const use = (id: string, integration: string) => ({
    key: keys.vpcLinkUse(id, "api1", integration),
    value: { ApiId: "api1", IntegrationId: integration },
  });

  test("is refused with the routes that need it", async () => {
    const VpcLinkId = await createLink();
    await harness.ledger.commit([
      use(VpcLinkId, "int1"),
      { key: keys.integrationUse("api1", "int1", "qtfgl2b"), value: {} },
      { key: keys.integrationUse("api1", "int1", "wvu4iv0"), value: {} },
    ]);
    assert.deepEqual(await harness.fail("DeleteVpcLink", { VpcLinkId }), {
      ...BAD,
      message: `Cannot delete vpc link. Vpc link '${VpcLinkId}', is referenced in [ANY:qtfgl2b, ANY:wvu4iv0] in format of [Method:Resource].`,
    });
    assert.equal((await harness.call("GetVpcLink", { VpcLinkId })).VpcLinkStatus, "PENDING");
  });

  test("is refused for an integration without routes, and possible once that is gone", async () => {
    const VpcLinkId = await createLink();
    await harness.ledger.commit([use(VpcLinkId, "int1")]);
    assert.match((await harness.fail("DeleteVpcLink", { VpcLinkId })).message, /\[ANY:int1\]/);
    await harness.ledger.commit([{ key: keys.vpcLinkUse(VpcLinkId, "api1", "int1"), delete: true }]);
    await harness.call("DeleteVpcLink", { VpcLinkId });
  });

  test("names a bounded number of them", async () => {
    const VpcLinkId = await createLink();
    const routes = Array.from({ length: 40 }, (_, index) => keys.integrationUse("api1", "int1", `route${index}`));
    await harness.ledger.commit([use(VpcLinkId, "int1"), ...routes.map((key) => ({ key, value: {} }))]);
    const { message } = await harness.fail("DeleteVpcLink", { VpcLinkId });
    assert.equal(message.match(/ANY:/g)?.length, 10);
  });
});

describe("listing VPC links", () => {
  test("gives the caller's own in creation order, page by page", async () => {
    for (const name of ["c", "a", "b"]) await createLink(name);
    await harness.call("CreateVpcLink", INPUT, { account: OTHER_ACCOUNT });
    await harness.call("CreateVpcLink", INPUT, { region: "eu-west-1" });
    const first = await namesListed({ MaxResults: "2" });
    assert.deepEqual(first.names, ["c PENDING", "a PENDING"]);
    const last = await namesListed({ MaxResults: "2", NextToken: first.NextToken as string });
    assert.deepEqual(last, { names: ["b PENDING"], NextToken: undefined });
  });

  test("skips pages of links that have gone", async () => {
    const ids = [await createLink("a"), await createLink("b"), await createLink("c")];
    for (const VpcLinkId of ids.slice(0, 2)) await harness.call("DeleteVpcLink", { VpcLinkId });
    harness.clock.nowMs += 1000;
    assert.deepEqual(await namesListed({ MaxResults: "1" }), { names: ["c AVAILABLE"], NextToken: undefined });
  });
});

describe("quota of VPC links", () => {
  beforeEach(async () => {
    await harness.close();
    harness = await openDomains(quotas({ vpcLinksPerRegion: 2 }));
  });

  test("counts links until they have gone, per account and region", async () => {
    const VpcLinkId = await createLink();
    await createLink();
    await harness.call("DeleteVpcLink", { VpcLinkId });
    const full = await harness.fail("CreateVpcLink", INPUT);
    assert.deepEqual([full.code, full.status], ["TooManyRequestsException", 429]);
    await harness.call("CreateVpcLink", INPUT, { region: "eu-west-1" });
    harness.clock.nowMs += 1000;
    await createLink();
    assert.equal((await harness.fail("CreateVpcLink", INPUT)).status, 429);
  });
});

describe("strict references", () => {
  test("ask for each subnet and each group", async () => {
    const asked: string[] = [];
    await harness.close();
    harness = await openDomains({ references: async (kind, name) => void asked.push(`${kind} ${name}`) });
    await harness.call("CreateVpcLink", { ...INPUT, SecurityGroupIds: ["sg-1"] });
    assert.deepEqual(asked, ["subnet subnet-b", "subnet subnet-a", "security group sg-1"]);
  });
});

test("a link is its account's and region's document", async () => {
  const VpcLinkId = await createLink();
  const document = await harness.ledger.get(keys.vpcLink(VpcLinkId));
  assert.partialDeepStrictEqual(document?.value, { Account: ACCOUNT, Region: REGION, CreatedMs: harness.clock.nowMs });
});
