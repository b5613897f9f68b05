import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ConfigError, type ConfigSources, readConfig } from "../../src/config/config.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-config-"));
after(() => rmSync(folder, { recursive: true, force: true }));

function file(content: string, name = "sallyport.yaml"): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const nothing: ConfigSources = { flags: {}, environment: {} };

describe("where a setting comes from", () => {
  test("without anything, the defaults hold", async () => {
    const config = await readConfig(nothing);
    assert.deepEqual(config.admin, { host: "127.0.0.1", port: 4580 });
    assert.deepEqual(config.http, { host: "127.0.0.1", port: 8080 });
    assert.equal(config.region, "us-east-1");
    assert.equal(config.credentials, undefined);
    assert.deepEqual(config.quotas, {});
  });

  test("a flag beats the environment, the environment beats the file", async () => {
    const path = file("region: eu-west-1\naccount: '111111111111'\nlogFormat: json\n");
    const environment = { SALLYPORT_REGION: "eu-west-2", SALLYPORT_ACCOUNT: "222222222222" };
    const config = await readConfig({ flags: { region: "eu-west-3" }, environment, file: path });
    assert.equal(config.region, "eu-west-3");
    assert.equal(config.account, "222222222222");
    assert.equal(config.logFormat, "json");
  });

  test("a file may be JSON and may lift quotas", async () => {
    const path = file('{"quotas": {"routesPerApi": 5}, "strictReferences": true}', "sallyport.json");
    const config = await readConfig({ ...nothing, file: path });
    assert.deepEqual(config.quotas, { routesPerApi: 5 });
    assert.equal(config.strictReferences, true);
  });

  test("an IPv6 address stands in brackets; an edge can be off", async () => {
    const config = await readConfig({ ...nothing, flags: { admin: "[::1]:0", http: "off" } });
    assert.deepEqual(config.admin, { host: "::1", port: 0 });
    assert.equal(config.http, undefined);
  });
});

describe("what can not be used is refused with source, value and rule", () => {
  const cases: readonly [string, Partial<ConfigSources>, RegExp][] = [
    ["an address without a port", { flags: { admin: "localhost" } }, /^--admin: "localhost" must be HOST:PORT/],
    ["a port out of range", { flags: { http: "127.0.0.1:70000" } }, /^--http: "127.0.0.1:70000" must be HOST:PORT/],
    ["a region", { environment: { SALLYPORT_REGION: "Mars" } }, /SALLYPORT_REGION: "Mars" must look like a region/],
    ["an account", { flags: { account: "12" } }, /^--account: "12" must be twelve digits/],
    ["a log format", { flags: { logFormat: "xml" } }, /^--log-format: "xml" must be one of text, json/],
    ["workers", { flags: { workers: "2" } }, /^--workers is not supported by this version/],
    ["an HTTPS edge", { flags: { https: "127.0.0.1:0" } }, /^--https is not supported by this version/],
    [
      "a file that is not there",
      { file: "/nowhere/at/all.yaml" },
      /^configuration file \/nowhere\/at\/all.yaml can not/,
    ],
  ];
  for (const [name, sources, message] of cases) {
    test(name, async () => {
      await assert.rejects(readConfig({ ...nothing, ...sources }), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        return true;
      });
    });
  }

  const files: readonly [string, string, RegExp][] = [
    ["an unknown name", "colour: red", /unknown setting "colour"\. Settings are admin, /],
    ["a list", "- a", /must hold settings by name/],
    ["a nested value", "region: {a: 1}", /"region" must be a text, a number, true or false/],
    ["no YAML", "a: [", /is neither YAML nor JSON/],
    ["a quota that is no number", "quotas: {routesPerApi: many}", /"quotas\.routesPerApi" is "many": must be a whole/],
  ];
  for (const [name, content, message] of files) {
    test(`a file with ${name}`, async () => {
      await assert.rejects(readConfig({ ...nothing, file: file(content) }), message);
    });
  }

  test("a ledger's URL is never repeated: it holds a password", async () => {
    await assert.rejects(readConfig({ ...nothing, flags: { ledger: "mysql://me:secret@host/db" } }), (error: Error) => {
      assert.match(error.message, /^--ledger: the given value must be a PostgreSQL URL/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
});
