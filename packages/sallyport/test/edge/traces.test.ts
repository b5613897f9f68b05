import assert from "node:assert/strict";
import { once } from "node:events";
import { get, type IncomingMessage } from "node:http";
import type { TestContext } from "node:test";
import { describe, test } from "node:test";
import { type AdminListener, type AdminOptions, openAdmin } from "../../src/edge/admin.ts";
import { openCallers } from "../../src/edge/callers.ts";
import { tracesPage } from "../../src/edge/traces.ts";
import { AwsError } from "../../src/model/errors.ts";
import type { TraceSummary } from "../../src/observe/trace.ts";
import { TraceStore } from "../../src/observe/traces/trace-store.ts";
import type { PolicyDocument } from "../../src/protocol/principal.ts";
import { recordingLog } from "../http/gateway-harness.ts";

const summary: TraceSummary = {
  timeMs: 0,
  method: "GET",
  host: "h",
  target: "/x",
  clientAddress: "127.0.0.1",
  headers: [],
  accountId: "111111111111",
  region: "us-east-1",
  apiId: "api1",
  stage: "s",
  routeKey: "GET /x",
  status: 200,
  latencyMs: 1,
  integrationLatencyMs: undefined,
  aborted: false,
};

const PATH = "/_sallyport/traces";

async function openPage(
  context: TestContext,
  options: {
    readonly restricted?: boolean;
    readonly authenticate?: AdminOptions["authenticate"];
    readonly heartbeatMs?: number;
  } = {},
) {
  const traces = new TraceStore({ sample: 1, random: Math.random, nowMs: () => 0 });
  const { log } = recordingLog();
  const page = tracesPage({ traces, restricted: options.restricted ?? false, heartbeatMs: options.heartbeatMs });
  const admin: AdminListener = await openAdmin({
    host: "127.0.0.1",
    port: 0,
    ownPaths: new Map(),
    signedPaths: new Map([[PATH, page]]),
    services: [],
    authenticate: options.authenticate ?? openCallers({ account: "000000000000", region: "us-east-1" }),
    guard: () => undefined,
    log,
  });
  context.after(() => admin.drain(0));
  const url = `http://127.0.0.1:${admin.address.port}${PATH}`;
  const keep = (requestId: string, members: Partial<TraceSummary> = {}) =>
    traces.begin(requestId)?.end({ ...summary, ...members });
  const ids = async (query = ""): Promise<string[]> => {
    const answer = await fetch(`${url}${query}`);
    assert.equal(answer.status, 200);
    const { traces: found } = (await answer.json()) as { traces: { requestId: string }[] };
    return found.map(({ requestId }) => requestId);
  };
  return { admin, url, keep, ids, traces };
}

/** Follows the page as it happens. `until` reads on until the text holds something. */
async function follow(url: string) {
  const request = get(url, { headers: { accept: "text/event-stream" }, agent: false });
  request.on("error", () => {});
  const [response] = (await once(request, "response")) as [IncomingMessage];
  let text = "";
  response.setEncoding("utf8");
  response.on("error", () => {});
  const until = async (part: string): Promise<string> => {
    while (!text.includes(part)) {
      const [chunk] = (await once(response, "data")) as [string];
      text += chunk;
    }
    return text;
  };
  return { request, response, until };
}

describe("the traces page", () => {
  test("is JSON, newest first, by what is asked for", async (context) => {
    const { keep, ids, url } = await openPage(context);
    keep("one=");
    keep("two=", { apiId: "api2", status: 404 });
    keep("three=", { status: 404 });
    assert.deepEqual(await ids(), ["three=", "two=", "one="]);
    assert.deepEqual(await ids("?limit=1"), ["three="]);
    assert.deepEqual(await ids("?apiId=api1"), ["three=", "one="]);
    assert.deepEqual(await ids("?status=404&apiId=api2"), ["two="]);
    assert.deepEqual(await ids("?requestId=one="), ["one="]);
    assert.deepEqual(await ids("?requestId=one%3D"), ["one="]);
    assert.equal((await fetch(url)).headers.get("cache-control"), "no-store");
  });

  for (const [query, message] of [
    ["?limit=x", /limit is "x": must be a whole number up to 1000/],
    ["?limit=1001", /up to 1000/],
    ["?status=600", /up to 599/],
    ["?color=red", /a parameter is "color": must be one of requestId/],
    ["?limit=%zz", /percent-encoded/],
  ] as const) {
    test(`refuses ${query}`, async (context) => {
      const { url } = await openPage(context);
      const answer = await fetch(`${url}${query}`);
      assert.equal(answer.status, 400);
      assert.match(((await answer.json()) as { message: string }).message, message);
    });
  }
});

describe("the traces as they happen", () => {
  test("come as events, filtered, with those kept before where they are asked for", async (context) => {
    const { keep, url } = await openPage(context);
    keep("old1");
    keep("old2");
    const { response, until } = await follow(`${url}?apiId=api1&limit=1`);
    assert.equal(response.headers["content-type"], "text/event-stream");
    await until("old2");
    keep("hidden", { apiId: "api2" });
    keep("new1");
    const text = await until("id: new1\n");
    assert.doesNotMatch(text, /hidden|old1/);
    assert.match(await until("}\n\n"), /^event: trace\nid: new1\ndata: \{"requestId":"new1",/m);
  });

  test("a heartbeat keeps silent connections", async (context) => {
    const { url } = await openPage(context, { heartbeatMs: 5 });
    const { until } = await follow(url);
    await until("\n\n:\n\n:\n\n");
  });

  test("a listener too many is refused, and one that leaves makes room", async (context) => {
    const { url } = await openPage(context);
    const listeners = await Promise.all(Array.from({ length: 20 }, () => follow(url)));
    const refused = await follow(url);
    assert.equal(refused.response.statusCode, 429);
    listeners[0]?.request.destroy();
    let status: number | undefined = 429;
    // The listener hears of the closed connection in its own time.
    for (let attempt = 0; attempt < 100 && status === 429; attempt++) {
      const again = await follow(url);
      status = again.response.statusCode;
      again.request.destroy();
    }
    assert.equal(status, 200);
  });

  test("a listener that does not read is dropped", async (context) => {
    const { keep, url } = await openPage(context);
    const { response } = await follow(url);
    response.pause();
    const closed = new Promise((resolve) => response.on("close", resolve));
    // Far more than sockets hold for somebody who does not read.
    const headers = Array.from({ length: 1_000 }, () => "x".repeat(250));
    for (let at = 0; at < 100; at++) {
      keep(String(at), { headers });
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.resume();
    await closed;
    assert.equal(response.complete, false);
  });

  test("a drain ends them", async (context) => {
    const { admin, url } = await openPage(context);
    const { response } = await follow(url);
    response.resume();
    const ended = once(response, "end");
    await admin.drain(10_000);
    await ended;
  });
});

describe("with credentials", () => {
  const refuse = (): never => {
    throw new AwsError("MissingAuthenticationTokenException", 403, "Missing Authentication Token");
  };
  const caller =
    (account: string, policies?: readonly PolicyDocument[]): AdminOptions["authenticate"] =>
    (request) => ({
      request,
      caller: {
        principal: { accessKeyId: "A", account, arn: `arn:aws:iam::${account}:user/u`, userId: "U", policies },
        account,
        region: "us-east-1",
      },
    });

  test("nobody unsigned sees anything", async (context) => {
    const { keep, url } = await openPage(context, { restricted: true, authenticate: refuse });
    keep("one");
    for (const accept of ["*/*", "text/event-stream"]) {
      const answer = await fetch(url, { headers: { accept } });
      assert.equal(answer.status, 403);
      assert.doesNotMatch(await answer.text(), /one/);
    }
  });

  test("a caller sees the APIs of its account, and requests of none", async (context) => {
    const { keep, ids } = await openPage(context, { restricted: true, authenticate: caller("111111111111") });
    keep("mine");
    keep("other", { accountId: "222222222222" });
    keep("nobody's", { accountId: undefined, region: undefined, apiId: undefined });
    assert.deepEqual(await ids(), ["nobody's", "mine"]);
  });

  test("a caller with policies sees what they let it read", async (context) => {
    const policy: PolicyDocument = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Allow", Action: "apigateway:GET", Resource: "arn:aws:apigateway:us-east-1::/apis/api1" }],
    };
    const authenticate = caller("111111111111", [policy]);
    const { keep, ids } = await openPage(context, { restricted: true, authenticate });
    keep("mine");
    keep("not mine", { apiId: "api2" });
    keep("nobody's", { accountId: undefined, region: undefined, apiId: undefined });
    assert.deepEqual(await ids(), ["mine"]);
  });
});
