import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, test } from "node:test";
import type { RoutingRuleCondition } from "../../../src/model/generated/apigatewayv2.ts";
import { CERTIFICATE, createDomain, openDomains, putApi, quotas } from "./domain-fixtures.ts";
import { ACCOUNT, type Harness, REGION } from "../harness.ts";

const DomainName = "a.example.com";
const BAD = { code: "BadRequestException", status: 400 };
const ACTION = { InvokeApi: { ApiId: "api1", Stage: "prod" } };

let harness: Harness;
async function open(settings: Parameters<typeof openDomains>[0] = {}): Promise<void> {
  harness = await openDomains({ extensions: { routingRulesToHttpApis: true }, ...settings });
  await putApi(harness, "api1");
  await putApi(harness, "socket1", "WEBSOCKET");
  await createDomain(harness, DomainName, { RoutingMode: "ROUTING_RULE_ONLY" });
}
beforeEach(() => open());
afterEach(() => harness.close());

function rule(Priority: number, Conditions: readonly RoutingRuleCondition[] = []) {
  return { DomainName, Priority, Conditions, Actions: [ACTION] };
}
const header = (Header: string, ValueGlob: string): RoutingRuleCondition => ({
  MatchHeaders: { AnyOf: [{ Header, ValueGlob }] },
});
const basePath = (path: string): RoutingRuleCondition => ({ MatchBasePaths: { AnyOf: [path] } });

describe("creating a routing rule", () => {
  test("answers the documented example, with id, ARN and defaults", async () => {
    const Conditions = [header("Hello", "World"), header("x-version", "beta"), basePath("PetStoreShopper")];
    const output = await harness.call("CreateRoutingRule", rule(50, Conditions));
    const id = output.RoutingRuleId as string;
    assert.match(id, /^[a-z0-9]{6}$/);
    assert.deepEqual(output, {
      Actions: [{ InvokeApi: { ApiId: "api1", Stage: "prod", StripBasePath: false } }],
      Conditions,
      Priority: 50,
      RoutingRuleArn: `arn:aws:apigateway:${REGION}:${ACCOUNT}:/domainnames/${DomainName}/routingrules/${id}`,
      RoutingRuleId: id,
    });
    assert.deepEqual(await harness.call("GetRoutingRule", { DomainName, RoutingRuleId: id }), output);
  });

  const accepted: readonly (readonly [string, readonly RoutingRuleCondition[]])[] = [
    ["no condition", []],
    ["one header", [header("Hello", "World")]],
    ["one base path", [basePath("a")]],
    ["a base path with levels", [basePath("PetStoreShopper/dogs")]],
    ["a base path of 127 characters", [basePath("p".repeat(127))]],
    ["a header name of 39 characters", [header("h".repeat(39), "x")]],
    ["a header name of every character", [header("aZ09?-!#$%&'.^_`|~", "x")]],
    ["a value of 127 characters", [header("a", "v".repeat(127))]],
    ["* in front", [header("a", "*a")]],
    ["* behind", [header("a", "a*")]],
    ["* on both sides of 37 characters", [header("a", `*${"v".repeat(37)}*`)]],
    ["* alone", [header("a", "*")]],
    ["the guide's image type", [header("Accept", "image/webp")]],
    ["the guide's cookie", [header("Cookie", "*ux=beta*")]],
    ["the guide's host", [header("Host", "a.example.com")]],
  ];
  for (const [what, Conditions] of accepted) {
    test(`takes ${what}`, async () => {
      const output = await harness.call("CreateRoutingRule", rule(1, Conditions));
      assert.deepEqual(output.Conditions, Conditions);
    });
  }

  const refused: readonly (readonly [string, object])[] = [
    ["three header conditions", { Conditions: [header("a", "1"), header("b", "2"), header("c", "3")] }],
    ["two base path conditions", { Conditions: [basePath("a"), basePath("b")] }],
    ["an empty condition", { Conditions: [{}] }],
    ["both kinds in one condition", { Conditions: [{ ...header("a", "1"), ...basePath("b") }] }],
    ["no header in a condition", { Conditions: [{ MatchHeaders: { AnyOf: [] } }] }],
    [
      "two headers in a condition",
      { Conditions: [{ MatchHeaders: { AnyOf: [1, 2].map((n) => ({ Header: `h${n}`, ValueGlob: "x" })) } }] },
    ],
    ["no base path in a condition", { Conditions: [{ MatchBasePaths: { AnyOf: [] } }] }],
    ["two base paths in a condition", { Conditions: [{ MatchBasePaths: { AnyOf: ["a", "b"] } }] }],
    ["an empty header name", { Conditions: [header("", "x")] }],
    ["a header name of 40 characters", { Conditions: [header("h".repeat(40), "x")] }],
    ["a wildcard in a header name", { Conditions: [header("x-*", "x")] }],
    ["a blank in a header name", { Conditions: [header("a b", "x")] }],
    ["an empty value", { Conditions: [header("a", "")] }],
    ["a value of 128 characters", { Conditions: [header("a", "v".repeat(128))] }],
    ["* on both sides of 38 characters", { Conditions: [header("a", `*${"v".repeat(38)}*`)] }],
    ["* in the middle", { Conditions: [header("a", "a*b")] }],
    ["* three times", { Conditions: [header("a", "*a*b*")] }],
    ["a control character in a value", { Conditions: [header("a", "x\u0007")] }],
    ["an empty base path", { Conditions: [basePath("")] }],
    ["a base path of 128 characters", { Conditions: [basePath("p".repeat(128))] }],
    ["a backslash in front of a base path", { Conditions: [basePath("\\a")] }],
    ["a slash in front of a base path", { Conditions: [basePath("/a")] }],
    ["a slash behind a base path", { Conditions: [basePath("a/")] }],
    ["two slashes in a base path", { Conditions: [basePath("a//b")] }],
    ["a blank in a base path", { Conditions: [basePath("a b")] }],
    ["no action", { Actions: [] }],
    ["two actions", { Actions: [ACTION, ACTION] }],
    ["an unknown API", { Actions: [{ InvokeApi: { ApiId: "none", Stage: "prod" } }] }],
    ["an unknown stage", { Actions: [{ InvokeApi: { ApiId: "api1", Stage: "none" } }] }],
    ["a WebSocket API", { Actions: [{ InvokeApi: { ApiId: "socket1", Stage: "prod" } }] }],
    ["the priority 0", { Priority: 0 }],
    ["the priority 1000001", { Priority: 1_000_001 }],
    ["no priority", { Priority: undefined }],
    ["no conditions at all", { Conditions: undefined }],
    ["no actions at all", { Actions: undefined }],
  ];
  for (const [what, members] of refused) {
    test(`refuses ${what}, on create and on put`, async () => {
      const { RoutingRuleId } = await harness.call("CreateRoutingRule", rule(7));
      const before = await harness.ledger.revision();
      const input = { ...rule(1), ...members };
      assert.partialDeepStrictEqual(await harness.fail("CreateRoutingRule", input), BAD);
      assert.partialDeepStrictEqual(await harness.fail("PutRoutingRule", { ...input, RoutingRuleId }), BAD);
      assert.equal(await harness.ledger.revision(), before);
    });
  }

  const forbidden = [
    "Access-Control-Allow-Origin",
    "apigw-x",
    "Authorization",
    "Connection",
    "Content-Encoding",
    "Content-Length",
    "Content-Location",
    "Forwarded",
    "Keep-Alive",
    "Origin",
    "Proxy-Authenticate",
    "Proxy-Authorization",
    "TE",
    "Trailers",
    "Transfer-Encoding",
    "Upgrade",
    "x-amz-date",
    "X-Amzn-Trace-Id",
    "x-apigw-api-id",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "x-restAPI",
    "Via",
  ];
  for (const name of forbidden) {
    test(`refuses the header ${name} in any case`, async () => {
      for (const spelled of [name, name.toLowerCase(), name.toUpperCase()]) {
        assert.deepEqual(await harness.fail("CreateRoutingRule", rule(1, [header(spelled, "x")])), {
          ...BAD,
          message: `The header ${spelled} can not be used in a condition`,
        });
      }
    });
  }

  test("takes the outermost priorities", async () => {
    for (const priority of [1, 1_000_000]) {
      assert.equal((await harness.call("CreateRoutingRule", rule(priority))).Priority, priority);
    }
  });

  test("refuses a priority that another rule of the domain name has", async () => {
    await harness.call("CreateRoutingRule", rule(1));
    const failure = await harness.fail("CreateRoutingRule", rule(1));
    assert.partialDeepStrictEqual(failure, { code: "ConflictException", status: 409 });
    await createDomain(harness, "b.example.com", { RoutingMode: "ROUTING_RULE_ONLY" });
    await harness.call("CreateRoutingRule", { ...rule(1), DomainName: "b.example.com" });
  });

  test("keeps stripBasePath", async () => {
    const Actions = [{ InvokeApi: { ApiId: "api1", Stage: "prod", StripBasePath: true } }];
    const output = await harness.call("CreateRoutingRule", { ...rule(1), Actions });
    assert.deepEqual(output.Actions, Actions);
  });

  test("takes REST APIs only, which is none, unless the extension for HTTP APIs is on", async () => {
    await harness.close();
    await open({ extensions: {} });
    const failure = await harness.fail("CreateRoutingRule", rule(1));
    assert.deepEqual(failure, { ...BAD, message: "Routing rules can not invoke APIs with a protocol type of HTTP" });
  });

  test("refuses the id of a private domain name, on every operation", async () => {
    const { RoutingRuleId } = await harness.call("CreateRoutingRule", rule(1));
    const input = { ...rule(2), RoutingRuleId, DomainNameId: "abc" };
    const operations = [
      "CreateRoutingRule",
      "PutRoutingRule",
      "GetRoutingRule",
      "DeleteRoutingRule",
      "ListRoutingRules",
    ] as const;
    for (const operation of operations) {
      const { message, status } = await harness.fail(operation, input);
      assert.deepEqual([message, status], ["Invalid domain name identifier specified", 404]);
    }
  });
});

describe("routing modes", () => {
  const modes = [
    ["ROUTING_RULE_ONLY", true],
    ["ROUTING_RULE_THEN_API_MAPPING", true],
    ["API_MAPPING_ONLY", false],
  ] as const;
  for (const [RoutingMode, accepted] of modes) {
    test(`${RoutingMode} ${accepted ? "takes" : "refuses"} rules and lists them`, async () => {
      const { RoutingRuleId } = await harness.call("CreateRoutingRule", rule(1));
      const DomainNameConfigurations = [{ CertificateArn: CERTIFICATE }];
      await harness.call("UpdateDomainName", { DomainName, DomainNameConfigurations, RoutingMode });
      const put = { ...rule(3), RoutingRuleId: RoutingRuleId as string };
      if (accepted) {
        await harness.call("CreateRoutingRule", rule(2));
        await harness.call("PutRoutingRule", put);
      } else {
        assert.partialDeepStrictEqual(await harness.fail("CreateRoutingRule", rule(2)), BAD);
        assert.partialDeepStrictEqual(await harness.fail("PutRoutingRule", put), BAD);
      }
      const { RoutingRules } = await harness.call("ListRoutingRules", { DomainName });
      assert.deepEqual(
        RoutingRules?.map((one) => one.Priority),
        accepted ? [3, 2] : [1],
      );
      await harness.call("DeleteRoutingRule", { DomainName, RoutingRuleId: RoutingRuleId as string });
    });
  }
});

describe("putting a routing rule", () => {
  test("replaces everything but id and ARN, and frees the former priority", async () => {
    const before = await harness.call("CreateRoutingRule", rule(1, [header("a", "1"), basePath("b")]));
    const RoutingRuleId = before.RoutingRuleId as string;
    const after = await harness.call("PutRoutingRule", { ...rule(2, [basePath("c")]), RoutingRuleId });
    assert.deepEqual(after, { ...before, Priority: 2, Conditions: [basePath("c")] });
    assert.deepEqual(await harness.call("GetRoutingRule", { DomainName, RoutingRuleId }), after);
    await harness.call("CreateRoutingRule", rule(1));
    assert.equal((await harness.fail("PutRoutingRule", { ...rule(1), RoutingRuleId })).status, 409);
    await harness.call("PutRoutingRule", { ...rule(2), RoutingRuleId });
    assert.equal((await harness.fail("CreateRoutingRule", rule(2))).status, 409);
  });
});

describe("unknown routing rules", () => {
  for (const operation of ["GetRoutingRule", "PutRoutingRule", "DeleteRoutingRule"] as const) {
    test(`${operation} answers 404`, async () => {
      const failure = await harness.fail(operation, { ...rule(1), RoutingRuleId: "nope12" });
      assert.partialDeepStrictEqual(failure, { code: "NotFoundException", status: 404 });
    });
  }
});

describe("listing and deleting routing rules", () => {
  test("gives them in creation order, page by page", async () => {
    for (const priority of [30, 10, 20]) await harness.call("CreateRoutingRule", rule(priority));
    const first = await harness.call("ListRoutingRules", { DomainName, MaxResults: 2 });
    const last = await harness.call("ListRoutingRules", { DomainName, NextToken: first.NextToken });
    assert.deepEqual(
      [...(first.RoutingRules ?? []), ...(last.RoutingRules ?? [])].map((one) => one.Priority),
      [30, 10, 20],
    );
    assert.equal(last.NextToken, undefined);
    for (const MaxResults of [0, 101]) {
      assert.equal((await harness.fail("ListRoutingRules", { DomainName, MaxResults })).status, 400);
    }
  });

  test("a deleted rule frees its priority and its place", async () => {
    await harness.close();
    await open(quotas({ routingRulesPerDomain: 2 }));
    const { RoutingRuleId } = await harness.call("CreateRoutingRule", rule(1));
    await harness.call("CreateRoutingRule", rule(2));
    const full = await harness.fail("CreateRoutingRule", rule(3));
    assert.deepEqual([full.code, full.status], ["TooManyRequestsException", 429]);
    await harness.call("PutRoutingRule", { ...rule(3), RoutingRuleId: RoutingRuleId as string });
    await harness.call("DeleteRoutingRule", { DomainName, RoutingRuleId: RoutingRuleId as string });
    assert.equal((await harness.fail("GetRoutingRule", { DomainName, RoutingRuleId })).status, 404);
    await harness.call("CreateRoutingRule", rule(3));
  });
});
