import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { readConfig } from "../../src/config/config.ts";

const folder = mkdtempSync(join(tmpdir(), "sallyport-config-"));
after(() => rmSync(folder, { recursive: true }));

function read(text: string, flags: object = {}) {
  const file = join(folder, "config.yaml");
  writeFileSync(file, text);
  return readConfig({ flags, environment: {}, file });
}

test("limits and destinations of access logs are read", async () => {
  const config = await read(
    'limits: { accountRateLimit: 50000, payloadBytes: 1000 }\naccessLogs: { "*": stdout, /a: "otlp+http://c:4318" }\n',
  );
  assert.deepEqual(config.limits, { accountRateLimit: 50_000, payloadBytes: 1_000 });
  assert.deepEqual(
    [...config.accessLogs],
    [
      ["*", { kind: "stdout" }],
      ["/a", { kind: "http", url: new URL("http://c:4318/v1/logs"), encoding: "otlp" }],
    ],
  );
});

test("without them there are none", async () => {
  const config = await readConfig({ flags: {}, environment: {} });
  assert.deepEqual([config.limits, [...config.accessLogs], config.traceSample], [{}, [], undefined]);
});

for (const [text, message] of [
  ["limits: 3", /"limits" must hold values by name, for example "limits: \{ accountRateLimit: 50000 \}"/],
  ["limits: { speed: 3 }", /"limits\.speed" is no limit\. Limits are accountRateLimit, /],
  ["limits: { headBytes: 70000 }", /"limits\.headBytes" is 70000: must be a whole number from 1 to 60000/],
  ["limits: { payloadBytes: 1.5 }", /must be a whole number/],
  ["limits: { __proto__: 1 }", /is no limit|must hold values/],
  ["accessLogs: [a]", /"accessLogs" must hold values by name/],
  ["accessLogs: { /a: 'ftp://user:very-secret@x' }", /"accessLogs\.\/a" must be a path, stdout, http/],
  ["accessLogs: { /a: 3 }", /"accessLogs\.\/a" must be a path/],
] as const) {
  test(`${text} is refused`, async () => {
    await assert.rejects(read(text), (error: Error) => {
      assert.match(error.message, message);
      assert.doesNotMatch(error.message, /very-secret/);
      return true;
    });
  });
}

for (const [text, expected] of [
  ["0", 0],
  ["1", 1],
  ["0.25", 0.25],
  [".5", 0.5],
] as const) {
  test(`--trace-sample ${text} is ${expected}`, async () => {
    assert.equal((await readConfig({ flags: { traceSample: text }, environment: {} })).traceSample, expected);
  });
}

for (const text of ["1.1", "-1", "x", ""]) {
  test(`--trace-sample ${JSON.stringify(text)} is refused`, async () => {
    await assert.rejects(readConfig({ flags: { traceSample: text }, environment: {} }), /must be a number from 0 to 1/);
  });
}
