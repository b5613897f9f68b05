import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import type { Harness } from "../harness.ts";
import { assertFails, createApi, FUNCTION, INVOCATION, openApis, type Protocol, ROLE } from "./fixtures.ts";

const REQUEST = {
  Name: "request",
  AuthorizerType: "REQUEST",
  IdentitySource: ["$request.header.Authorization"],
  AuthorizerUri: INVOCATION,
  AuthorizerPayloadFormatVersion: "2.0",
};
const JWT = {
  Name: "jwt",
  AuthorizerType: "JWT",
  IdentitySource: ["$request.header.Authorization"],
  JwtConfiguration: { Issuer: "https://issuer.example/pool", Audience: ["a", "b"] },
};
const SOCKET = {
  Name: "socket",
  AuthorizerType: "REQUEST",
  IdentitySource: [
    "route.request.querystring.auth",
    "route.request.header.a",
    "context.identity.sourceIp",
    "stageVariables.v",
  ],
  AuthorizerUri: INVOCATION,
};
const LIFTED = { quotas: { ...DEFAULT_QUOTAS, authorizersPerApi: 1000, audiencesPerAuthorizer: 2 } };

describe("authorizers", () => {
  let harness: Harness;
  const apis = { HTTP: "", WEBSOCKET: "" };
  before(async () => {
    harness = await openApis(LIFTED);
    for (const protocol of ["HTTP", "WEBSOCKET"] as const) apis[protocol] = await createApi(harness, protocol);
  });
  after(() => harness.close());

  async function make(protocol: Protocol, input: object) {
    const sent = { ApiId: apis[protocol], ...input } as never;
    const { AuthorizerId = "", ...created } = await harness.call("CreateAuthorizer", sent);
    assert.match(AuthorizerId, /^[a-z0-9]{6}$/);
    return { id: { ApiId: apis[protocol], AuthorizerId }, created };
  }

  const TTL = { AuthorizerResultTtlInSeconds: 300 };
  const made: readonly (readonly [string, Protocol, object, object])[] = [
    ["a function with identity sources", "HTTP", REQUEST, { ...REQUEST, ...TTL }],
    [
      "a function without identity sources",
      "HTTP",
      { ...REQUEST, IdentitySource: [] },
      { ...REQUEST, IdentitySource: [], AuthorizerResultTtlInSeconds: 0 },
    ],
    [
      "a function with everything",
      "HTTP",
      {
        ...REQUEST,
        AuthorizerUri: FUNCTION,
        IdentitySource: ["$request.querystring.q", "$context.routeKey", "$stageVariables.v"],
        AuthorizerResultTtlInSeconds: 3600,
        EnableSimpleResponses: true,
        AuthorizerCredentialsArn: ROLE,
      },
      {
        ...REQUEST,
        AuthorizerUri: FUNCTION,
        IdentitySource: ["$request.querystring.q", "$context.routeKey", "$stageVariables.v"],
        AuthorizerResultTtlInSeconds: 3600,
        EnableSimpleResponses: true,
        AuthorizerCredentialsArn: ROLE,
      },
    ],
    [
      "sources in one text",
      "HTTP",
      { ...REQUEST, IdentitySource: ["$request.header.a, $request.header.b"] },
      { ...REQUEST, ...TTL, IdentitySource: ["$request.header.a", "$request.header.b"] },
    ],
    ["a token", "HTTP", JWT, JWT],
    [
      "a token in the query",
      "HTTP",
      { ...JWT, IdentitySource: ["$request.querystring.t"] },
      { ...JWT, IdentitySource: ["$request.querystring.t"] },
    ],
    ["a function", "WEBSOCKET", SOCKET, SOCKET],
    ["a function without sources", "WEBSOCKET", { ...SOCKET, IdentitySource: [] }, { ...SOCKET, IdentitySource: [] }],
  ];
  for (const [what, protocol, sent, expected] of made) {
    it(`read back ${what} on ${protocol}`, async () => {
      const { id, created } = await make(protocol, sent);
      assert.deepEqual(created, expected);
      assert.deepEqual(await harness.call("GetAuthorizer", id), { ...expected, AuthorizerId: id.AuthorizerId });
    });
  }

  const range = "Authorizer result TTL outside allowable range. TTL must be between 0 and 3600 seconds.";
  const forSockets = (member: string): string => `${member} cannot be set for WEBSOCKET protocol Apis.`;
  const refused: readonly (readonly [string, Protocol, object, string | RegExp])[] = [
    ["no name", "HTTP", { ...REQUEST, Name: "" }, /[Nn]ame/],
    [
      "no payload version",
      "HTTP",
      { ...REQUEST, AuthorizerPayloadFormatVersion: undefined },
      "AuthorizerPayloadFormatVersion is a required parameter for REQUEST authorizer",
    ],
    [
      "an unknown payload version",
      "HTTP",
      { ...REQUEST, AuthorizerPayloadFormatVersion: "3.0" },
      "AuthorizerPayloadFormatVersion 3.0 is not supported",
    ],
    ["no URI", "HTTP", { ...REQUEST, AuthorizerUri: undefined }, "AuthorizerUri is a required field in an Authorizer"],
    [
      "no URI",
      "WEBSOCKET",
      { ...SOCKET, AuthorizerUri: undefined },
      "AuthorizerUri is a required field in an Authorizer",
    ],
    ["a URI that is no function", "HTTP", { ...REQUEST, AuthorizerUri: "https://a" }, /Invalid Authorizer URI/],
    ["a bare function ARN", "WEBSOCKET", { ...SOCKET, AuthorizerUri: FUNCTION }, /Invalid Authorizer URI/],
    [
      "simple responses of version 1.0",
      "HTTP",
      { ...REQUEST, AuthorizerPayloadFormatVersion: "1.0", EnableSimpleResponses: true },
      'EnableSimpleResponses can only be set for AuthorizerPayloadFormatVersion "2.0".',
    ],
    ["too long a TTL", "HTTP", { ...REQUEST, AuthorizerResultTtlInSeconds: 3601 }, range],
    ["a negative TTL", "HTTP", { ...REQUEST, AuthorizerResultTtlInSeconds: -1 }, range],
    [
      "a TTL without source",
      "HTTP",
      { ...REQUEST, IdentitySource: [], AuthorizerResultTtlInSeconds: 1 },
      "Identity source must be set if authorizer caching is enabled (TTL is greater than 0)",
    ],
    [
      "a source from nowhere",
      "HTTP",
      { ...REQUEST, IdentitySource: ["route.request.header.a"] },
      "Invalid identity source expression: route.request.header.a. The source must be a request header, request querystring, stage variable or context parameter",
    ],
    [
      "a source from nowhere",
      "WEBSOCKET",
      { ...SOCKET, IdentitySource: ["$request.header.a"] },
      /^Invalid request identity source expression: \$request\.header\.a/,
    ],
    ["a role that is none", "HTTP", { ...REQUEST, AuthorizerCredentialsArn: FUNCTION }, "Invalid role ARN"],
    ["an issuer", "HTTP", { ...REQUEST, JwtConfiguration: JWT.JwtConfiguration }, /JwtConfiguration cannot be set/],
    [
      "a validation expression",
      "HTTP",
      { ...REQUEST, IdentityValidationExpression: ".*" },
      /IdentityValidationExpression/,
    ],
    [
      "tokens",
      "WEBSOCKET",
      { ...JWT, Name: "j" },
      "Invalid authorizer type. Only REQUEST authorizer type is supported on WEBSOCKET protocol Apis.",
    ],
    [
      "a payload version",
      "WEBSOCKET",
      { ...SOCKET, AuthorizerPayloadFormatVersion: "1.0" },
      forSockets("AuthorizerPayloadFormatVersion"),
    ],
    ["a TTL", "WEBSOCKET", { ...SOCKET, AuthorizerResultTtlInSeconds: 0 }, forSockets("AuthorizerResultTtlInSeconds")],
    ["simple responses", "WEBSOCKET", { ...SOCKET, EnableSimpleResponses: false }, forSockets("EnableSimpleResponses")],
    ["an issuer", "WEBSOCKET", { ...SOCKET, JwtConfiguration: JWT.JwtConfiguration }, forSockets("JwtConfiguration")],
    [
      "no issuer configuration",
      "HTTP",
      { ...JWT, JwtConfiguration: undefined },
      "JwtConfiguration must not be null for JWT Authorizer",
    ],
    [
      "no audience",
      "HTTP",
      { ...JWT, JwtConfiguration: { Issuer: "https://i", Audience: [] } },
      /Audience must not be empty/,
    ],
    [
      "too many audiences",
      "HTTP",
      { ...JWT, JwtConfiguration: { Issuer: "https://i", Audience: ["a", "b", "c"] } },
      /at most 2 /,
    ],
    [
      "an issuer that is no URL",
      "HTTP",
      { ...JWT, JwtConfiguration: { Issuer: "issuer", Audience: ["a"] } },
      "Invalid issuer: Issuer is not a valid URL for JWT Authorizer",
    ],
    [
      "two sources of a token",
      "HTTP",
      { ...JWT, IdentitySource: ["$request.header.a", "$request.header.b"] },
      /exactly one/,
    ],
    ["no source of a token", "HTTP", { ...JWT, IdentitySource: [] }, /exactly one/],
    ["a token in the context", "HTTP", { ...JWT, IdentitySource: ["$context.a"] }, /exactly one/],
    [
      "simple responses to a token",
      "HTTP",
      { ...JWT, EnableSimpleResponses: false },
      /EnableSimpleResponses cannot be set for a JWT/,
    ],
    ["a function for a token", "HTTP", { ...JWT, AuthorizerUri: INVOCATION }, /AuthorizerUri cannot be set for a JWT/],
  ];
  for (const [what, protocol, input, message] of refused) {
    it(`are refused with ${what} on ${protocol}`, async () => {
      await assertFails(harness, "CreateAuthorizer", { ApiId: apis[protocol], ...input }, 400, message);
    });
  }

  it("are patched member by member", async () => {
    const { id } = await make("HTTP", { ...REQUEST, AuthorizerCredentialsArn: ROLE, EnableSimpleResponses: true });
    const changes = {
      Name: "other",
      AuthorizerCredentialsArn: "",
      IdentitySource: [],
      AuthorizerResultTtlInSeconds: 0,
    };
    const updated = await harness.call("UpdateAuthorizer", { ...id, ...changes });
    assert.deepEqual(updated, {
      ...REQUEST,
      Name: "other",
      IdentitySource: [],
      AuthorizerResultTtlInSeconds: 0,
      EnableSimpleResponses: true,
      AuthorizerId: id.AuthorizerId,
    });
    await assertFails(harness, "UpdateAuthorizer", { ...id, AuthorizerUri: "" }, 400, /AuthorizerUri is a required/);
    await assertFails(
      harness,
      "UpdateAuthorizer",
      { ...id, AuthorizerPayloadFormatVersion: "1.0" },
      400,
      /^EnableSimple/,
    );
  });

  it("replace the whole issuer configuration", async () => {
    const { id } = await make("HTTP", JWT);
    const JwtConfiguration = { Issuer: "http://127.0.0.1:9/i", Audience: ["c"] };
    const updated = await harness.call("UpdateAuthorizer", { ...id, JwtConfiguration });
    assert.deepEqual(updated.JwtConfiguration, JwtConfiguration);
  });

  it("lose the members of their former type when it changes", async () => {
    const { id } = await make("HTTP", JWT);
    const { AuthorizerUri, AuthorizerPayloadFormatVersion } = REQUEST;
    const changes = { AuthorizerType: "REQUEST", AuthorizerUri, AuthorizerPayloadFormatVersion } as const;
    const updated = await harness.call("UpdateAuthorizer", { ...id, ...changes });
    assert.deepEqual(updated, { ...REQUEST, ...TTL, Name: "jwt", AuthorizerId: id.AuthorizerId });
  });

  it("stay, and keep their type, while a route uses them", async () => {
    const { id } = await make("HTTP", JWT);
    const route = {
      ApiId: id.ApiId,
      RouteKey: "GET /used",
      AuthorizationType: "JWT",
      AuthorizerId: id.AuthorizerId,
    } as const;
    const { RouteId = "" } = await harness.call("CreateRoute", route);
    const message = "Cannot delete authorizer 'jwt', is referenced in route: GET /used";
    await assertFails(harness, "DeleteAuthorizer", id, 409, message);
    const { AuthorizerUri, AuthorizerPayloadFormatVersion } = REQUEST;
    const retyped = { ...id, AuthorizerType: "REQUEST", AuthorizerUri, AuthorizerPayloadFormatVersion };
    await assertFails(harness, "UpdateAuthorizer", retyped, 409, /GET \/used/);
    await harness.call("UpdateRoute", { ApiId: id.ApiId, RouteId, RouteKey: "GET /renamed" });
    await assertFails(harness, "DeleteAuthorizer", id, 409, /GET \/renamed$/);
    await harness.call("DeleteRoute", { ApiId: id.ApiId, RouteId });
    assert.deepEqual(await harness.call("DeleteAuthorizer", id), {});
    const unknown = `Invalid Authorizer identifier specified ${id.AuthorizerId}`;
    await assertFails(harness, "GetAuthorizer", id, 404, unknown);
  });

  it("are listed", async () => {
    const ApiId = await createApi(harness, "HTTP");
    for (const input of [REQUEST, JWT]) await harness.call("CreateAuthorizer", { ApiId, ...input } as never);
    const { Items = [] } = await harness.call("GetAuthorizers", { ApiId });
    assert.deepEqual(
      Items.map((item) => item.Name),
      ["request", "jwt"],
    );
  });
});

describe("authorizers with quotas and strict references", () => {
  it("are so many at most", async () => {
    const harness = await openApis({ quotas: { ...DEFAULT_QUOTAS, authorizersPerApi: 1 } });
    const ApiId = await createApi(harness, "HTTP");
    await harness.call("CreateAuthorizer", { ApiId, ...JWT } as never);
    await assertFails(harness, "CreateAuthorizer", { ApiId, ...JWT }, 429, /^Maximum number of Authorizers/);
    await harness.close();
  });

  it("name functions, roles and issuers that exist", async () => {
    const asked: string[] = [];
    const references = (kind: string, name: string): Promise<void> => {
      asked.push(`${kind} ${name}`);
      return Promise.resolve();
    };
    const harness = await openApis({ references });
    const ApiId = await createApi(harness, "HTTP");
    const inputs = [JWT, { ...REQUEST, AuthorizerCredentialsArn: ROLE }];
    for (const input of inputs) await harness.call("CreateAuthorizer", { ApiId, ...input } as never);
    assert.deepEqual(asked, ["issuer https://issuer.example/pool", `function ${FUNCTION}`, `role ${ROLE}`]);
    await harness.close();
  });
});
