import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { at, rawHeaders, v2 } from "./events.ts";
import { HOST, TIME_MS, TRACE_ROOT } from "./request-fixture.ts";

const BASE = { routeKey: "GET /p", path: "/p", routePath: "/p" };

describe("an event of format 2.0", () => {
  it("EX-3.1: holds every field of a request to a named stage", () => {
    const event = v2({
      method: "POST",
      stageName: "dev",
      routeKey: "POST /pets/{id}",
      path: "/dev/pets/a%20b",
      routePath: "/pets/a%20b",
      query: "x=1&x=2&plus=a+b&e=",
      pathParameters: { id: "a b" },
      headers: rawHeaders(
        ["Host", HOST],
        ["Cookie", "s=1; t=2"],
        ["X-Probe", "first"],
        ["X-Probe", "second"],
        ["Content-Type", "application/json"],
        ["Content-Length", "7"],
        ["Connection", "keep-alive"],
      ),
      body: '{"a":1}',
    });
    assert.deepEqual(event, {
      version: "2.0",
      routeKey: "POST /pets/{id}",
      rawPath: "/dev/pets/a b",
      rawQueryString: "x=1&x=2&plus=a+b&e=",
      cookies: ["s=1", "t=2"],
      headers: {
        "content-length": "7",
        "content-type": "application/json",
        host: HOST,
        "x-amzn-trace-id": `Root=${TRACE_ROOT}`,
        "x-forwarded-for": "203.0.113.7",
        "x-forwarded-port": "443",
        "x-forwarded-proto": "https",
        "x-probe": "first,second",
      },
      queryStringParameters: { x: "1,2", plus: "a b", e: "" },
      requestContext: {
        accountId: "111122223333",
        apiId: "a1b2c3d4e5",
        domainName: HOST,
        domainPrefix: "a1b2c3d4e5",
        http: {
          method: "POST",
          path: "/dev/pets/a b",
          protocol: "HTTP/1.1",
          sourceIp: "203.0.113.7",
          userAgent: "",
        },
        requestId: "JCJJxhz4PHcEJgQ=",
        routeKey: "POST /pets/{id}",
        stage: "dev",
        time: "14/Apr/2025:22:13:56 +0000",
        timeEpoch: TIME_MS,
      },
      body: '{"a":1}',
      pathParameters: { id: "a b" },
      isBase64Encoded: false,
    });
  });

  it("EX-3.2: shows the path decoded", () => {
    const event = v2({ path: "/p/%E2%98%95", routePath: "/p/%E2%98%95", pathParameters: { c: "☕" } });
    assert.equal(event["rawPath"], "/p/☕");
    assert.equal(at(event, "requestContext", "http", "path"), "/p/☕");
    assert.equal(at(event, "pathParameters", "c"), "☕");
  });

  it("EX-3.5: keeps a header line verbatim", () => {
    const event = v2({ ...BASE, headers: ["Accept", "text/html, application/json"] });
    assert.equal(at(event, "headers", "accept"), "text/html, application/json");
  });

  it("EX-3.6: has no key for what is not there", () => {
    const event = v2(BASE);
    for (const name of ["queryStringParameters", "body", "cookies", "pathParameters", "stageVariables"]) {
      assert.equal(Object.hasOwn(event, name), false, name);
    }
    assert.equal(event["rawQueryString"], "");
    assert.equal(event["isBase64Encoded"], false);
    assert.equal(at(event, "headers", "content-length"), "0");
    const context = event["requestContext"] as object;
    for (const name of ["authorizer", "authentication"]) assert.equal(Object.hasOwn(context, name), false, name);
  });

  it("EX-3.7: decodes and joins query parameters, and shows the query as sent besides", () => {
    const query = "tag=C%23%20Prog&tag=.NET";
    const event = v2({ ...BASE, query });
    assert.equal(at(event, "queryStringParameters", "tag"), "C# Prog,.NET");
    assert.equal(event["rawQueryString"], query);
  });

  const bodies: readonly [string, string | undefined, string | Uint8Array, string, boolean, string?][] = [
    ["EX-3.3: bytes are base64", "application/octet-stream", Uint8Array.of(1, 2, 3, 4, 5), "AQIDBAU=", true],
    ["EX-3.4: a form is base64", "application/x-www-form-urlencoded", "a=b", "YT1i", true],
    ["a body without a type is base64", undefined, "a", "YQ==", true],
    ["JSON is text, whatever case and parameters", "Application/JSON; charset=utf-8", "{}", "{}", false],
    ["any text is text", "text/csv", "a,b", "a,b", false],
    ["XML is text", "application/xml", "<a/>", "<a/>", false],
    ["JavaScript is text", "application/javascript", "a()", "a()", false],
    ["a structured suffix does not make it text", "application/problem+json", "{}", "e30=", true],
    ["encoded content is base64", "application/json", "{}", "e30=", true, "gzip"],
    ["bytes that are no UTF-8 are replaced in a text", "text/plain", Uint8Array.of(0x61, 0xff), "a\ufffd", false],
  ];
  for (const [name, type, body, text, isBase64Encoded, encoding] of bodies) {
    it(name, () => {
      const headers = [...(type ? ["content-type", type] : []), ...(encoding ? ["Content-Encoding", encoding] : [])];
      const event = v2({ ...BASE, headers, body });
      assert.equal(event["body"], text);
      assert.equal(event["isBase64Encoded"], isBase64Encoded);
      assert.equal(at(event, "headers", "content-length"), String(Buffer.from(body).length));
    });
  }

  const paths: readonly [string, object, string][] = [
    ["EX-1.1: $default stage", { path: "/pets/6", routePath: "/pets/6" }, "/pets/6"],
    ["EX-1.2: named stage", { stageName: "dev", path: "/dev/pets/6", routePath: "/pets/6" }, "/dev/pets/6"],
    ["EX-1.6: a stage's root as sent", { stageName: "dev", path: "/dev", routePath: "/" }, "/dev"],
    ["EX-1.6: a stage's root as sent, with slash", { stageName: "dev", path: "/dev/", routePath: "/" }, "/dev/"],
    ["EX-1.20: custom domain", { mappingKey: "", path: "/pets/6", routePath: "/pets/6" }, "/pets/6"],
    ["EX-1.21: mapping key gone", { mappingKey: "shop", path: "/shop/pets/6", routePath: "/pets/6" }, "/pets/6"],
    [
      "EX-1.22: mapping key gone, stage in front",
      { mappingKey: "shop", stageName: "prod", path: "/shop/pets/6", routePath: "/pets/6" },
      "/prod/pets/6",
    ],
    ["EX-1.23: stage in front", { stageName: "prod", path: "/pets/6", routePath: "/pets/6" }, "/prod/pets/6"],
    [
      "EX-1.24: nested key",
      { mappingKey: "v1/nested", stageName: "prod", path: "/v1/nested/pets/6", routePath: "/pets/6" },
      "/prod/pets/6",
    ],
    [
      "a first segment on a custom domain that is called like the stage",
      { mappingKey: "", stageName: "prod", path: "/prod/x", routePath: "/prod/x" },
      "/prod/prod/x",
    ],
  ];
  for (const [name, members, rawPath] of paths) {
    it(`${name}: rawPath`, () => {
      const event = v2(members);
      assert.equal(event["rawPath"], rawPath);
      assert.equal(at(event, "requestContext", "http", "path"), rawPath);
    });
  }

  it("leaves out headers of the connection and what it lists, but not what a mapping wrote", () => {
    const headers = rawHeaders(
      ["Connection", "keep-alive, x-hop, x-mapped"],
      ["Keep-Alive", "timeout=5"],
      ["TE", "trailers"],
      ["Transfer-Encoding", "chunked"],
      ["Upgrade", "h2c"],
      ["x-hop", "1"],
      ["x-mapped", "2"],
      ["x-kept", "3"],
    );
    const event = v2({ ...BASE, headers, mappedHeaders: new Set(["x-mapped"]) });
    const own = [
      "host",
      "content-length",
      "x-amzn-trace-id",
      "x-forwarded-for",
      "x-forwarded-port",
      "x-forwarded-proto",
    ];
    assert.deepEqual(Object.keys(event["headers"] as object).toSorted(), [...own, "x-kept", "x-mapped"].toSorted());
  });

  it("appends the peer to the addresses that the client sent, and keeps a root that it sent", () => {
    const headers = ["x-forwarded-for", "198.51.100.1", "x-forwarded-proto", "ftp", "x-amzn-trace-id", "Root=1-a-b"];
    const event = v2({ ...BASE, headers, secure: false, clientAddress: "::ffff:203.0.113.7" });
    assert.equal(at(event, "headers", "x-forwarded-for"), "198.51.100.1, 203.0.113.7");
    assert.equal(at(event, "headers", "x-forwarded-proto"), "http");
    assert.equal(at(event, "headers", "x-forwarded-port"), "80");
    assert.equal(at(event, "headers", "x-amzn-trace-id"), `Self=${TRACE_ROOT};Root=1-a-b`);
    assert.equal(at(event, "requestContext", "http", "sourceIp"), "203.0.113.7");
  });

  it("tells the port that the client called", () => {
    const event = v2({ ...BASE, domainName: "api.example.com", headers: ["Host", "API.example.com:8443"] });
    assert.equal(at(event, "headers", "x-forwarded-port"), "8443");
    assert.equal(at(event, "headers", "host"), "API.example.com:8443");
  });

  it("shows the API's host when it was called by its path, and a host that a mapping wrote", () => {
    const headers = ["Host", "127.0.0.1:8080"];
    assert.equal(at(v2({ ...BASE, headers }), "headers", "host"), `${HOST}:8080`);
    const mapped = v2({ ...BASE, headers: ["host", "other.example"], mappedHeaders: new Set(["host"]) });
    assert.equal(at(mapped, "headers", "host"), "other.example");
  });

  it("shows the path that a mapping wrote", () => {
    const event = v2({ ...BASE, pathOverride: "/v2/a%20b" });
    assert.equal(event["rawPath"], "/v2/a b");
  });

  it("splits cookies of several headers and drops empty ones", () => {
    const event = v2({ ...BASE, headers: ["Cookie", "a=1; b=2;", "cookie", " c=x=y "] });
    assert.deepEqual(event["cookies"], ["a=1", "b=2", "c=x=y"]);
    assert.equal(at(event, "headers", "cookie"), undefined);
  });

  it("shows header values that are UTF-8 as such, and Latin-1 where they are not", () => {
    const utf8 = Buffer.from("tür☕").toString("latin1");
    const event = v2({ ...BASE, headers: ["x-utf8", utf8, "x-latin1", "t\xfcr"] });
    assert.equal(at(event, "headers", "x-utf8"), "tür☕");
    assert.equal(at(event, "headers", "x-latin1"), "tür");
  });

  it("holds stage variables and a client certificate", () => {
    const clientCertificate = {
      clientCertPem: "CERT",
      subjectDN: "CN=a",
      issuerDN: "CN=b",
      serialNumber: "a1:b2",
      validity: { notBefore: "May 28 12:30:02 2019 GMT", notAfter: "Aug  5 09:36:04 2021 GMT" },
    };
    const event = v2({ ...BASE, stageVariables: { env: "dev" }, clientCertificate });
    assert.deepEqual(event["stageVariables"], { env: "dev" });
    assert.deepEqual(at(event, "requestContext", "authentication"), { clientCert: clientCertificate });
  });

  it("shows what a JWT, a Lambda and an IAM authorizer found", () => {
    const authorizer = (result: NonNullable<Parameters<typeof v2>[0]>["authorizer"]) =>
      at(v2({ ...BASE, authorizer: result }), "requestContext", "authorizer");
    assert.deepEqual(authorizer({ kind: "jwt", claims: { sub: "u1" }, scopes: null }), {
      jwt: { claims: { sub: "u1" }, scopes: null },
    });
    assert.deepEqual(authorizer({ kind: "lambda", context: { n: 1, a: ["x"] }, principalId: "me" }), {
      lambda: { n: 1, a: ["x"] },
    });
    assert.deepEqual(authorizer({ kind: "lambda", context: null, principalId: undefined }), { lambda: null });
    const caller = { accessKey: "AKIA", accountId: "1", callerId: "AIDA", userArn: "arn", userId: "AIDA" };
    assert.deepEqual(authorizer({ kind: "iam", ...caller, principalOrgId: "aws:PrincipalOrgID" }), {
      iam: { ...caller, cognitoIdentity: null, principalOrgId: "aws:PrincipalOrgID" },
    });
  });

  it("is sound whatever a client sends", () => {
    const wire = fc.string({ unit: fc.constantFrom(..."aZ%2f+&=;, _\xc3\xbc"), maxLength: 20 });
    const names = fc.constantFrom("__proto__", "constructor", "X-A", "x-a", "Cookie", "toString");
    const headers = fc.array(fc.tuple(names, wire), { maxLength: 8 });
    fc.assert(
      fc.property(wire, wire, headers, (path, query, pairs) => {
        const event = v2({ path: `/${path}`, routePath: `/${path}`, query, headers: pairs.flat() });
        const sent = new Set(pairs.map(([name]) => name.toLowerCase()).filter((name) => name !== "cookie"));
        for (const name of sent) assert.equal(typeof at(event, "headers", name), "string", name);
        assert.equal(event["rawQueryString"], query);
      }),
      { numRuns: 100 },
    );
  });
});
