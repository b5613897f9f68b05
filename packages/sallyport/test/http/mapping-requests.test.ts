import assert from "node:assert/strict";
import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { test } from "node:test";
import { LocalFunctions } from "../../src/functions/local-functions.ts";
import { keys } from "../../src/model/keys.ts";
import { openIssuer } from "../authorizers/jwt/test-issuer.ts";
import { API_ID, deploy, routeWrite } from "./api-seed.ts";
import { HOST, openGateway, readAnswer } from "./gateway-harness.ts";
import { type MirrorOptions, openMirror, seen } from "./mapping-mirror.ts";

test("EX-6.1: a header is appended with the request's id", async (context) => {
  const { fetch } = await openMirror(context, { "append:header.header1": "$context.requestId" });
  const answer = await fetch("/");
  assert.equal(seen(answer).headers["header1"], answer.headers["apigw-requestid"]);
});

test("EX-6.2: a header is renamed", async (context) => {
  const { fetch } = await openMirror(context, {
    "append:header.header2": "$request.header.header1",
    "remove:header.header1": "''",
  });
  const { headers } = seen(await fetch("/", { headers: { header1: "v" } }));
  assert.deepEqual([headers["header1"], headers["header2"]], [undefined, "v"]);
});

const targets: readonly (readonly [string, Readonly<Record<string, string>>, string, string, MirrorOptions?])[] = [
  ["EX-6.3 path", { "overwrite:path": "/v2/${request.path.id}" }, "/p/7?x=1", "/v2/7?x=1", { routeKey: "GET /p/{id}" }],
  ["EX-6.5 removed parameter", { "remove:querystring.t": "''" }, "/?t=1&u=2", "/?u=2"],
  ["a path in place of the URI's", { "overwrite:path": "/v2" }, "/p?x=1", "/v2?k=1&x=1", { path: "/base?k=1" }],
  [
    "EX-4.22 the path without its stage",
    { "overwrite:path": "$request.path" },
    "/prod/a%20b/c",
    "/a%20b/c",
    { stages: { prod: {} } },
  ],
  [
    "a stage variable",
    { "overwrite:path": "$stageVariables.p" },
    "/",
    "/to/here",
    { stages: { $default: { StageVariables: { p: "to/here" } } } },
  ],
  [
    "a path value that is no path",
    { "overwrite:path": "/v2/${request.path.id}" },
    "/p/a%3Fb%23%0D%0Ac",
    "/v2/a%3Fb%23%0D%0Ac",
    { routeKey: "GET /p/{id}" },
  ],
  ["an appended parameter", { "append:querystring.s": "${context.stage}" }, "/?a=%2F+", "/?a=%2F+&s=%24default"],
];
for (const [name, mappings, target, expected, options] of targets) {
  test(`${name}: ${target} arrives as ${expected}`, async (context) => {
    const { fetch } = await openMirror(context, mappings, options);
    assert.equal(seen(await fetch(target)).url, expected);
  });
}

test("EX-6.4: a parameter is overwritten from the body, which arrives as it was sent", async (context) => {
  const { fetch } = await openMirror(context, { "overwrite:querystring.t": "$request.body.type" });
  const body = '{ "type":"c" }';
  const arrived = seen(await fetch("/?t=a&t=b", { method: "POST", body }));
  assert.deepEqual([arrived.url, arrived.body], ["/?t=c", body]);
  assert.equal(arrived.headers["content-length"], String(body.length));
});

test("a body in chunks is mapped and arrives whole", async (context) => {
  const { send } = await openMirror(context, { "append:header.type": "$request.body.type" });
  const sent = send("/", { method: "POST" });
  sent.write('{"type"');
  sent.end(':"c"}');
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const arrived = seen(await readAnswer(response));
  assert.deepEqual([arrived.headers["type"], arrived.body], ["c", '{"type":"c"}']);
});

test("a request without body has no values of it", async (context) => {
  const { fetch } = await openMirror(context, {
    "append:header.type": "$request.body.type",
    "append:header.x": "<${request.body}>",
  });
  const { headers } = seen(await fetch("/"));
  assert.deepEqual([headers["type"], headers["x"]], [undefined, "<>"]);
});

test("the host that a mapping names is sent in place of the integration's", async (context) => {
  const { fetch } = await openMirror(context, { "overwrite:header.host": "$request.header.x-host" });
  const named = seen(await fetch("/", { headers: { "x-host": "tenant.example" } }));
  assert.equal(named.headers.host, "tenant.example");
  assert.equal(named.rawHeaders.filter((text) => text.toLowerCase() === "host").length, 1);
  assert.match(seen(await fetch("/")).headers.host ?? "", /^127\.0\.0\.1:\d+$/);
});

test("a client can not take a mapped header away by listing it in Connection", async (context) => {
  const { fetch } = await openMirror(context, { "overwrite:header.x-user": "gateway" });
  const { headers } = seen(
    await fetch("/", { headers: { connection: "x-user, x-own", "x-user": "me", "x-own": "1" } }),
  );
  assert.deepEqual([headers["x-user"], headers["x-own"]], ["gateway", undefined]);
});

test("a forwarding header that is not reserved can be mapped; the client's own is still folded", async (context) => {
  const { fetch } = await openMirror(context, { "overwrite:header.x-forwarded-port": "443" });
  const { headers } = seen(await fetch("/", { headers: { "x-forwarded-port": "1", "x-forwarded-path": "/x" } }));
  assert.deepEqual([headers["x-forwarded-port"], headers["x-forwarded-path"]], ["443", undefined]);
});

test("no value begins another header", async (context) => {
  const { fetch } = await openMirror(context, { "append:header.x-note": "$request.body.note" });
  const body = JSON.stringify({ note: "a\r\nx-evil: 1\0 \u2615" });
  const { headers } = seen(await fetch("/", { method: "POST", body }));
  assert.equal(headers["x-evil"], undefined);
  assert.equal(Buffer.from(headers["x-note"] as string, "latin1").toString(), "a x-evil: 1  \u2615");
});

test("a reserved header can be read", async (context) => {
  const { fetch } = await openMirror(context, { "append:header.x-was": "$request.header.authorization" });
  assert.equal(seen(await fetch("/", { headers: { authorization: "Bearer t" } })).headers["x-was"], "Bearer t");
});

test("where the request stays as it was, log and context see the original", async (context) => {
  const { fetch } = await openMirror(context, {
    "append:header.a": "$context.domainName",
    "append:header.b": "$context.path",
  });
  const { headers } = seen(await fetch("/x?y"));
  assert.deepEqual([headers["a"], headers["b"]], [HOST, "/x"]);
});

test("a value over the limit is refused, with the reason", async (context) => {
  const { fetch } = await openMirror(context, { "append:header.x": "$request.body" });
  const answer = await fetch("/", { method: "POST", body: "a".repeat(10_241) });
  assert.equal(answer.status, 431);
  assert.equal(answer.body, '{"message":"Request Header Fields Too Large"}');
  assert.match(answer.headers["x-sallyport-reason"] as string, /map request: a mapped header is 10241 bytes/);
  const long = await openMirror(context, { "overwrite:path": "$request.body" });
  const refused = await long.fetch("/", { method: "POST", body: "a".repeat(40_000) });
  assert.deepEqual([refused.status, refused.body], [414, '{"message":"Request-URI Too Long"}']);
});

test("a body over the payload limit is refused while it is read for a mapping", async (context) => {
  const { send } = await openMirror(context, { "append:header.x": "$request.body.x" });
  const sent = send("/", { method: "POST" });
  sent.on("error", () => {});
  sent.write(Buffer.alloc(10 * 1024 * 1024));
  sent.write("x");
  const [response] = (await once(sent, "response")) as [IncomingMessage];
  const answer = await readAnswer(response);
  sent.destroy();
  assert.deepEqual([answer.status, answer.body], [413, '{"message":"Request Entity Too Large"}']);
  assert.match(answer.headers["x-sallyport-reason"] as string, /map request: body over/);
});

test("EX-6.9: a claim of the caller's token becomes a header, which the caller can not set", async (context) => {
  const issuer = await openIssuer(context);
  const { ledger, fetch } = await openMirror(
    context,
    { "overwrite:header.sub": "$context.authorizer.claims.sub", "remove:header.none": "" },
    { routeKey: "GET /x" },
  );
  const authorizer = {
    AuthorizerId: "jwt1",
    Name: "jwt",
    AuthorizerType: "JWT",
    IdentitySource: ["$request.header.Authorization"],
    JwtConfiguration: { Issuer: issuer.url, Audience: ["x"] },
  };
  const route = { Target: "integrations/up", AuthorizationType: "JWT", AuthorizerId: "jwt1" };
  await ledger.commit([
    { key: keys.authorizer(API_ID, "jwt1"), value: authorizer },
    routeWrite(API_ID, "route0", "GET /x", route),
  ]);
  await deploy(ledger, API_ID, "deployment2", { $default: {} });
  const authorization = `Bearer ${issuer.token({ sub: "u1" })}`;
  const answer = await fetch("/x", { headers: { authorization, sub: "somebody", connection: "sub" } });
  assert.equal(seen(answer).headers["sub"], "u1");
  assert.equal((await fetch("/x")).status, 401);
});

test("the event of a function shows the mapped values", async (context) => {
  const functions = new LocalFunctions().set("fn", (event) => event);
  const integration = {
    IntegrationType: "AWS_PROXY",
    IntegrationUri: "arn:aws:lambda:us-east-1:111122223333:function:fn",
    PayloadFormatVersion: "2.0",
    RequestParameters: {
      "overwrite:header.x-who": "${request.path.id}!",
      "remove:header.x-gone": "",
      "overwrite:querystring.t": "new",
    },
    ResponseParameters: { "200": { "overwrite:statuscode": "201" } },
  };
  const seed = { routes: { "GET /{id}": "fn" }, integrations: { fn: integration } };
  const { fetch } = await openGateway(context, seed, { functions });
  const answer = await fetch("/me?t=old&u=1", { headers: { "x-who": "you", "x-gone": "1" } });
  const event = JSON.parse(answer.body) as {
    readonly headers: Record<string, string>;
    readonly queryStringParameters: Record<string, string>;
    readonly rawQueryString: string;
  };
  assert.equal(answer.status, 201);
  assert.deepEqual([event.headers["x-who"], event.headers["x-gone"]], ["me!", undefined]);
  assert.deepEqual(event.queryStringParameters, { t: "new", u: "1" });
  assert.equal(event.rawQueryString, "t=new&u=1");
});
