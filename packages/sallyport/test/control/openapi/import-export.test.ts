/** Source: API Gateway Developer Guide, "Exporting an HTTP API": the import of an export recreates the API. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as fc from "fast-check";
import { authorizerOperations } from "../../../src/control/apis/authorizers.ts";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { integrationOperations } from "../../../src/control/apis/integrations.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { exportOperations } from "../../../src/control/openapi/export.ts";
import { importOperations } from "../../../src/control/openapi/import.ts";
import type { Input } from "../../../src/control/operation.ts";
import { ACCOUNT, type Harness, openHarness } from "../harness.ts";

const INVOCATION = `arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:${ACCOUNT}:function:f/invocations`;
const ROLE = `arn:aws:iam::${ACCOUNT}:role/r`;
const RUNS = 25;

let harness: Harness;
before(async () => {
  harness = await openHarness({
    ...apiOperations,
    ...authorizerOperations,
    ...integrationOperations,
    ...routeOperations,
    ...exportOperations,
    ...importOperations,
  });
});
after(() => harness.close());

type Members<N extends "CreateApi" | "CreateIntegration" | "CreateAuthorizer" | "CreateRoute"> = Omit<
  Input<N>,
  "ApiId"
>;

interface Sample {
  readonly api: Members<"CreateApi">;
  readonly integrations: readonly Members<"CreateIntegration">[];
  readonly authorizers: readonly Members<"CreateAuthorizer">[];
  readonly routes: readonly {
    readonly key: string;
    readonly operationName: string | undefined;
    readonly integration: number;
    readonly authorization: number;
    readonly scopes: readonly string[];
  }[];
}

/** Texts that JSON and YAML must quote, and such that look like other types. */
const text = fc.oneof(
  fc.string({ minLength: 1, maxLength: 20, unit: "grapheme-composite" }).filter((value) => value.trim() !== ""),
  fc.constantFrom(
    "1.0",
    "true",
    "null",
    "~",
    "2026-01-31",
    "a: b",
    "- x",
    "'",
    '"',
    "# c",
    "&a",
    "*a",
    "!t",
    "no",
    "0x1f",
  ),
);
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined });
const name = fc.stringMatching(/^[A-Za-z0-9._ -]{1,12}$/).filter((value) => value.trim() === value && value !== "");

const api: fc.Arbitrary<Sample["api"]> = fc.record({
  Name: text,
  ProtocolType: fc.constant("HTTP" as const),
  Description: optional(text),
  // Without a version an export says when the API was made.
  Version: text,
  DisableExecuteApiEndpoint: fc.boolean(),
  IpAddressType: fc.constantFrom("ipv4" as const, "dualstack" as const),
  Tags: fc.dictionary(
    fc.stringMatching(/^[a-z:/ @]{1,10}$/).filter((key) => !key.startsWith("aws:")),
    fc.stringMatching(/^[a-z0-9.+=-]{0,10}$/),
  ),
  CorsConfiguration: optional(
    fc.record(
      {
        AllowOrigins: fc.uniqueArray(fc.constantFrom("https://a.example", "http://*"), { minLength: 1 }),
        AllowMethods: fc.uniqueArray(fc.constantFrom("GET", "*", "post"), { minLength: 1 }),
        AllowHeaders: fc.uniqueArray(fc.constantFrom("x-a", "*"), { minLength: 1 }),
        ExposeHeaders: fc.uniqueArray(fc.constantFrom("date", "x-b"), { minLength: 1 }),
        AllowCredentials: fc.boolean(),
        MaxAge: fc.integer({ min: -1, max: 86_400 }),
      },
      { requiredKeys: ["AllowOrigins"] },
    ),
  ),
});

const common = { Description: optional(text), TimeoutInMillis: optional(fc.integer({ min: 50, max: 30_000 })) };
const integration: fc.Arbitrary<Members<"CreateIntegration">> = fc.oneof(
  fc.record({
    ...common,
    IntegrationType: fc.constant("AWS_PROXY" as const),
    IntegrationUri: fc.constant(INVOCATION),
    PayloadFormatVersion: fc.constantFrom("1.0", "2.0"),
    CredentialsArn: optional(fc.constant(ROLE)),
  }),
  fc.record({
    ...common,
    IntegrationType: fc.constant("HTTP_PROXY" as const),
    IntegrationMethod: fc.constantFrom("ANY", "GET", "POST"),
    IntegrationUri: fc.constantFrom("https://example.com/{proxy}", "http://a.example:81/?x=1"),
    PayloadFormatVersion: fc.constant("1.0"),
    RequestParameters: optional(
      fc.dictionary(
        fc.constantFrom("append:header.a", "overwrite:querystring.b"),
        fc.constantFrom("$context.requestId", "static", "1"),
      ),
    ),
    ResponseParameters: optional(
      fc.dictionary(fc.constantFrom("200", "404"), fc.constant({ "append:header.x": "y" }), { minKeys: 1 }),
    ),
  }),
  fc.constant({
    IntegrationType: "AWS_PROXY" as const,
    IntegrationSubtype: "SQS-SendMessage",
    PayloadFormatVersion: "1.0",
    CredentialsArn: ROLE,
    RequestParameters: { QueueUrl: "$request.header.q", MessageBody: "$request.body" },
  }),
);

const authorizer: fc.Arbitrary<Members<"CreateAuthorizer">> = fc.oneof(
  fc.record({
    Name: name,
    AuthorizerType: fc.constant("JWT" as const),
    IdentitySource: fc.constantFrom(["$request.header.Authorization"], ["$request.querystring.token"]),
    JwtConfiguration: fc.record({
      Issuer: fc.constant("https://issuer.example/pool"),
      Audience: fc.uniqueArray(name, { minLength: 1, maxLength: 3 }),
    }),
  }),
  fc.record({
    Name: name,
    AuthorizerType: fc.constant("REQUEST" as const),
    IdentitySource: fc.constantFrom(["$request.header.X", "$context.routeKey"], ["$stageVariables.a"]),
    AuthorizerUri: fc.constant(INVOCATION),
    AuthorizerPayloadFormatVersion: fc.constant("2.0"),
    AuthorizerResultTtlInSeconds: optional(fc.integer({ min: 0, max: 3600 })),
    EnableSimpleResponses: optional(fc.boolean()),
    AuthorizerCredentialsArn: optional(fc.constant(ROLE)),
  }),
);

const method = fc.constantFrom("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "ANY");
const path = fc
  .tuple(
    fc.array(
      fc.constantFrom("a", "b.c", "~d_e", "{x}", "f:g").map((part) => part.replace("~", "")),
      { maxLength: 3 },
    ),
    fc.boolean(),
  )
  .map(([parts, greedy]) => {
    const seen = new Set<string>();
    const named = parts
      .map((part, index) => (part === "{x}" ? `{v${index}}` : part))
      .filter((part) => !seen.has(part) || !seen.add(part));
    return `/${[...named, ...(greedy ? ["{rest+}"] : [])].join("/")}`;
  });
const routeKey = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(method, path).map((parts) => parts.join(" ")) },
  { weight: 1, arbitrary: fc.constant("$default") },
);

const sample: fc.Arbitrary<Sample> = fc.record({
  api,
  integrations: fc.array(integration, { maxLength: 4 }),
  authorizers: fc.uniqueArray(authorizer, { maxLength: 3, selector: (members) => members.Name }),
  routes: fc.uniqueArray(
    fc.record({
      key: routeKey,
      operationName: optional(name),
      integration: fc.nat(8),
      authorization: fc.nat(8),
      scopes: fc.uniqueArray(name, { maxLength: 2 }),
    }),
    { maxLength: 6, selector: (route) => route.key },
  ),
});

async function build({ api: members, integrations, authorizers, routes }: Sample): Promise<string> {
  const { ApiId: apiId = "" } = await harness.call("CreateApi", members);
  const targets: string[] = [];
  for (const input of integrations) {
    targets.push(`integrations/${(await harness.call("CreateIntegration", { ApiId: apiId, ...input })).IntegrationId}`);
  }
  const protections: Partial<Input<"CreateRoute">>[] = [
    {},
    { AuthorizationType: "NONE" },
    { AuthorizationType: "AWS_IAM" },
  ];
  for (const input of authorizers) {
    const { AuthorizerId } = await harness.call("CreateAuthorizer", { ApiId: apiId, ...input });
    protections.push({ AuthorizerId, AuthorizationType: input.AuthorizerType === "JWT" ? "JWT" : "CUSTOM" });
  }
  for (const { key, operationName, integration: target, authorization, scopes } of routes) {
    const protection = protections[authorization % protections.length] ?? {};
    await harness.call("CreateRoute", {
      ApiId: apiId,
      RouteKey: key,
      OperationName: operationName,
      Target: targets[target % (targets.length + 1)],
      ...protection,
      AuthorizationScopes: protection.AuthorizationType === "JWT" ? scopes : undefined,
    });
  }
  return apiId;
}

/** An API without what tells it from its twin: ids, times, order, and the empty members that imported routes have. */
async function likeness(apiId: string) {
  const input = { ApiId: apiId, MaxResults: "500" };
  const {
    ApiId: _,
    ApiEndpoint: _endpoint,
    CreatedDate: _created,
    ...settings
  } = await harness.call("GetApi", { ApiId: apiId });
  const integrations = (await harness.call("GetIntegrations", input)).Items ?? [];
  const authorizers = (await harness.call("GetAuthorizers", input)).Items ?? [];
  const routes = (await harness.call("GetRoutes", input)).Items ?? [];
  const targeted = new Map(
    integrations.map(({ IntegrationId, ...members }) => [
      `integrations/${IntegrationId}`,
      {
        ...members,
        routes: routes
          .filter((route) => route.Target === `integrations/${IntegrationId}`)
          .map((route) => route.RouteKey)
          .toSorted(),
      },
    ]),
  );
  const names = new Map(authorizers.map((item) => [item.AuthorizerId, item.Name]));
  return {
    settings,
    integrations: [...targeted.values()].map((item) => JSON.stringify(sorted(item))).toSorted(),
    authorizers: authorizers.map(({ AuthorizerId: _id, ...item }) => JSON.stringify(sorted(item))).toSorted(),
    routes: routes
      .map(
        ({
          RouteId: _id,
          Target,
          AuthorizerId,
          AuthorizationScopes: scopes = [],
          RequestParameters: _parameters,
          ...route
        }) =>
          JSON.stringify(
            sorted({ ...route, scopes, authorizer: names.get(AuthorizerId), target: Target !== undefined }),
          ),
      )
      .toSorted(),
  };
}

function sorted(node: unknown): unknown {
  if (typeof node !== "object" || node === null || Array.isArray(node)) return node;
  const members = Object.entries(node).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(members.map(([key, value]) => [key, sorted(value)]));
}

async function exported(apiId: string, OutputType: string): Promise<string> {
  return String((await harness.call("ExportApi", { ApiId: apiId, Specification: "OAS30", OutputType })).body);
}

describe("import of an export", () => {
  for (const outputType of ["JSON", "YAML"]) {
    test(`recreates the API, and exports the same text again: ${outputType}`, async () => {
      await fc.assert(
        fc.asyncProperty(sample, async (definition) => {
          const apiId = await build(definition);
          const document = await exported(apiId, outputType);
          const twin = await harness.call("ImportApi", { Body: document, FailOnWarnings: true });
          const twinId = twin.ApiId ?? "";
          assert.deepEqual(await likeness(twinId), await likeness(apiId));
          const again = (await exported(twinId, outputType)).replaceAll(twinId, apiId);
          assert.deepEqual(again.split("\n").toSorted(), document.split("\n").toSorted());
          for (const id of [apiId, twinId]) await harness.call("DeleteApi", { ApiId: id });
        }),
        { numRuns: RUNS },
      );
    });
  }
});
