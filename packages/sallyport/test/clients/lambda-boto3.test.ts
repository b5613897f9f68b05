/** boto3 of the machine's Python: every operation of the Lambda API that is served. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { operations } from "../../src/services/lambda/operations.ts";
import { startGateway } from "./gateway.ts";
import { clientEnvironment, installDebianPackage, programPath, run } from "./programs.ts";

const scenario = join(import.meta.dirname, "lambda-scenario.py");
const TIMEOUT_MS = 120_000;

async function pythonWithBoto3(): Promise<string> {
  const python = programPath("python3");
  const options = { env: process.env, timeoutMs: TIMEOUT_MS };
  if (python && (await run(python, ["-c", "import boto3"], options)).code === 0) return python;
  installDebianPackage("python3-boto3");
  return "/usr/bin/python3";
}

it("boto3 uses every operation of the Lambda API that is served", async () => {
  const python = await pythonWithBoto3();
  const folder = mkdtempSync(join(tmpdir(), "sallyport-lambda-boto3-"));
  const gateway = await startGateway();
  try {
    const env = clientEnvironment(gateway.admin, folder);
    const { code, stdout, stderr } = await run(python, [scenario], { env, timeoutMs: TIMEOUT_MS });
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const { called, known } = JSON.parse(stdout) as { readonly called: string[]; readonly known: string[] };
    const served = Object.keys(operations).filter((operation) => known.includes(operation));
    assert.ok(served.length >= 30, "boto3 knows the service");
    assert.deepEqual(called, served.toSorted());
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await gateway.stop();
  }
});
