import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { RawResult } from "../../../src/functions/local-functions.ts";
import { API_ID } from "../../http/api-seed.ts";
import { HOST } from "../../http/gateway-harness.ts";
import { FUNCTION_ARN, openFunction } from "./lambda-api.ts";

interface Event {
  readonly version: string;
  readonly routeKey: string;
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly cookies: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly queryStringParameters: Readonly<Record<string, string>>;
  readonly pathParameters: Readonly<Record<string, string>>;
  readonly requestContext: { readonly requestId: string; readonly http: Readonly<Record<string, string>> };
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const echo = (event: unknown) => ({ statusCode: 200, body: JSON.stringify(event) });
const eventOf = ({ body }: { readonly body: string }): Event => JSON.parse(body) as Event;

describe("a function behind a route", () => {
  it("EX-3.1: gets the request as an event of format 2.0", async (context) => {
    const { fetch } = await openFunction(context, echo, {
      routes: { "POST /pets/{id}": "fn" },
      stages: { dev: {} },
    });
    const answer = await fetch("/dev/pets/a%20b?x=1&x=2&plus=a+b&e=", {
      method: "POST",
      headers: { Cookie: "s=1; t=2", "X-Probe": ["first", "second"], "Content-Type": "application/json" },
      body: '{"a":1}',
    });
    assert.equal(answer.status, 200);
    const event = eventOf(answer);
    assert.equal(event.version, "2.0");
    assert.equal(event.routeKey, "POST /pets/{id}");
    assert.equal(event.rawPath, "/dev/pets/a b");
    assert.equal(event.rawQueryString, "x=1&x=2&plus=a+b&e=");
    assert.deepEqual(event.cookies, ["s=1", "t=2"]);
    assert.deepEqual(event.queryStringParameters, { x: "1,2", plus: "a b", e: "" });
    assert.deepEqual(event.pathParameters, { id: "a b" });
    assert.equal(event.headers["x-probe"], "first,second");
    assert.equal(event.headers["content-length"], "7");
    assert.equal(event.headers["host"], HOST);
    assert.equal(event.headers["cookie"], undefined);
    assert.match(event.headers["x-amzn-trace-id"] ?? "", /^Root=1-[0-9a-f]{8}-[0-9a-f]{24}$/);
    assert.equal(event.requestContext.requestId, answer.headers["apigw-requestid"]);
    assert.equal(event.requestContext.http["sourceIp"], "127.0.0.1");
    assert.equal(event.body, '{"a":1}');
    assert.equal(event.isBase64Encoded, false);
  });

  it("EX-3.4: gets a form in base64, also when it comes in chunks", async (context) => {
    const { fetch } = await openFunction(context, echo);
    const framings: readonly Record<string, string>[] = [{}, { "Transfer-Encoding": "chunked" }];
    for (const framing of framings) {
      const headers = { "Content-Type": "application/x-www-form-urlencoded", ...framing };
      const event = eventOf(await fetch("/", { method: "POST", headers, body: "a=b" }));
      assert.equal(event.body, "YT1i");
      assert.equal(event.isBase64Encoded, true);
      assert.equal(event.headers["content-length"], "3");
      assert.equal(event.headers["transfer-encoding"], undefined);
    }
  });

  it("gets format 1.0 where the integration says so", async (context) => {
    const { fetch } = await openFunction(context, echo, { integration: { PayloadFormatVersion: "1.0" } });
    const event = JSON.parse((await fetch("/a%20b?x=1")).body) as Readonly<Record<string, unknown>>;
    assert.equal(event["version"], "1.0");
    assert.equal(event["path"], "/a%20b");
    assert.equal(event["body"], null);
    assert.deepEqual(event["multiValueQueryStringParameters"], { x: ["1"] });
  });

  it("shows mapped headers, query and path", async (context) => {
    const { fetch } = await openFunction(context, echo, {
      integration: {
        RequestParameters: {
          "append:header.x-id": "$context.apiId",
          "overwrite:querystring.q": "$request.header.x-q",
          "overwrite:path": "/mapped/${request.querystring.q}",
        },
      },
    });
    const event = eventOf(await fetch("/a?q=1", { headers: { "x-q": "two" } }));
    assert.equal(event.headers["x-id"], API_ID);
    assert.equal(event.rawQueryString, "q=two");
    assert.equal(event.rawPath, "/mapped/1");
  });

  it("is called with stage variables in place, synchronously and with what its policy is asked", async (context) => {
    const { fetch, invocations } = await openFunction(context, () => "ok", {
      routes: { "ANY /pets/{id}": "fn", $default: "fn" },
      integration: {
        IntegrationUri:
          "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/arn:aws:lambda:us-east-1:111122223333:function:${stageVariables.f}:${stageVariables.alias}/invocations",
        CredentialsArn: "arn:aws:iam::111122223333:role/${stageVariables.role}",
        TimeoutInMillis: 1_234,
      },
      stages: { $default: { StageVariables: { f: "fn", alias: "live", role: "invoker" } } },
    });
    assert.equal((await fetch("/pets/6", { method: "PUT" })).body, "ok");
    assert.equal((await fetch("/other")).body, "ok");
    const [first, second] = invocations;
    assert.equal(first?.functionArn, `${FUNCTION_ARN}:live`);
    assert.equal(first?.credentialsArn, "arn:aws:iam::111122223333:role/invoker");
    assert.equal(first?.timeoutMs, 1_234);
    const place = `arn:aws:execute-api:us-east-1:111122223333:${API_ID}/$default`;
    assert.equal(first?.sourceArn, `${place}/PUT/pets/{id}`);
    assert.equal(second?.sourceArn, `${place}/$default`);
  });

  it("EX-3.21, EX-3.25: may return a text, or what is no JSON", async (context) => {
    const { fetch } = await openFunction(context, (event) =>
      (event as Event).rawPath === "/text" ? "Hello, World!" : new RawResult('{"name":"J","age":'),
    );
    const text = await fetch("/text");
    assert.equal(text.body, "Hello, World!");
    assert.equal(text.headers["content-type"], "application/json");
    assert.equal((await fetch("/broken")).body, '{"name":"J","age":');
  });

  it("EX-3.27, EX-3.31: returns status, headers and cookies to the client", async (context) => {
    const { fetch } = await openFunction(context, () => ({
      statusCode: 201,
      cookies: ["a=1", "b=2"],
      headers: { "Set-Cookie": "c=3", "x-n": 5 },
      body: '{"m":1}',
    }));
    const answer = await fetch("/");
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.headers["set-cookie"], ["a=1", "b=2", "c=3"]);
    assert.equal(answer.headers["x-n"], "5");
    assert.equal(answer.headers["content-type"], "text/plain; charset=utf-8");
    assert.equal(answer.headers["content-length"], "7");
    assert.equal(answer.body, '{"m":1}');
  });

  it("EX-3.30: returns bytes as base64", async (context) => {
    const { fetch } = await openFunction(context, () => ({ statusCode: 200, isBase64Encoded: true, body: "AP8=" }));
    assert.deepEqual((await fetch("/")).bytes, Buffer.from([0, 255]));
  });

  it("answers HEAD without the body, and 204 without any", async (context) => {
    const { fetch } = await openFunction(context, (event) =>
      (event as Event).rawPath === "/none" ? { statusCode: 204 } : { statusCode: 200, body: "text" },
    );
    const head = await fetch("/", { method: "HEAD" });
    assert.equal(head.body, "");
    assert.equal(head.headers["content-length"], "4");
    const none = await fetch("/none");
    assert.equal(none.status, 204);
    assert.equal(none.headers["content-length"], undefined);
  });

  it("has its response's status and headers mapped", async (context) => {
    const { fetch } = await openFunction(context, () => ({ statusCode: 500, body: "x" }), {
      integration: { ResponseParameters: { "500": { "overwrite:statuscode": "403" } } },
    });
    assert.equal((await fetch("/")).status, 403);
  });

  it("is given up when the client goes away", async (context) => {
    const { promise: called, resolve } = Promise.withResolvers<void>();
    const { send, invocations } = await openFunction(context, () => {
      resolve();
      return new Promise(() => {});
    });
    const sent = send("/");
    sent.on("error", () => {});
    sent.end();
    await called;
    const { signal } = invocations[0]!;
    assert.ok(signal);
    const aborted = once(signal, "abort");
    sent.destroy();
    await aborted;
  });
});
