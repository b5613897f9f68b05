import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { apiOperations } from "../../../src/control/apis/apis.ts";
import { deploymentOperations } from "../../../src/control/apis/deployments.ts";
import { routeOperations } from "../../../src/control/apis/routes.ts";
import { stageOperations } from "../../../src/control/apis/stages.ts";
import type { Input, OperationTable, ReferenceCheck } from "../../../src/control/operation.ts";
import { DEFAULT_QUOTAS } from "../../../src/control/quotas.ts";
import { badRequest } from "../../../src/model/errors.ts";
import { keys } from "../../../src/model/keys.ts";
import { ACCOUNT, type Harness, openHarness, REGION } from "../harness.ts";

const operations = {
  ...apiOperations,
  ...deploymentOperations,
  ...routeOperations,
  ...stageOperations,
} satisfies OperationTable;

const NOW = "2026-01-31T12:34:56Z";
const LATER = "2026-01-31T12:35:56Z";
const LOG_GROUP = `arn:aws:logs:${REGION}:${ACCOUNT}:log-group:/access/logs`;
const STREAM = `arn:aws:firehose:${REGION}:${ACCOUNT}:deliverystream/amazon-apigateway-logs`;
const FORMAT = "$context.identity.sourceIp $context.requestId";

type Protocol = "HTTP" | "WEBSOCKET";

describe("stages", () => {
  let harness: Harness;
  let http = "";
  let webSocket = "";
  let deploymentId = "";
  let count = 0;
  const idOf = (protocol: Protocol): string => (protocol === "HTTP" ? http : webSocket);

  before(async () => {
    harness = await openHarness(operations, { quotas: { ...DEFAULT_QUOTAS, stagesPerApi: 1000 } });
    http = await createApi("HTTP", "GET /x");
    webSocket = await createApi("WEBSOCKET", "$connect");
    deploymentId = (await harness.call("CreateDeployment", { ApiId: http })).DeploymentId ?? "";
  });
  after(() => harness.close());

  async function createApi(protocol: Protocol, ...routeKeys: readonly string[]): Promise<string> {
    const { ApiId = "" } = await harness.call("CreateApi", {
      Name: "stages",
      ProtocolType: protocol,
      RouteSelectionExpression: protocol === "HTTP" ? undefined : "$request.body.action",
    });
    for (const RouteKey of routeKeys) await harness.call("CreateRoute", { ApiId, RouteKey });
    return ApiId;
  }

  /** A stage of its own for one test. */
  async function createStage(
    protocol: Protocol,
    input: Partial<Input<"CreateStage">> = {},
  ): Promise<{ ApiId: string; StageName: string }> {
    count += 1;
    const id = { ApiId: idOf(protocol), StageName: `stage${count}` };
    await harness.call("CreateStage", { ...input, ...id });
    return id;
  }

  it("read back their defaults on an HTTP API", async () => {
    const created = await harness.call("CreateStage", { ApiId: http, StageName: "bare" });
    assert.deepEqual(created, {
      StageName: "bare",
      AutoDeploy: false,
      CreatedDate: NOW,
      LastUpdatedDate: NOW,
      DefaultRouteSettings: { DetailedMetricsEnabled: false },
      RouteSettings: {},
      StageVariables: {},
      Tags: {},
    });
    assert.deepEqual(await harness.call("GetStage", { ApiId: http, StageName: "bare" }), created);
  });

  it("read back their defaults on a WebSocket API", async () => {
    const created = await harness.call("CreateStage", { ApiId: webSocket, StageName: "bare" });
    assert.deepEqual(created.DefaultRouteSettings, {
      DetailedMetricsEnabled: false,
      DataTraceEnabled: false,
      LoggingLevel: "OFF",
    });
  });

  it("keep every member they are given", async () => {
    const members = {
      AutoDeploy: false,
      DeploymentId: deploymentId,
      Description: "all of it",
      AccessLogSettings: { DestinationArn: LOG_GROUP, Format: FORMAT },
      DefaultRouteSettings: { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 0, ThrottlingRateLimit: 1.5 },
      RouteSettings: { "GET /x": { ThrottlingBurstLimit: 5 } },
      StageVariables: { a_1: "x-._~:/?#&=,9" },
      Tags: { team: "x" },
    };
    const StageName = "all-of_it";
    const created = await harness.call("CreateStage", { ApiId: http, StageName, ...members });
    assert.deepEqual(created, { StageName, CreatedDate: NOW, LastUpdatedDate: NOW, ...members });
  });

  it("keep the members of a WebSocket API only", async () => {
    const settings = { DataTraceEnabled: true, LoggingLevel: "INFO", DetailedMetricsEnabled: false } as const;
    const created = await harness.call("CreateStage", {
      ApiId: webSocket,
      StageName: "socket",
      ClientCertificateId: "abc123",
      DefaultRouteSettings: settings,
      RouteSettings: { $connect: { LoggingLevel: "ERROR" } },
      AccessLogSettings: { DestinationArn: STREAM, Format: "$context.connectionId $context.extendedRequestId" },
    });
    assert.equal(created.ClientCertificateId, "abc123");
    assert.deepEqual(created.DefaultRouteSettings, settings);
    assert.deepEqual(created.RouteSettings, { $connect: { LoggingLevel: "ERROR" } });
    assert.equal(created.AccessLogSettings?.DestinationArn, STREAM);
  });

  it("are listed in the order of creation, page by page", async () => {
    const ApiId = await createApi("HTTP");
    for (const StageName of ["c", "a", "b"]) await harness.call("CreateStage", { ApiId, StageName });
    const first = await harness.call("GetStages", { ApiId, MaxResults: "2" });
    assert.deepEqual(
      first.Items?.map((stage) => stage.StageName),
      ["c", "a"],
    );
    const second = await harness.call("GetStages", { ApiId, MaxResults: "2", NextToken: first.NextToken });
    assert.deepEqual(
      second.Items?.map((stage) => stage.StageName),
      ["b"],
    );
    assert.ok(!("NextToken" in second));
  });

  const refusedCreations: readonly (readonly [string, Protocol, object, number, string | RegExp])[] = [
    ["a name with a dot", "HTTP", { StageName: "a.b" }, 400, "Stage name only allows a-zA-Z0-9_"],
    ["another reserved name", "HTTP", { StageName: "$other" }, 400, "Stage name only allows a-zA-Z0-9_"],
    ["$default on WebSocket", "WEBSOCKET", { StageName: "$default" }, 400, "Stage name only allows a-zA-Z0-9_"],
    ["a name of 129 characters", "HTTP", { StageName: "a".repeat(129) }, 400, /StageName/],
    ["an empty name", "HTTP", { StageName: "" }, 400, /StageName/],
    ["no name", "HTTP", {}, 400, /StageName/],
    ["a name twice", "HTTP", { StageName: "bare" }, 409, "Stage already exists"],
    ["an unknown deployment", "HTTP", { DeploymentId: "zzz" }, 404, "Invalid deployment identifier specified"],
    ["an empty deployment id", "HTTP", { DeploymentId: "" }, 404, "Invalid deployment identifier specified"],
    ["a client certificate on HTTP", "HTTP", { ClientCertificateId: "x" }, 400, /ClientCertificateId/],
    ["an empty variable", "HTTP", { StageVariables: { a: "" } }, 400, /stage variable/],
    [
      "101 variables",
      "HTTP",
      { StageVariables: Object.fromEntries(Array.from({ length: 101 }, (_, index) => [`v${index}`, "1"])) },
      400,
      "A stage can have at most 100 stage variables",
    ],
  ];
  for (const [what, protocol, members, status, message] of refusedCreations) {
    it(`refuse to be made with ${what}`, async () => {
      const name = /^(no|an empty) name/.test(what) ? {} : { StageName: "refused" };
      const refusal = await harness.fail("CreateStage", { ApiId: idOf(protocol), ...name, ...members });
      assert.equal(refusal.status, status);
      assert.ok(
        typeof message === "string" ? refusal.message === message : message.test(refusal.message),
        refusal.message,
      );
      assert.equal((await harness.fail("GetStage", { ApiId: idOf(protocol), StageName: "refused" })).status, 404);
    });
  }

  const autoDeploy = "Deployment ID cannot be set on this stage because AutoDeploy is enabled.";
  const logIncomplete = "Access Log value missing. Expected destinationArn and format.";
  const logFormat = "Access Log format must include either $context.requestId or $context.extendedRequestId";
  const executionLogs = "Execution logs are not supported on protocolType HTTP";
  const noRoute = (key: string) => `Unable to find Route by key ${key} within the provided RouteSettings`;
  const destination = (DestinationArn: string) => ({ AccessLogSettings: { DestinationArn, Format: FORMAT } });
  const format = (Format: string) => ({ AccessLogSettings: { DestinationArn: LOG_GROUP, Format } });
  const refusedMembers: readonly (readonly [string, Protocol, object, number, string | RegExp])[] = [
    ["a deployment and autoDeploy", "HTTP", { AutoDeploy: true, DeploymentId: "zzz" }, 400, autoDeploy],
    ["a log format alone", "HTTP", { AccessLogSettings: { Format: FORMAT } }, 400, logIncomplete],
    ["a log destination alone", "HTTP", { AccessLogSettings: { DestinationArn: LOG_GROUP } }, 400, logIncomplete],
    ["an empty log format", "HTTP", format(""), 400, logIncomplete],
    ["a log format without an id", "HTTP", format("$context.status"), 400, logFormat],
    ["a log format with a similar variable", "WEBSOCKET", format("$context.integration.requestId"), 400, logFormat],
    ["a log format of two lines", "HTTP", format("$context.requestId\n$context.status"), 400, /single line/],
    ["a log format above 3 KB", "HTTP", format(`$context.requestId ${"x".repeat(3054)}`), 400, /3 KB/],
    [
      "variables of REST APIs",
      "HTTP",
      format("$context.requestId $context.requestLength $context.status $context.resourcePath $context.requestLength"),
      400,
      "The following context variables are not supported: [$context.requestLength, $context.resourcePath]",
    ],
    [
      "a variable of WebSocket APIs on HTTP",
      "HTTP",
      format("$context.requestId $context.connectionId"),
      400,
      "The following context variables are not supported: [$context.connectionId]",
    ],
    [
      "a variable of HTTP APIs on WebSocket",
      "WEBSOCKET",
      format("$context.requestId $context.httpMethod."),
      400,
      "The following context variables are not supported: [$context.httpMethod]",
    ],
    ["a log destination that is no ARN", "HTTP", destination("logs"), 400, /destination specified: logs/],
    ["a stream on HTTP", "HTTP", destination(STREAM), 400, /log destination/],
    ["a bucket", "WEBSOCKET", destination("arn:aws:s3:::bucket"), 400, /log destination/],
    ["a log stream", "HTTP", destination(`${LOG_GROUP}:log-stream:x`), 400, /log destination/],
    ["a logging level on HTTP", "HTTP", { DefaultRouteSettings: { LoggingLevel: "ERROR" } }, 400, executionLogs],
    ["data trace on HTTP", "HTTP", { RouteSettings: { "GET /x": { DataTraceEnabled: true } } }, 400, executionLogs],
    ["an unknown logging level", "WEBSOCKET", { DefaultRouteSettings: { LoggingLevel: "DEBUG" } }, 400, /LoggingLevel/],
    ["a negative burst", "HTTP", { DefaultRouteSettings: { ThrottlingBurstLimit: -1 } }, 400, /ThrottlingBurstLimit/],
    ["a negative rate", "HTTP", { RouteSettings: { "GET /x": { ThrottlingRateLimit: -0.1 } } }, 400, /ThrottlingRate/],
    ["settings of an unknown route", "HTTP", { RouteSettings: { "GET /x": {}, "GET /y": {} } }, 404, noRoute("GET /y")],
    ["settings of a route in lower case", "HTTP", { RouteSettings: { "get /x": {} } }, 404, noRoute("get /x")],
    ["settings of no route", "HTTP", { RouteSettings: { "": {} } }, 404, noRoute("")],
    ["settings of an impossible route", "HTTP", { RouteSettings: { "\0": {} } }, 404, noRoute("\0")],
    ["a variable with a dot", "HTTP", { StageVariables: { "a.b": "1" } }, 400, /a\.b=1/],
    ["a variable's name of 65 characters", "HTTP", { StageVariables: { ["a".repeat(65)]: "1" } }, 400, /variable/],
    ["a variable's value with a blank", "HTTP", { StageVariables: { a: "1 2" } }, 400, /a=1 2/],
    ["a variable's value of 513 characters", "HTTP", { StageVariables: { a: "1".repeat(513) } }, 400, /variable/],
    ["a description of 1025 characters", "HTTP", { Description: "d".repeat(1025) }, 400, /Description/],
  ];
  for (const [what, protocol, members, status, message] of refusedMembers) {
    it(`refuse ${what}, made or updated`, async () => {
      const stage = await createStage(protocol);
      const earlier = await harness.call("GetStage", stage);
      const refusals = [
        await harness.fail("CreateStage", { ApiId: stage.ApiId, StageName: "refused", ...members }),
        await harness.fail("UpdateStage", { ...stage, ...members }),
      ];
      const code = status === 404 ? "NotFoundException" : "BadRequestException";
      for (const refusal of refusals) {
        assert.deepEqual([refusal.status, refusal.code], [status, code], refusal.message);
        assert.ok(
          typeof message === "string" ? refusal.message === message : message.test(refusal.message),
          refusal.message,
        );
      }
      assert.deepEqual(await harness.call("GetStage", stage), earlier);
    });
  }

  it("keep what an update does not send", async () => {
    const stage = await createStage("HTTP", {
      Description: "d",
      AccessLogSettings: { DestinationArn: LOG_GROUP, Format: FORMAT },
      DefaultRouteSettings: { ThrottlingBurstLimit: 5 },
      RouteSettings: { "GET /x": { ThrottlingBurstLimit: 6 } },
      StageVariables: { a: "1" },
      Tags: { t: "1" },
    });
    const earlier = await harness.call("GetStage", stage);
    harness.clock.nowMs += 60_000;
    const updated = await harness.call("UpdateStage", stage);
    harness.clock.nowMs -= 60_000;
    assert.deepEqual(updated, { ...earlier, LastUpdatedDate: LATER });
    const clearing = {
      Description: "",
      AccessLogSettings: {},
      DefaultRouteSettings: {},
      RouteSettings: {},
      StageVariables: {},
      Tags: { other: "2" },
    };
    assert.deepEqual(await harness.call("UpdateStage", { ...stage, ...clearing }), earlier);
  });

  it("merge what an update sends", async () => {
    const stage = await createStage("HTTP", {
      AccessLogSettings: { DestinationArn: LOG_GROUP, Format: FORMAT },
      DefaultRouteSettings: { ThrottlingBurstLimit: 5 },
      RouteSettings: { "GET /x": { ThrottlingBurstLimit: 6 } },
      StageVariables: { a: "1", b: "2" },
    });
    const updated = await harness.call("UpdateStage", {
      ...stage,
      Description: "new",
      AccessLogSettings: { Format: "$context.requestId" },
      DefaultRouteSettings: { ThrottlingRateLimit: 7 },
      RouteSettings: { "GET /x": { ThrottlingRateLimit: 8 } },
      StageVariables: { a: "", c: "3", unknown: "" },
    });
    assert.equal(updated.Description, "new");
    assert.deepEqual(updated.AccessLogSettings, { DestinationArn: LOG_GROUP, Format: "$context.requestId" });
    assert.deepEqual(updated.DefaultRouteSettings, {
      DetailedMetricsEnabled: false,
      ThrottlingBurstLimit: 5,
      ThrottlingRateLimit: 7,
    });
    assert.deepEqual(updated.RouteSettings, { "GET /x": { ThrottlingBurstLimit: 6, ThrottlingRateLimit: 8 } });
    assert.deepEqual(updated.StageVariables, { b: "2", c: "3" });
  });

  it("count their variables after merging", async () => {
    const full = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`v${index}`, "1"]));
    const stage = await createStage("HTTP", { StageVariables: full });
    assert.equal((await harness.fail("UpdateStage", { ...stage, StageVariables: { w: "1" } })).status, 400);
    const updated = await harness.call("UpdateStage", { ...stage, StageVariables: { v0: "", w: "1" } });
    assert.equal(Object.keys(updated.StageVariables ?? {}).length, 100);
  });

  it("tolerate and forget execution logs that are off on HTTP", async () => {
    const settings = { LoggingLevel: "OFF", DataTraceEnabled: false, ThrottlingBurstLimit: 1 } as const;
    const stage = await createStage("HTTP", { DefaultRouteSettings: settings, RouteSettings: { "GET /x": settings } });
    const { DefaultRouteSettings, RouteSettings } = await harness.call("GetStage", stage);
    assert.deepEqual(DefaultRouteSettings, { DetailedMetricsEnabled: false, ThrottlingBurstLimit: 1 });
    assert.deepEqual(RouteSettings, { "GET /x": { ThrottlingBurstLimit: 1 } });
  });

  it("read a log group back without its wildcard", async () => {
    const stage = await createStage("HTTP", destination(`${LOG_GROUP}:*`));
    assert.equal((await harness.call("GetStage", stage)).AccessLogSettings?.DestinationArn, LOG_GROUP);
  });

  const formats: readonly (readonly [Protocol, string])[] = [
    ["HTTP", '{"id":"$context.extendedRequestId"}'],
    ["HTTP", "$context.requestId\n"],
    ["HTTP", `$context.requestId ${"x".repeat(3053)}`],
    [
      "HTTP",
      "$context.requestId. $context.authorizer.claims.sub $context.authorizer.anything-else $context.error.message",
    ],
    [
      "WEBSOCKET",
      "$context.requestId $context.eventType $context.identity.apiKeyId $context.waf.status $context.status",
    ],
  ];
  for (const [protocol, Format] of formats) {
    it(`take the log format ${JSON.stringify(Format.slice(0, 60))} on ${protocol}`, async () => {
      const stage = await createStage(protocol, format(Format));
      assert.equal((await harness.call("GetStage", stage)).AccessLogSettings?.Format, Format);
    });
  }

  it("take no log settings from an empty structure", async () => {
    const stage = await createStage("HTTP", { AccessLogSettings: {} });
    assert.ok(!("AccessLogSettings" in (await harness.call("GetStage", stage))));
  });

  it("lose their access logs to DeleteAccessLogSettings only", async () => {
    const stage = await createStage("HTTP", destination(LOG_GROUP));
    await harness.call("DeleteAccessLogSettings", stage);
    assert.ok(!("AccessLogSettings" in (await harness.call("GetStage", stage))));
    await harness.call("DeleteAccessLogSettings", stage);
  });

  it("lose one route's settings to DeleteRouteSettings", async () => {
    const stage = await createStage("HTTP", { RouteSettings: { "GET /x": { ThrottlingBurstLimit: 6 } } });
    await harness.call("DeleteRouteSettings", { ...stage, RouteKey: "GET /x" });
    assert.deepEqual((await harness.call("GetStage", stage)).RouteSettings, {});
    const refusal = await harness.fail("DeleteRouteSettings", { ...stage, RouteKey: "GET /x" });
    assert.deepEqual([refusal.status, refusal.message], [404, noRoute("GET /x")]);
  });

  it("keep the settings of a deleted route, which then fail updates until they are removed", async () => {
    const ApiId = await createApi("HTTP", "GET /gone");
    const stage = { ApiId, StageName: "s" };
    await harness.call("CreateStage", { ...stage, RouteSettings: { "GET /gone": {} } });
    const [route] = (await harness.call("GetRoutes", { ApiId })).Items ?? [];
    await harness.call("DeleteRoute", { ApiId, RouteId: route?.RouteId ?? "" });
    assert.deepEqual((await harness.call("GetStage", stage)).RouteSettings, { "GET /gone": {} });
    const refusal = await harness.fail("UpdateStage", { ...stage, Description: "x" });
    assert.deepEqual([refusal.status, refusal.message], [404, noRoute("GET /gone")]);
    await harness.call("DeleteRouteSettings", { ...stage, RouteKey: "GET /gone" });
    assert.equal((await harness.call("UpdateStage", { ...stage, Description: "x" })).Description, "x");
  });

  it("clear the client certificate with an empty text", async () => {
    const stage = await createStage("WEBSOCKET", { ClientCertificateId: "abc123" });
    assert.ok(!("ClientCertificateId" in (await harness.call("UpdateStage", { ...stage, ClientCertificateId: "" }))));
  });

  it("move to the deployment that an update names", async () => {
    const stage = await createStage("HTTP");
    const updated = await harness.call("UpdateStage", { ...stage, DeploymentId: deploymentId });
    assert.equal(updated.DeploymentId, deploymentId);
    assert.ok(!("LastDeploymentStatusMessage" in updated));
    const refusal = await harness.fail("UpdateStage", { ...stage, DeploymentId: "zzz" });
    assert.deepEqual([refusal.status, refusal.message], [404, "Invalid deployment identifier specified"]);
  });

  it("may be $default on an HTTP API", async () => {
    const ApiId = await createApi("HTTP");
    assert.equal((await harness.call("CreateStage", { ApiId, StageName: "$default" })).StageName, "$default");
  });

  it("go, and are unknown then to every operation", async () => {
    const stage = await createStage("HTTP");
    assert.deepEqual(await harness.call("DeleteStage", stage), {});
    const refusals = [
      await harness.fail("GetStage", stage),
      await harness.fail("UpdateStage", { ...stage, StageVariables: { "": "" } }),
      await harness.fail("DeleteStage", stage),
      await harness.fail("DeleteAccessLogSettings", stage),
      await harness.fail("DeleteRouteSettings", { ...stage, RouteKey: "GET /x" }),
      await harness.fail("ResetAuthorizersCache", stage),
    ];
    for (const refusal of refusals) {
      assert.deepEqual(refusal, {
        code: "NotFoundException",
        status: 404,
        message: "Invalid stage identifier specified",
      });
    }
  });

  it("stay while a domain name is mapped to them", async () => {
    const stage = await createStage("HTTP");
    const use = { DomainName: "api.example.com", Region: REGION, ApiMappingId: "m1", Stage: stage.StageName };
    await harness.ledger.commit([{ key: keys.apiUse(stage.ApiId, "api.example.com", "m1"), value: use }]);
    const refusal = await harness.fail("DeleteStage", stage);
    assert.equal(refusal.status, 400);
    assert.match(refusal.message, /^Deleting stage stage\d+ failed\..*: api\.example\.com$/);
    await harness.call("DeleteStage", await createStage("HTTP"));
    await harness.ledger.commit([{ key: keys.apiUse(stage.ApiId, "api.example.com", "m1"), delete: true }]);
    await harness.call("DeleteStage", stage);
  });

  it("tell that their authorizers' cache is to be emptied, each time anew", async () => {
    const stage = await createStage("HTTP");
    const key = keys.authorizerCacheReset(stage.ApiId, stage.StageName);
    await harness.call("ResetAuthorizersCache", stage);
    const first = await harness.ledger.get(key);
    await harness.call("ResetAuthorizersCache", stage);
    const second = await harness.ledger.get(key);
    assert.ok(first && second && second.revision > first.revision);
    await harness.call("DeleteStage", stage);
    assert.equal(await harness.ledger.get(key), undefined);
  });

  it("are unknown to another account and another region", async () => {
    const stage = await createStage("HTTP");
    for (const caller of [{ account: "999999999999" }, { region: "eu-west-1" }]) {
      assert.equal((await harness.fail("GetStage", stage, caller)).status, 404);
    }
  });
});

describe("stages with quotas and strict references", () => {
  const known = new Set([`log group ${LOG_GROUP}`]);
  const references: ReferenceCheck = async (kind, name) => {
    if (!known.has(`${kind} ${name}`)) throw badRequest(`no ${kind} ${name}`);
  };
  let harness: Harness;
  let ApiId = "";
  before(async () => {
    harness = await openHarness(operations, { references, quotas: { ...DEFAULT_QUOTAS, stagesPerApi: 3 } });
    const api = { Name: "w", ProtocolType: "WEBSOCKET", RouteSelectionExpression: "$request.body.action" } as const;
    ApiId = (await harness.call("CreateApi", api)).ApiId ?? "";
  });
  after(() => harness.close());

  it("check the log group, however its ARN ends", async () => {
    const stage = { ApiId, StageName: "logs" };
    const logs = (arn: string) => ({ AccessLogSettings: { DestinationArn: arn, Format: FORMAT } });
    const refusal = await harness.fail("CreateStage", { ...stage, ...logs(`${LOG_GROUP}2`) });
    assert.equal(refusal.message, `no log group ${LOG_GROUP}2`);
    await harness.call("CreateStage", { ...stage, ...logs(`${LOG_GROUP}:*`) });
    assert.equal((await harness.fail("UpdateStage", { ...stage, ...logs(`${LOG_GROUP}2`) })).status, 400);
    assert.equal((await harness.call("UpdateStage", { ...stage, ...logs(STREAM) })).StageName, "logs");
  });

  it("need the account's role for execution logs", async () => {
    const stage = { ApiId, StageName: "traced", DefaultRouteSettings: { LoggingLevel: "INFO" } } as const;
    const refusal = await harness.fail("CreateStage", stage);
    assert.equal(refusal.message, "CloudWatch Logs role ARN must be set in account settings to enable logging");
    const role = { CloudwatchRoleArn: `arn:aws:iam::${ACCOUNT}:role/logs` };
    await harness.ledger.commit([{ key: keys.accountSettings({ account: ACCOUNT, region: REGION }), value: role }]);
    assert.equal((await harness.call("CreateStage", stage)).DefaultRouteSettings?.LoggingLevel, "INFO");
  });

  it("are so many at most", async () => {
    await harness.call("CreateStage", { ApiId, StageName: "third" });
    assert.deepEqual(await harness.fail("CreateStage", { ApiId, StageName: "fourth" }), {
      code: "TooManyRequestsException",
      status: 429,
      message:
        "Maximum number of Stages for this API has been reached.  Please contact AWS if you need additional Stages.",
    });
    await harness.call("DeleteStage", { ApiId, StageName: "third" });
    await harness.call("CreateStage", { ApiId, StageName: "fourth" });
  });
});
