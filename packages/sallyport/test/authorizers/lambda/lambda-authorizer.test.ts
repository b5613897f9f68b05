import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { RawResult } from "../../../src/functions/local-functions.ts";
import type { InvocationOutcome } from "../../../src/functions/invoker.ts";
import { answering } from "../../integrations/lambda/lambda-api.ts";
import {
  allow,
  API_ARN,
  type Authorize,
  AUTHORIZER_ARN,
  openAuthorizer,
  policyAnswer,
  TOKEN,
} from "./authorizer-api.ts";

const UNAUTHORIZED = '{"message":"Unauthorized"}';
const FORBIDDEN = '{"message":"Forbidden"}';
const FAILED = '{"message":"Internal Server Error"}';
const POLICIES = { EnableSimpleResponses: false };

describe("identity sources", () => {
  const sources = [
    "$request.header.Authorization",
    "$request.querystring.key",
    "$context.routeKey",
    "$stageVariables.v",
  ];

  it("EX-8.20: without a value answer 401, no www-authenticate, and the function is not called", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }));
    const requests: readonly Record<string, string>[] = [{}, { Authorization: "" }];
    for (const headers of requests) {
      const answer = await fetch("/", { headers });
      assert.equal(answer.status, 401);
      assert.equal(answer.body, UNAUTHORIZED);
      assert.equal(answer.headers["www-authenticate"], undefined);
      assert.equal(answer.headers["content-type"], "application/json");
      assert.match(
        String(answer.headers["x-sallyport-reason"]),
        /^authorize: route "\$default": identity source \$request\.header\.Authorization has no value; send every/,
      );
    }
    assert.equal(asked.length, 0);
  });

  it("must all have one: a stage without the variable refuses everybody", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), { IdentitySource: sources });
    const answer = await fetch("/?key=1", TOKEN);
    assert.equal(answer.status, 401);
    assert.match(String(answer.headers["x-sallyport-reason"]), /\$stageVariables\.v has no value/);
    assert.equal(asked.length, 0);
  });

  it("reach the function in the configured order", async (context) => {
    const IdentitySource = sources.slice(0, 3);
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), { IdentitySource });
    assert.equal((await fetch("/a?key=1&key=2", { headers: { Authorization: ["x", "y"] } })).status, 200);
    const event = JSON.parse(asked[0]?.payload ?? "") as Readonly<Record<string, unknown>>;
    assert.deepEqual(event["identitySource"], ["x,y", "1,2", "$default"]);
  });

  it("may be none: the function always runs", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), { IdentitySource: [] });
    assert.equal((await fetch("/")).status, 200);
    assert.equal(asked.length, 1);
  });
});

describe("an authorizer's function", () => {
  it("gets an event with the request's own ARN, and is called as the authorizer", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), {
      AuthorizerCredentialsArn: "arn:aws:iam::111122223333:role/authorizer",
    });
    await fetch("/pets/a%20b?x=1", { method: "PUT", body: "{}", ...TOKEN });
    const [invocation] = asked;
    assert.equal(invocation?.functionArn, AUTHORIZER_ARN);
    assert.equal(invocation.timeoutMs, 10_000);
    assert.equal(invocation.credentialsArn, "arn:aws:iam::111122223333:role/authorizer");
    assert.equal(invocation.sourceArn, "arn:aws:execute-api:us-east-1:111122223333:a1b2c3d4e5/authorizers/auth1");
    const event = JSON.parse(invocation.payload) as Readonly<Record<string, unknown>>;
    assert.equal(event["version"], "2.0");
    assert.equal(event["routeArn"], `${API_ARN}/PUT/pets/a b`);
    assert.equal(Object.hasOwn(event, "body"), false);
  });

  it("gets format 1.0 where the authorizer says so", async (context) => {
    const members = { ...POLICIES, AuthorizerPayloadFormatVersion: "1.0" };
    const { fetch, asked } = await openAuthorizer(context, () => policyAnswer(allow("GET/pets")), members);
    assert.equal((await fetch("/pets", TOKEN)).status, 200);
    const event = JSON.parse(asked[0]?.payload ?? "") as Readonly<Record<string, unknown>>;
    assert.equal(event["version"], "1.0");
    assert.equal(event["methodArn"], `${API_ARN}/GET/pets`);
    assert.equal(event["authorizationToken"], "token");
  });

  it("EX-8.22: has its context in the event of format 2.0, types kept", async (context) => {
    const given = { n: 1, a: ["x"], b: true, o: { p: null } };
    const { fetch } = await openAuthorizer(context, () => ({ isAuthorized: true, context: given }));
    const event = JSON.parse((await fetch("/", TOKEN)).body) as {
      readonly requestContext: { readonly authorizer: unknown };
    };
    assert.deepEqual(event.requestContext.authorizer, { lambda: given });
  });

  it("has its context and principal merged in the event of format 1.0, without claims", async (context) => {
    const members = { ...POLICIES, AuthorizerPayloadFormatVersion: "1.0" };
    const answer = { ...policyAnswer(allow("*")), context: { n: 1, claims: { sub: "admin" } } };
    const { fetch } = await openAuthorizer(context, () => answer, members);
    const event = JSON.parse((await fetch("/v1", TOKEN)).body) as {
      readonly requestContext: { readonly authorizer: unknown };
    };
    assert.deepEqual(event.requestContext.authorizer, { n: 1, principalId: "me" });
  });

  it("shows null when it returned no context", async (context) => {
    const { fetch } = await openAuthorizer(context, () => ({ isAuthorized: true }));
    const event = JSON.parse((await fetch("/", TOKEN)).body) as {
      readonly requestContext: { readonly authorizer: unknown };
    };
    assert.deepEqual(event.requestContext.authorizer, { lambda: null });
  });
});

describe("a denial", () => {
  const statement = allow("GET/pets");
  const denials: readonly [string, object, unknown, RegExp][] = [
    ["EX-8.21: isAuthorized false", {}, { isAuthorized: false }, /auth1 returned isAuthorized: false/],
    ["a policy that does not allow", POLICIES, policyAnswer(allow("POST/pets")), /does not allow .*GET\/pets/],
    ["an explicit deny", POLICIES, policyAnswer(statement, { ...statement, Effect: "Deny" }), /denies .*GET\/pets/],
    ["another action", POLICIES, policyAnswer({ ...statement, Action: "execute-api:ManageConnections" }), /not allow/],
    [
      "a condition that does not hold",
      POLICIES,
      policyAnswer({ ...statement, Condition: { IpAddress: { "aws:SourceIp": "203.0.113.0/24" } } }),
      /does not allow/,
    ],
  ];
  for (const [name, members, response, reason] of denials) {
    it(`${name}: 403`, async (context) => {
      const { fetch } = await openAuthorizer(context, () => response, members);
      const answer = await fetch("/pets", TOKEN);
      assert.equal(answer.status, 403);
      assert.equal(answer.body, FORBIDDEN);
      assert.equal(answer.headers["www-authenticate"], undefined);
      assert.match(String(answer.headers["x-sallyport-reason"]), reason);
    });
  }

  it("does not miss a path that is written with escapes", async (context) => {
    const deny = { ...allow("GET/admin"), Effect: "Deny" };
    const { fetch } = await openAuthorizer(context, () => policyAnswer(allow("*"), deny), POLICIES);
    assert.equal((await fetch("/%61dmin", TOKEN)).status, 403);
    assert.equal((await fetch("/other", TOKEN)).status, 200);
  });
});

describe("a policy that allows", () => {
  const allowed: readonly [string, object][] = [
    ["single values instead of lists", { Effect: "Allow", Action: "*", Resource: "*" }],
    ["all actions of the service", { Effect: "Allow", Action: ["execute-api:*"], Resource: [`${API_ARN}/*/pets`] }],
    ["a question mark", { Effect: "Allow", Action: "execute-api:Invoke", Resource: `${API_ARN}/GET/pet?` }],
    ["a condition that holds", { ...allow("GET/pets"), Condition: { IpAddress: { "aws:SourceIp": "127.0.0.0/8" } } }],
  ];
  for (const [name, statement] of allowed) {
    it(`by ${name}`, async (context) => {
      const { fetch } = await openAuthorizer(context, () => policyAnswer(statement), POLICIES);
      assert.equal((await fetch("/pets", TOKEN)).status, 200);
    });
  }
});

describe("an authorizer that gives no usable answer", () => {
  const refused = (why: "permission" | "missing"): InvocationOutcome => ({ kind: "refused", why, detail: "no" });
  const failures: readonly [string, object, Authorize, RegExp][] = [
    ["EX-8.25: an empty object with simple responses", {}, () => ({}), /isAuthorized is neither true nor false/],
    ["isAuthorized as text", {}, () => ({ isAuthorized: "true" }), /isAuthorized is neither/],
    ["a context that is no object", {}, () => ({ isAuthorized: true, context: ["a"] }), /context is no object/],
    ["a policy instead of a simple response", {}, () => policyAnswer(allow("*")), /isAuthorized is neither/],
    ["a simple response instead of a policy", POLICIES, () => ({ isAuthorized: true }), /principalId is no text/],
    ["no policy", POLICIES, () => ({ principalId: "me" }), /policyDocument is no object/],
    ["a policy without statements", POLICIES, () => ({ principalId: "me", policyDocument: {} }), /Statement: is req/],
    [
      "a misspelt policy",
      POLICIES,
      () => policyAnswer({ effect: "Allow", Action: "*", Resource: "*" }),
      /Statement\[0\]\.effect: unknown element/,
    ],
    ["null", {}, () => null, /the result is no JSON object/],
    ["what is no JSON", {}, () => new RawResult("{"), /the result is no JSON object/],
    [
      "a function that throws, whatever the words",
      {},
      () => {
        throw new Error("Unauthorized");
      },
      /authorizer function arn:\S+:auth failed: Error: Unauthorized/,
    ],
    ["no permission", {}, answering(refused("permission")), /refused: no; allow API Gateway to call the function/],
    ["no such function", {}, answering(refused("missing")), /refused: no; create the function/],
    ["no answer in time", {}, answering({ kind: "timeout", detail: "10 s" }), /timeout: 10 s; answer within 10 sec/],
    ["throttling", {}, answering({ kind: "throttled", detail: "x" }), /throttled: x; raise the function's/],
    ["no Lambda", {}, answering({ kind: "unreachable", detail: "x" }), /unreachable: x; check Lambda/],
  ];
  for (const [name, members, authorize, reason] of failures) {
    it(`${name}: 500`, async (context) => {
      const { fetch } = await openAuthorizer(context, authorize, members);
      const answer = await fetch("/pets", TOKEN);
      assert.equal(answer.status, 500);
      assert.equal(answer.body, FAILED);
      assert.match(String(answer.headers["x-sallyport-reason"]), reason);
    });
  }

  const faults: readonly [string, object, RegExp][] = [
    ["a variable without value", { AuthorizerUri: `${AUTHORIZER_ARN}:\${stageVariables.v}` }, /AuthorizerUri: stage/],
    ["no payload format", { AuthorizerPayloadFormatVersion: undefined }, /AuthorizerPayloadFormatVersion: there is no/],
    ["simple responses in 1.0", { AuthorizerPayloadFormatVersion: "1.0" }, /EnableSimpleResponses: simple responses/],
    ["what is no source", { IdentitySource: ["$request.body"] }, /IdentitySource: \$request\.body is no identity/],
    ["an authorizer of another type", { AuthorizerType: "JWT" }, /auth1 is of type JWT, not REQUEST/],
  ];
  for (const [name, members, reason] of faults) {
    it(`${name}: 500, and nobody passes`, async (context) => {
      const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }), members);
      const answer = await fetch("/pets", TOKEN);
      assert.equal(answer.status, 500);
      assert.equal(answer.body, FAILED);
      assert.match(String(answer.headers["x-sallyport-reason"]), reason);
      assert.equal(asked.length, 0);
    });
  }

  it("a path whose ARN is over 1600 bytes: 414", async (context) => {
    const { fetch, asked } = await openAuthorizer(context, () => ({ isAuthorized: true }));
    assert.equal((await fetch(`/${"a".repeat(1_600)}`, TOKEN)).status, 414);
    assert.equal(asked.length, 0);
  });
});

describe("$context.authorizer.error", () => {
  it("is the text about permissions where the function may not be called", async () => {
    const { failureDecision, invocationFailure } =
      await import("../../../src/authorizers/lambda/authorizer-failure.ts");
    const decision = failureDecision(invocationFailure("arn", { kind: "refused", why: "permission", detail: "" }));
    assert.ok(decision.kind === "deny");
    assert.equal(
      decision.error,
      "The IAM role configured on the authorizer or API Gateway doesn't have permissions to call the authorizer. Check the permissions and try again.",
    );
  });
});
