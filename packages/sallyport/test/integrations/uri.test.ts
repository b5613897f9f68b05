import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { bindUri, targetOf } from "../../src/integrations/http/uri.ts";

interface Case {
  readonly uri: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Appended, as for `$default`. */
  readonly path?: string;
  readonly query?: string;
  readonly expected: string | RegExp;
}

const cases: Readonly<Record<string, Case>> = {
  "no path": { uri: "https://up.example", expected: "https://up.example/" },
  "a port": { uri: "http://up.example:8080/x", expected: "http://up.example:8080/x" },
  "the default port": { uri: "https://up.example:443/x", expected: "https://up.example/x" },
  "an IPv6 host": { uri: "http://[::1]:80/x", expected: "http://[::1]/x" },
  "a fragment": { uri: "https://up.example/x#frag?y", expected: "https://up.example/x" },
  "a query without path": { uri: "https://up.example?k=1", query: "q=2", expected: "https://up.example/?k=1&q=2" },
  "a path variable": {
    uri: "https://u/{a}/{b+}",
    parameters: { a: "x y", b: "1/2?" },
    expected: "https://u/x%20y/1/2%3F",
  },
  "a variable in the query": {
    uri: "https://u/?k={a}",
    parameters: { a: "1&b=2" },
    expected: "https://u/?k=1%26b%3D2",
  },
  "a variable in the host": {
    uri: "https://{t}.example/x",
    parameters: { t: "acme" },
    expected: "https://acme.example/x",
  },
  "a variable as the port": { uri: "http://u:{p}/x", parameters: { p: "81" }, expected: "http://u:81/x" },
  "a default path": { uri: "https://u/base/", path: "/a//b", expected: "https://u/base/a//b" },
  "stage variables anywhere": {
    uri: "${stageVariables.scheme}://${stageVariables.h}/v",
    variables: { scheme: "http", h: "up.example:81/base" },
    expected: "http://up.example:81/base/v",
  },
  "a host that a path variable would move": {
    uri: "https://u{t}/x",
    parameters: { t: ".evil/@" },
    expected: /no valid host/,
  },
  "a port that a path variable would spoil": {
    uri: "https://u:{t}/x",
    parameters: { t: "no" },
    expected: /no valid host/,
  },
  "an unresolved path variable": { uri: "https://u/{no}", expected: /\{no\} is no variable of the route/ },
  "an unset stage variable": { uri: "https://${stageVariables.no}/", expected: /stage variable no/ },
  "an inherited name as a stage variable": { uri: "https://${stageVariables.constructor}/", expected: /constructor/ },
  "another scheme": { uri: "ftp://up.example/", expected: /no absolute http or https URL/ },
  "no URL": { uri: "up.example", expected: /no absolute http or https URL/ },
  "a user name": { uri: "https://user:pass@up.example/", expected: /no host of a URL/ },
  "a host with blanks": { uri: "https://up example/", expected: /no host of a URL/ },
};

function resolved({ uri, variables = {}, parameters = {}, path, query }: Case): string {
  const bound = bindUri(uri, variables);
  if (bound.kind === "fault") return bound.rule;
  const input = { pathParameters: parameters, routePath: path ?? "/", isDefaultRoute: path !== undefined, query };
  const target = targetOf(bound, input);
  return target.kind === "fault" ? target.rule : target.origin + target.path;
}

for (const [name, given] of Object.entries(cases)) {
  test(`integration URI with ${name}`, () => {
    if (typeof given.expected === "string") assert.equal(resolved(given), given.expected);
    else assert.match(resolved(given), given.expected);
  });
}

const anyText = fc.array(fc.integer({ min: 0, max: 0xffff })).map((units) => String.fromCharCode(...units));

test("no value of a path variable leaves its segment, nor the host it was put into", () => {
  const bound = bindUri("https://{h}.example/a/{v}/z?q={v}", {});
  assert.equal(bound.kind, "uri");
  fc.assert(
    fc.property(fc.oneof(anyText, fc.domain()), anyText, (host, value) => {
      const parameters = { h: host, v: value.replaceAll("/", "") };
      const input = { pathParameters: parameters, routePath: "/", isDefaultRoute: false, query: undefined };
      const target = bound.kind === "uri" ? targetOf(bound, input) : assert.fail();
      if (target.kind === "fault") return;
      assert.match(target.path, /^\/a\/[^/?#\s]*\/z\?q=[^&#\s]*$/);
      assert.ok(new URL(target.origin).hostname.endsWith(".example"));
    }),
  );
});
