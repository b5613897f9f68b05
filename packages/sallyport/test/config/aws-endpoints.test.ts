import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ConfigError, type ConfigSources, readConfig } from "../../src/config/config.ts";
import { configuredEndpoint, NO_AWS_ENDPOINTS, publicEndpoint } from "../../src/config/aws-endpoints.ts";

const nothing: ConfigSources = { flags: {}, environment: {} };

describe("--aws-endpoint", () => {
  test("is one for all services, with exceptions", async () => {
    // Repeated flags come one a line.
    const awsEndpoint = "http://127.0.0.1:4566\nsqs=https://sqs.example:9324/base/\nSFN=http://states";
    const { awsEndpoint: endpoints } = await readConfig({ ...nothing, flags: { awsEndpoint } });
    assert.ok(endpoints);
    assert.deepEqual(configuredEndpoint(endpoints, "kinesis"), {
      origin: "http://127.0.0.1:4566",
      host: "127.0.0.1:4566",
      basePath: "",
    });
    assert.deepEqual(configuredEndpoint(endpoints, "sqs"), {
      origin: "https://sqs.example:9324",
      host: "sqs.example:9324",
      basePath: "/base",
    });
    assert.equal(configuredEndpoint(endpoints, "states")?.origin, "http://states");
  });

  test("is separated by commas in the environment, and leaves other services alone", async () => {
    const environment = { SALLYPORT_AWS_ENDPOINT: "sqs=http://a, eventbridge=http://b" };
    const { awsEndpoint: endpoints } = await readConfig({ ...nothing, environment });
    assert.ok(endpoints);
    assert.equal(configuredEndpoint(endpoints, "events")?.origin, "http://b");
    assert.equal(configuredEndpoint(endpoints, "sts"), undefined);
  });

  test("is not needed: the real services are where they are", () => {
    assert.equal(configuredEndpoint(NO_AWS_ENDPOINTS, "sqs"), undefined);
    assert.equal(publicEndpoint("sqs", "eu-west-1").origin, "https://sqs.eu-west-1.amazonaws.com");
    assert.equal(publicEndpoint("states", "us-east-1", "sync-").host, "sync-states.us-east-1.amazonaws.com");
    assert.equal(publicEndpoint("events", "cn-north-1").host, "events.cn-north-1.amazonaws.com.cn");
  });

  const refused: readonly (readonly [string, string, RegExp])[] = [
    ["no URL", "localhost:4566", /must be URL or SERVICE=URL/],
    ["another scheme", "ftp://x", /must be URL or SERVICE=URL/],
    ["a service that is not called", "s3=http://x", /names no service that is called: they are appconfig, events/],
    ["a user name", "http://me:secret@x", /without user, query and fragment/],
    ["a query", "sqs=http://x?y", /without user, query and fragment/],
    ["nothing", " , ", /must be URL or SERVICE=URL/],
  ];
  for (const [name, awsEndpoint, message] of refused) {
    test(`is refused with ${name}`, async () => {
      await assert.rejects(readConfig({ ...nothing, flags: { awsEndpoint } }), (error) => {
        assert.ok(error instanceof ConfigError);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
