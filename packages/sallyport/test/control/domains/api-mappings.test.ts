import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import { collections, keys } from "../../../src/model/keys.ts";
import { createDomain, openDomains, OTHER_ACCOUNT, putApi, quotas } from "./domain-fixtures.ts";
import { type Harness, REGION } from "../harness.ts";

const DomainName = "a.example.com";
const bad = (message: string) => ({ code: "BadRequestException", status: 400, message });
const EXISTS = {
  code: "ConflictException",
  status: 409,
  message: "ApiMapping key already exists for this domain name",
};
const CHARACTERS = bad("An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()");
const LEADING = bad("API mapping key should not start with a '/' or have consecutive '/'s.");
const TRAILING = bad("API mapping key should not end with a '/'.");
const MIXED = bad(
  "Mixing of REST APIs and HTTP APIs on the same domain name can only be accomplished through API Gateway's V2 DomainName interface. Currently, WebSocket APIs can only be attached to a domain name with other WebSocket APIs. This must also occur through API Gateway's V2 DomainName interface.",
);

let harness: Harness;
async function open(settings: Parameters<typeof openDomains>[0] = {}): Promise<void> {
  harness = await openDomains(settings);
  await putApi(harness, "http1");
  await putApi(harness, "http2", "HTTP", { stages: ["dev"] });
  await putApi(harness, "socket1", "WEBSOCKET");
  await putApi(harness, "socket2", "WEBSOCKET");
  await createDomain(harness, DomainName);
}
beforeEach(() => open());
afterEach(() => harness.close());

function map(ApiMappingKey: string | undefined, ApiId = "http1", Stage = "prod") {
  return harness.call("CreateApiMapping", {
    DomainName,
    ApiId,
    Stage,
    ...(ApiMappingKey === undefined ? {} : { ApiMappingKey }),
  });
}

/** What DeleteApi and DeleteStage see of an API's mappings. */
async function usesOf(apiId: string): Promise<readonly unknown[]> {
  return (await harness.ledger.list({ collection: collections.apiUses(apiId) })).map((use) => use.value);
}

describe("creating an API mapping", () => {
  test("answers its four members and tells the API of it", async () => {
    const output = await map("orders");
    assert.match(output.ApiMappingId ?? "", /^[a-z0-9]{6}$/);
    assert.deepEqual(output, {
      ApiId: "http1",
      ApiMappingId: output.ApiMappingId,
      ApiMappingKey: "orders",
      Stage: "prod",
    });
    const named = { DomainName, ApiMappingId: output.ApiMappingId as string };
    assert.deepEqual(await harness.call("GetApiMapping", named), output);
    assert.deepEqual(await usesOf("http1"), [{ ...named, Region: REGION, Stage: "prod" }]);
  });

  const keysTaken: readonly (readonly [string, string | undefined])[] = [
    ["absent", undefined],
    ["empty", ""],
    ["every character", "aZ09$-_.+!*'()"],
    ["several levels", "orders/v1/items"],
    ["300 characters", "k".repeat(300)],
  ];
  for (const [what, key] of keysTaken) {
    test(`takes a key that is ${what}`, async () => {
      assert.equal((await map(key)).ApiMappingKey, key ?? "");
    });
  }

  const keysRefused: readonly (readonly [string, object])[] = [
    ["a b", CHARACTERS],
    ["a?b", CHARACTERS],
    ["a%2Fb", CHARACTERS],
    ["ä", CHARACTERS],
    ["a~b", CHARACTERS],
    ["a\n", CHARACTERS],
    ["/a", LEADING],
    ["a//b", LEADING],
    ["/", LEADING],
    ["a/", TRAILING],
    ["k".repeat(301), { code: "BadRequestException", status: 400 }],
  ];
  for (const [key, expected] of keysRefused) {
    test(`refuses the key ${JSON.stringify(key.slice(0, 20))}`, async () => {
      const failure = await harness.fail("CreateApiMapping", {
        DomainName,
        ApiId: "http1",
        Stage: "prod",
        ApiMappingKey: key,
      });
      assert.partialDeepStrictEqual(failure, expected);
    });
  }

  const repeated = [
    [undefined, undefined],
    ["", undefined],
    [undefined, ""],
    ["orders", "orders"],
    ["orders/v1", "orders/v1"],
  ] as const;
  for (const [first, second] of repeated) {
    test(`refuses the key ${JSON.stringify(second)} after ${JSON.stringify(first)}`, async () => {
      await map(first);
      const input = { DomainName, ApiId: "http2", Stage: "dev", ApiMappingKey: second };
      assert.deepEqual(await harness.fail("CreateApiMapping", input), EXISTS);
    });
  }

  test("tells keys apart by case, level and domain name", async () => {
    await createDomain(harness, "b.example.com");
    for (const key of ["orders", "Orders", "orders/v1", "orders/v1/items", ""]) await map(key);
    await harness.call("CreateApiMapping", {
      DomainName: "b.example.com",
      ApiId: "http1",
      Stage: "prod",
      ApiMappingKey: "orders",
    });
  });

  const wrong: readonly (readonly [string, object, object])[] = [
    ["an unknown API", { ApiId: "none" }, bad("Invalid API identifier specified: none")],
    ["another region's API", { ApiId: "far" }, bad("Invalid API identifier specified: far")],
    ["another account's API", { ApiId: "foreign" }, bad("Invalid API identifier specified: foreign")],
    ["an unknown stage", { Stage: "none" }, bad("Invalid stage identifier specified")],
    [
      "a key with levels for a WebSocket API",
      { ApiId: "socket1", ApiMappingKey: "a/b" },
      bad("Multi-level API mapping keys are not supported for WEBSOCKET APIs."),
    ],
    ["no API", { ApiId: undefined }, { code: "BadRequestException", status: 400 }],
    ["no stage", { Stage: undefined }, { code: "BadRequestException", status: 400 }],
  ];
  for (const [what, members, expected] of wrong) {
    test(`refuses ${what} and leaves nothing behind`, async () => {
      await putApi(harness, "far", "HTTP", { region: "eu-west-1" });
      await putApi(harness, "foreign", "HTTP", { account: OTHER_ACCOUNT });
      const before = (await harness.ledger.list({ prefix: "" })).length;
      const input = { DomainName, ApiId: "http1", Stage: "prod", ...members };
      assert.partialDeepStrictEqual(await harness.fail("CreateApiMapping", input), expected);
      assert.equal((await harness.ledger.list({ prefix: "" })).length, before);
    });
  }

  const modes = [
    ["API_MAPPING_ONLY", true],
    ["ROUTING_RULE_THEN_API_MAPPING", true],
    ["ROUTING_RULE_ONLY", false],
  ] as const;
  for (const [RoutingMode, accepted] of modes) {
    test(`is ${accepted ? "possible" : "refused"} with the routing mode ${RoutingMode}, listing goes on`, async () => {
      await map("before");
      await harness.call("UpdateDomainName", {
        DomainName,
        DomainNameConfigurations: [{ CertificateArn: "local" }],
        RoutingMode,
      });
      if (accepted) await map("after");
      else {
        const input = { DomainName, ApiId: "http1", Stage: "prod" };
        assert.equal((await harness.fail("CreateApiMapping", input)).status, 400);
      }
      const { Items } = await harness.call("GetApiMappings", { DomainName });
      assert.deepEqual(
        Items?.map((item) => item.ApiMappingKey),
        accepted ? ["before", "after"] : ["before"],
      );
    });
  }
});

describe("protocols on one domain name", () => {
  const pairs = [
    ["http1", "http2", "dev", true],
    ["socket1", "socket2", "prod", true],
    ["http1", "socket1", "prod", false],
    ["socket1", "http1", "prod", false],
  ] as const;
  for (const [first, second, stage, accepted] of pairs) {
    test(`${second} ${accepted ? "joins" : "can not join"} ${first}`, async () => {
      await map("one", first);
      if (accepted) await map("two", second, stage);
      else {
        const input = { DomainName, ApiId: second, Stage: stage, ApiMappingKey: "two" };
        assert.deepEqual(await harness.fail("CreateApiMapping", input), MIXED);
      }
    });
  }

  test("may change while there is one mapping, and not with several", async () => {
    const { ApiMappingId } = await map("one");
    const update = { DomainName, ApiMappingId: ApiMappingId as string, ApiId: "socket1" };
    await harness.call("UpdateApiMapping", update);
    await map("two", "socket2");
    assert.deepEqual(await harness.fail("UpdateApiMapping", { ...update, ApiId: "http1" }), MIXED);
    await harness.call("DeleteApiMapping", { DomainName, ApiMappingId: ApiMappingId as string });
    assert.deepEqual(await harness.fail("CreateApiMapping", { DomainName, ApiId: "http1", Stage: "prod" }), MIXED);
  });
});

describe("updating an API mapping", () => {
  let ApiMappingId: string;
  beforeEach(async () => {
    ApiMappingId = (await map("orders")).ApiMappingId as string;
  });

  const changes: readonly (readonly [string, object, object])[] = [
    ["nothing but the API", { ApiId: "http1" }, { ApiId: "http1", ApiMappingKey: "orders", Stage: "prod" }],
    ["the stage", { ApiId: "http1", Stage: "$default" }, { ApiMappingKey: "orders", Stage: "$default" }],
    ["the key", { ApiId: "http1", ApiMappingKey: "basket" }, { ApiMappingKey: "basket", Stage: "prod" }],
    ["the key to the root", { ApiId: "http1", ApiMappingKey: "" }, { ApiMappingKey: "", Stage: "prod" }],
    ["the key to itself", { ApiId: "http1", ApiMappingKey: "orders" }, { ApiMappingKey: "orders" }],
    ["API and stage", { ApiId: "http2", Stage: "dev" }, { ApiId: "http2", ApiMappingKey: "orders", Stage: "dev" }],
  ];
  for (const [what, members, expected] of changes) {
    test(`changes ${what}`, async () => {
      const input = { DomainName, ApiMappingId, ...members } as { ApiId: string } & typeof members & {
          DomainName: string;
          ApiMappingId: string;
        };
      const output = await harness.call("UpdateApiMapping", input);
      assert.partialDeepStrictEqual(output, { ApiMappingId, ...expected });
      assert.deepEqual(await harness.call("GetApiMapping", { DomainName, ApiMappingId }), output);
      const uses = [...(await usesOf("http1")), ...(await usesOf("http2"))];
      assert.deepEqual(uses, [{ DomainName, Region: REGION, ApiMappingId, Stage: output.Stage }]);
      assert.equal((await usesOf(input.ApiId)).length, 1);
    });
  }

  test("frees the former key", async () => {
    await harness.call("UpdateApiMapping", { DomainName, ApiMappingId, ApiId: "http1", ApiMappingKey: "basket" });
    await map("orders");
    const input = { DomainName, ApiMappingId, ApiId: "http1", ApiMappingKey: "orders" };
    assert.deepEqual(await harness.fail("UpdateApiMapping", input), EXISTS);
  });

  const wrong: readonly (readonly [string, object, object])[] = [
    ["without an API", { Stage: "prod" }, { code: "BadRequestException", status: 400 }],
    ["to an unknown API", { ApiId: "none" }, bad("Invalid API identifier specified: none")],
    ["to an API without the mapping's stage", { ApiId: "http2" }, bad("Invalid stage identifier specified")],
    ["to an empty stage", { ApiId: "http1", Stage: "" }, bad("Invalid stage identifier specified")],
    ["to a bad key", { ApiId: "http1", ApiMappingKey: "a/" }, TRAILING],
  ];
  for (const [what, members, expected] of wrong) {
    test(`is refused ${what} and changes nothing`, async () => {
      const failure = await harness.fail("UpdateApiMapping", { DomainName, ApiMappingId, ...members });
      assert.partialDeepStrictEqual(failure, expected);
      const mapping = await harness.call("GetApiMapping", { DomainName, ApiMappingId });
      assert.deepEqual(mapping, { ApiId: "http1", ApiMappingId, ApiMappingKey: "orders", Stage: "prod" });
      assert.equal((await usesOf("http1")).length, 1);
    });
  }
});

describe("deleting an API mapping", () => {
  test("frees its key and its API", async () => {
    const before = (await harness.ledger.list({ prefix: "" })).map((document) => document.key);
    const { ApiMappingId } = await map("orders");
    await harness.call("DeleteApiMapping", { DomainName, ApiMappingId: ApiMappingId as string });
    const after = (await harness.ledger.list({ prefix: "" })).map((document) => document.key);
    assert.deepEqual(after, before);
    await map("orders");
  });

  test("leaves the mapping of the same API on another domain name", async () => {
    await createDomain(harness, "b.example.com");
    const { ApiMappingId } = await map("orders");
    const other = await harness.call("CreateApiMapping", {
      DomainName: "b.example.com",
      ApiId: "http1",
      Stage: "prod",
    });
    await harness.call("DeleteApiMapping", { DomainName, ApiMappingId: ApiMappingId as string });
    assert.deepEqual(await usesOf("http1"), [
      { DomainName: "b.example.com", Region: REGION, ApiMappingId: other.ApiMappingId, Stage: "prod" },
    ]);
  });
});

describe("unknown API mappings", () => {
  for (const operation of ["GetApiMapping", "UpdateApiMapping", "DeleteApiMapping"] as const) {
    test(`${operation} answers 404`, async () => {
      assert.deepEqual(await harness.fail(operation, { DomainName, ApiMappingId: "nope12" }), {
        code: "NotFoundException",
        status: 404,
        message: "Unable to find ApiMapping with ID nope12",
      });
    });

    test(`${operation} does not find another domain name's`, async () => {
      await createDomain(harness, "b.example.com");
      const { ApiMappingId } = await map("orders");
      const input = { DomainName: "b.example.com", ApiMappingId };
      assert.equal((await harness.fail(operation, input)).status, 404);
    });
  }
});

describe("listing API mappings", () => {
  test("gives them in creation order, page by page", async () => {
    for (const key of ["c", "a", "b"]) await map(key);
    const first = await harness.call("GetApiMappings", { DomainName, MaxResults: "2" });
    const last = await harness.call("GetApiMappings", { DomainName, NextToken: first.NextToken });
    assert.deepEqual(
      [...(first.Items ?? []), ...(last.Items ?? [])].map((item) => item.ApiMappingKey),
      ["c", "a", "b"],
    );
    assert.equal(last.NextToken, undefined);
  });

  test("refuses a token of another domain name", async () => {
    await createDomain(harness, "b.example.com");
    for (const key of ["a", "b"]) await map(key);
    const { NextToken } = await harness.call("GetApiMappings", { DomainName, MaxResults: "1" });
    assert.equal((await harness.fail("GetApiMappings", { DomainName: "b.example.com", NextToken })).status, 400);
  });
});

describe("quota of multi-level keys", () => {
  beforeEach(async () => {
    await harness.close();
    await open(quotas({ multiLevelMappingsPerDomain: 2 }));
  });

  test("does not count single-level keys", async () => {
    for (const key of ["", "a", "b", "c", "a/1", "a/2"]) await map(key);
    const input = { DomainName, ApiId: "http1", Stage: "prod", ApiMappingKey: "a/3" };
    const full = await harness.fail("CreateApiMapping", input);
    assert.deepEqual([full.code, full.status], ["TooManyRequestsException", 429]);
  });

  test("follows updates and deletions", async () => {
    const { ApiMappingId: first } = await map("a/1");
    const { ApiMappingId: second } = await map("a/2");
    const { ApiMappingId: third } = await map("a");
    const update = (ApiMappingId: string | undefined, ApiMappingKey: string) => ({
      DomainName,
      ApiMappingId: ApiMappingId as string,
      ApiId: "http1",
      ApiMappingKey,
    });
    await harness.call("UpdateApiMapping", update(first, "a/9"));
    assert.equal((await harness.fail("UpdateApiMapping", update(third, "a/3"))).status, 429);
    await harness.call("UpdateApiMapping", update(second, "b"));
    await harness.call("UpdateApiMapping", update(third, "a/3"));
    await harness.call("DeleteApiMapping", { DomainName, ApiMappingId: first as string });
    await map("a/4");
  });
});

test("a write costs the same with many mappings as with few", async () => {
  await harness.close();
  await open(quotas({ multiLevelMappingsPerDomain: Number.POSITIVE_INFINITY }));
  const changesOf = async (key: string): Promise<number> => {
    const after = await harness.ledger.revision();
    await map(key);
    return (await harness.ledger.changedKeys("", after, await harness.ledger.revision())).length;
  };
  const few = await changesOf("first/0");
  for (let index = 0; index < 30; index += 1) await map(`many/${index}`);
  assert.equal(await changesOf("last/0"), few);
  assert.notEqual(await harness.ledger.get(keys.apiMappingKey(REGION, DomainName, "last/0")), undefined);
});
