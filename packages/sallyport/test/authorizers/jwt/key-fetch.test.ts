import assert from "node:assert/strict";
import type { RequestListener } from "node:http";
import type { TestContext } from "node:test";
import { test } from "node:test";
import { fetchKeys } from "../../../src/authorizers/jwt/key-fetch.ts";
import { KeySet } from "../../../src/authorizers/jwt/key-set.ts";
import { Http1Upstream } from "../../../src/upstream/http1/http1-upstream.ts";
import type { Upstream, UpstreamRequest } from "../../../src/upstream/upstream.ts";
import { KEY, openIssuer } from "./test-issuer.ts";
import { newKey } from "./token-signer.ts";

function openUpstream(context: TestContext): Upstream {
  const upstream = new Http1Upstream();
  context.after(() => upstream.close());
  return upstream;
}

const json =
  (text: string, status = 200): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, { "content-type": "application/json" }).end(text);

const redirect: RequestListener = (_request, response) =>
  void response.writeHead(302, { location: "/.well-known/openid-configuration" }).end();

test("keys are found by discovery, a slash at the issuer's end or not", async (t) => {
  const issuer = await openIssuer(t);
  const upstream = openUpstream(t);
  for (const url of [issuer.url, `${issuer.url}/`]) {
    const keys = await fetchKeys(url, upstream);
    assert.ok(keys instanceof KeySet);
    assert.deepEqual(keys.ids, ["key-1"]);
  }
  const expected = ["/.well-known/openid-configuration", "/keys?v=1"];
  assert.deepEqual(issuer.asked, [...expected, ...expected]);
});

const DISCOVERY: readonly (readonly [string, RequestListener, RegExp])[] = [
  ["no document", json("{}", 404), /has status 404/],
  ["a redirect", redirect, /has status 302/],
  ["no JSON", json("<html>"), /names no jwks_uri/],
  ["no jwks_uri", json("{}"), /names no jwks_uri/],
  ["a jwks_uri that is no URL", json('{"jwks_uri":"keys"}'), /names no jwks_uri/],
  ["a jwks_uri of another scheme", json('{"jwks_uri":"file:///etc/passwd"}'), /must be https/],
  ["a broken connection", (_request, response) => response.destroy(), /openid-configuration: /],
];

test("what is wrong with the discovery document", async (t) => {
  const upstream = openUpstream(t);
  const issuer = await openIssuer(t);
  for (const [name, listener, reason] of DISCOVERY) {
    issuer.discovery = listener;
    const fault = await fetchKeys(issuer.url, upstream);
    assert.ok(!(fault instanceof KeySet), name);
    assert.equal(fault.description, "OIDC discovery endpoint communication error", name);
    assert.match(fault.rule, reason, name);
  }
});

const padded = (bytes: number): string => JSON.stringify({ keys: [KEY.jwk], pad: "" }).padEnd(bytes, " ");

const JWKS: readonly (readonly [string, RequestListener, RegExp])[] = [
  ["a server error", json("{}", 500), /has status 500/],
  ["a redirect", redirect, /has status 302/],
  ["no key set", json('{"keys":{}}'), /no JSON Web Key Set/],
  ["no JSON", json("x"), /no JSON Web Key Set/],
  ["150,001 bytes", json(padded(150_001)), /body over 150000 bytes/],
  [
    "too few bytes",
    (_request, response) => void response.writeHead(200, { "content-length": 9 }).write("{", () => response.destroy()),
    /keys\?v=1: /,
  ],
];

test("what is wrong with the key set", async (t) => {
  const upstream = openUpstream(t);
  const issuer = await openIssuer(t);
  for (const [name, listener, reason] of JWKS) {
    issuer.jwks = listener;
    const fault = await fetchKeys(issuer.url, upstream);
    assert.ok(!(fault instanceof KeySet), name);
    assert.equal(fault.description, "JWKS communication error", name);
    assert.match(fault.rule, reason, name);
  }
});

test("a key set of 150,000 bytes is read", async (t) => {
  const issuer = await openIssuer(t);
  issuer.jwks = json(padded(150_000));
  assert.ok((await fetchKeys(issuer.url, openUpstream(t))) instanceof KeySet);
});

test("an issuer of https must keep its keys behind https", async () => {
  const answers = ['{"jwks_uri":"http://issuer.example/keys"}'];
  const asked: string[] = [];
  const upstream: Upstream = {
    send: (request, listener) => {
      asked.push(request.origin);
      answer(listener, answers.shift()!);
      return { abort: () => {} };
    },
    close: async () => {},
  };
  const fault = await fetchKeys("https://issuer.example/", upstream);
  assert.ok(!(fault instanceof KeySet));
  assert.match(fault.rule, /http:\/\/issuer\.example\/keys must be https, as the issuer is/);
  assert.deepEqual(asked, ["https://issuer.example"]);
});

function answer(listener: Parameters<Upstream["send"]>[1], text: string): void {
  listener.onResponse(200, [], {
    length: text.length,
    pipe: (sink) => {
      sink.write(Buffer.from(text));
      sink.end();
    },
    resume: () => {},
    cancel: () => {},
  });
}

test("1,500 ms for each of the two requests, also for an answer that trickles", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const sent: UpstreamRequest[] = [];
  let aborted = 0;
  const upstream: Upstream = {
    send: (request, listener) => {
      sent.push(request);
      if (sent.length === 1) answer(listener, '{"jwks_uri":"https://issuer.example/keys"}');
      // The head is there, the body never ends.
      else
        listener.onResponse(200, [], {
          length: undefined,
          pipe: (sink) => void sink.write(Buffer.from("{")),
          resume: () => {},
          cancel: () => {},
        });
      return { abort: () => (aborted += 1) };
    },
    close: async () => {},
  };
  const fetching = fetchKeys("https://issuer.example", upstream);
  await new Promise(setImmediate);
  assert.deepEqual(
    sent.map(({ path, timeoutMs }) => [path, timeoutMs]),
    [
      ["/.well-known/openid-configuration", 1_500],
      ["/keys", 1_500],
    ],
  );
  t.mock.timers.tick(1_499);
  assert.equal(aborted, 0);
  t.mock.timers.tick(1);
  const fault = await fetching;
  assert.ok(!(fault instanceof KeySet));
  assert.equal(fault.description, "JWKS communication error");
  assert.match(fault.rule, /no whole answer within 1500 ms/);
  assert.equal(aborted, 1);
});

const UNUSABLE: readonly (readonly [string, object])[] = [
  ["for encryption", { use: "enc" }],
  ["for other operations", { key_ops: ["encrypt"] }],
  ["of another type", { kty: "EC" }],
  ["without an id", { kid: undefined }],
  ["without a modulus", { n: undefined }],
];

test("keys that are not for RSA signatures are passed over", () => {
  for (const [name, members] of UNUSABLE) {
    const set = KeySet.parse(JSON.stringify({ keys: [{ ...KEY.jwk, ...members }, 7, null] }));
    assert.deepEqual(set?.ids, [], name);
  }
});

test("of two keys with one id, the one for the algorithm counts", async () => {
  const keys = [
    { ...KEY.jwk, alg: "RS512" },
    { ...newKey("key-1").jwk, alg: "RS256" },
  ];
  const set = KeySet.parse(JSON.stringify({ keys }))!;
  const imported = await set.key("key-1", "RS256");
  assert.equal(imported?.algorithm.name, "RSASSA-PKCS1-v1_5");
  assert.equal(imported, await set.key("key-1", "RS256"), "imported once");
  assert.notEqual(imported, await set.key("key-1", "RS512"));
  assert.equal(set.key("key-1", "RS384"), undefined);
});
