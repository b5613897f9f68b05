/** Functions through the AWS command line. It starts slowly, so calls are few. */
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { zip } from "../functions/hosted/zip-writer.ts";
import { type Gateway, startGateway } from "./gateway.ts";
import { clientEnvironment, installDebianPackage, programPath, run, withoutRetryNote } from "./programs.ts";

const TIMEOUT_MS = 60_000;
const SOURCE = "export const handler = async (event) => ({ hello: event.name });";

describe("the AWS command line, for functions", () => {
  let folder: string;
  let gateway: Gateway;
  let program: string;
  before(async () => {
    if (!programPath("aws")) installDebianPackage("awscli");
    program = programPath("aws") ?? "aws";
    folder = mkdtempSync(join(tmpdir(), "sallyport-lambda-cli-"));
    gateway = await startGateway();
  });
  after(async () => {
    await gateway.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const call = (...parameters: readonly string[]) =>
    run(program, ["lambda", ...parameters, "--endpoint-url", gateway.admin, "--output", "json"], {
      env: clientEnvironment(gateway.admin, folder),
      timeoutMs: TIMEOUT_MS,
    });
  const answer = async (...parameters: readonly string[]): Promise<Record<string, unknown>> => {
    const { code, stdout, stderr } = await call(...parameters);
    assert.equal(code, 0, stderr);
    return (stdout.trim() === "" ? {} : JSON.parse(stdout)) as Record<string, unknown>;
  };

  it("creates, invokes and deletes a function", async () => {
    const archive = join(folder, "function.zip");
    const output = join(folder, "output.json");
    writeFileSync(archive, zip([["index.mjs", SOURCE]]));
    const role = "arn:aws:iam::000000000000:role/service";
    const named = ["--function-name", "cli"];
    const made = ["--runtime", "nodejs22.x", "--handler", "index.handler", "--role", role, "--timeout", "20"];
    const created = await answer("create-function", ...named, ...made, "--zip-file", `fileb://${archive}`);
    assert.equal(created["State"], "Active");
    const payload = join(folder, "payload.json");
    writeFileSync(payload, '{"name":"cli"}');
    const invoked = await answer("invoke", ...named, "--payload", `fileb://${payload}`, output);
    assert.deepEqual(invoked, { StatusCode: 200, ExecutedVersion: "$LATEST" });
    assert.deepEqual(JSON.parse(readFileSync(output, "utf8")), { hello: "cli" });
    await answer("delete-function", ...named);
    const { code, stderr } = await call("get-function", ...named);
    assert.notEqual(code, 0);
    assert.match(
      withoutRetryNote(stderr),
      /\(ResourceNotFoundException\) when calling the GetFunction operation: Function not found: arn:aws:lambda:us-east-1:000000000000:function:cli/,
    );
  });

  it("takes a folder of this machine for code", async () => {
    const code = `S3Bucket=local,S3Key=file://${folder}`;
    const made = [
      "--runtime",
      "nodejs22.x",
      "--handler",
      "index.handler",
      "--role",
      "arn:aws:iam::000000000000:role/r",
    ];
    const created = await answer("create-function", "--function-name", "local", ...made, "--code", code);
    assert.equal(created["CodeSize"], 0);
  });
});
