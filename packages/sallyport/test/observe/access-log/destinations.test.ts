import assert from "node:assert/strict";
import { once } from "node:events";
import { chmodSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";
import type { TestContext } from "node:test";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { AccessLogs } from "../../../src/observe/access-log/access-logs.ts";
import { HttpWriter } from "../../../src/observe/access-log/http-writer.ts";
import { logPath } from "../../../src/observe/access-log/log-path.ts";
import { parseLogTarget } from "../../../src/model/observation/log-target.ts";
import { listen, recordingLog } from "../../http/gateway-harness.ts";
import { finishedRequest } from "../finished-request.ts";

function temporaryFolder(context: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "sallyport-logs-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const arn = (name: string): string => `arn:aws:logs:us-east-1:111122223333:log-group:${name}`;

describe("the file of a log group", () => {
  for (const [name, expected] of [
    ["plain", "logs/plain.log"],
    ["/aws/api", "logs/aws/api.log"],
    ["a//b/", "logs/a/b.log"],
    ["../../etc/passwd", "logs/__/__/etc/passwd.log"],
    [".", "logs/_.log"],
    ["/", "logs/_.log"],
    ["a\\..\\b", "logs/a_.._b.log"],
  ] as const) {
    test(`${name} is ${expected}`, () => {
      assert.equal(relative("/data", logPath("/data", name)), expected);
    });
  }

  test("property: never outside of the folder, and never too long a name", () => {
    const part = fc.constantFrom("..", ".", "/", "\\", "\0", "a", "b#", "C:", "x".repeat(300));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const path = logPath("/data", parts.join(""));
        assert.ok(resolve(path).startsWith("/data/logs/"), path);
        assert.ok(path.split("/").every((segment) => segment.length <= 255 && segment !== ".."));
      }),
    );
  });
});

describe("files", () => {
  test("lines are appended, stages with one destination share it, a rotated file is made anew", async (context) => {
    const dataFolder = temporaryFolder(context);
    const { log } = recordingLog();
    const logs = new AccessLogs({ dataFolder, log });
    const one = logs.open(arn("/aws/x"), "one $context.requestId");
    const other = logs.open(`${arn("/aws/x")}:*`, "other $context.status");
    one.write(finishedRequest());
    other.write(finishedRequest());
    await logs.flush();
    const path = join(dataFolder, "logs/aws/x.log");
    assert.equal(readFileSync(path, "utf8"), "one JCJM3j95PHcEJHg=\nother 200\n");
    renameSync(path, `${path}.1`);
    one.write(finishedRequest());
    await logs.close(1_000);
    assert.equal(readFileSync(path, "utf8"), "one JCJM3j95PHcEJHg=\n");
    assert.equal(logs.dropped, 0);
  });

  test("a folder that takes no file costs the lines and nothing else", async (context) => {
    const dataFolder = temporaryFolder(context);
    // A file where the folder should be: chmod would not stop a test that runs as root.
    writeFileSync(join(dataFolder, "logs"), "in the way");
    chmodSync(join(dataFolder, "logs"), 0o400);
    const { log, lines } = recordingLog();
    const logs = new AccessLogs({ dataFolder, log });
    logs.open(arn("x"), "$context.requestId").write(finishedRequest());
    await logs.flush();
    assert.equal(logs.dropped, 1);
    assert.match(JSON.stringify(lines[0]), /access log lines are lost.*x\.log.*ENOTDIR/);
  });

  test("a destination may be configured by ARN, by name or with *", async (context) => {
    const folder = temporaryFolder(context);
    const target = (name: string) => parseLogTarget(join(folder, name));
    const targets = new Map([
      [arn("a"), target("by-arn")],
      ["b", target("by-name")],
      ["*", target("rest")],
    ]);
    const logs = new AccessLogs({ dataFolder: folder, log: recordingLog().log, targets });
    for (const name of ["a", "b", "c", "d"])
      logs.open(arn(name), `${name} $context.requestId`).write(finishedRequest());
    await logs.flush();
    const firsts = (name: string) =>
      readFileSync(join(folder, name), "utf8")
        .split("\n")
        .map((text) => text[0]);
    assert.deepEqual(firsts("by-arn"), ["a", undefined]);
    assert.deepEqual(firsts("by-name"), ["b", undefined]);
    assert.deepEqual(firsts("rest"), ["c", "d", undefined]);
    assert.equal(existsSync(join(folder, "logs")), false);
  });
});

describe("targets", () => {
  for (const [text, expected] of [
    ["stdout", { kind: "stdout" }],
    ["/var/log/x.log", { kind: "file", path: "/var/log/x.log" }],
    ["http://c:1/in?k=1", { kind: "http", url: new URL("http://c:1/in?k=1"), encoding: "lines" }],
    ["otlp+https://c", { kind: "http", url: new URL("https://c/v1/logs"), encoding: "otlp" }],
    ["otlp+http://c/own", { kind: "http", url: new URL("http://c/own"), encoding: "otlp" }],
  ] as const) {
    test(`${text} is understood`, () => assert.deepEqual(parseLogTarget(text), expected));
  }
  for (const text of ["", "ftp://x", "otlp+ftp://x", "http://", "otlp+/x", "a\0b"]) {
    test(`${JSON.stringify(text)} is refused`, () => assert.throws(() => parseLogTarget(text), /^Error: must be/));
  }
});

interface Posted {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers with the statuses given, in turn, then with 200. */
async function openCollector(context: TestContext, ...statuses: number[]): Promise<{ url: URL; posted: Posted[] }> {
  const posted: Posted[] = [];
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    request.on("end", () => {
      posted.push({ headers: request.headers, body });
      response.writeHead(statuses.shift() ?? 200).end();
    });
  });
  await listen(context, server);
  return {
    url: new URL(`http://user:secret@127.0.0.1:${(server.address() as AddressInfo).port}/in?key=secret`),
    posted,
  };
}

describe("posting lines", () => {
  const lines = [
    { timeMs: 1_700_000_000_123, text: "one" },
    { timeMs: 1_700_000_000_124, text: '{"two":2}' },
  ];

  test("newline-delimited, with the URL's user, and a name without secrets", async (context) => {
    const { url, posted } = await openCollector(context);
    const writer = new HttpWriter({ url, encoding: "lines", source: "g" });
    await writer.write(lines);
    assert.equal(posted[0]?.body, 'one\n{"two":2}\n');
    assert.equal(posted[0]?.headers["content-type"], "application/x-ndjson");
    assert.equal(posted[0]?.headers.authorization, `Basic ${Buffer.from("user:secret").toString("base64")}`);
    assert.doesNotMatch(writer.name, /secret/);
  });

  test("as OTLP", async (context) => {
    const { url, posted } = await openCollector(context);
    await new HttpWriter({ url, encoding: "otlp", source: "/aws/x" }).write(lines);
    assert.equal(posted[0]?.headers["content-type"], "application/json");
    const { resourceLogs } = JSON.parse(posted[0]?.body ?? "");
    assert.deepEqual(resourceLogs[0].resource.attributes[1], {
      key: "aws.log.group.names",
      value: { stringValue: "/aws/x" },
    });
    assert.deepEqual(resourceLogs[0].scopeLogs[0].logRecords, [
      { timeUnixNano: "1700000000123000000", severityNumber: 9, severityText: "INFO", body: { stringValue: "one" } },
      {
        timeUnixNano: "1700000000124000000",
        severityNumber: 9,
        severityText: "INFO",
        body: { stringValue: '{"two":2}' },
      },
    ]);
  });

  test("what may work later is tried again, what will not is given up at once", async (context) => {
    const patient = await openCollector(context, 503, 429);
    await new HttpWriter({ url: patient.url, encoding: "lines", source: "g", pauseMs: 1 }).write(lines);
    assert.equal(patient.posted.length, 3);
    const refusing = await openCollector(context, 400);
    const refused = new HttpWriter({ url: refusing.url, encoding: "lines", source: "g", pauseMs: 1 });
    await assert.rejects(refused.write(lines), /answered 400/);
    assert.equal(refusing.posted.length, 1);
  });

  test("a collector that is not there costs four attempts; abandon ends them", async () => {
    const url = new URL("http://127.0.0.1:1/");
    const writer = new HttpWriter({ url, encoding: "lines", source: "g", pauseMs: 1 });
    await assert.rejects(writer.write(lines), /ECONNREFUSED/);
    const patient = new HttpWriter({ url, encoding: "lines", source: "g", pauseMs: 100_000 });
    const writing = patient.write(lines);
    patient.abandon();
    await assert.rejects(writing);
  });

  test("a collector that does not answer is given up", async (context) => {
    const server = createServer(() => {});
    await listen(context, server);
    const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    const writer = new HttpWriter({ url, encoding: "lines", source: "g", timeoutMs: 20, pauseMs: 1 });
    const asked = once(server, "request");
    await assert.rejects(writer.write(lines));
    await asked;
  });
});
