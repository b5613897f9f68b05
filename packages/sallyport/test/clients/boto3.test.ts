/** boto3 of the machine's Python against a gateway: every resource type in one process. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { it } from "node:test";
import { openBackend } from "./backend.ts";
import { startGateway } from "./gateway.ts";
import { clientEnvironment, installDebianPackage, programPath, run } from "./programs.ts";

const scenario = join(import.meta.dirname, "boto3-scenario.py");
const TIMEOUT_MS = 120_000;
const SYSTEM_PYTHON = "/usr/bin/python3";

/** Operations of developer portals, which are not served in this version. */
const PORTAL = /Portal|ProductPage|ProductRestEndpointPage/;

async function pythonWithBoto3(): Promise<string> {
  const options = { env: process.env, timeoutMs: TIMEOUT_MS };
  const python = programPath("python3");
  if (python && (await run(python, ["-c", "import boto3"], options)).code === 0) return python;
  installDebianPackage("python3-boto3");
  return SYSTEM_PYTHON;
}

it("boto3 manages every resource type, and calls every operation that it knows", async () => {
  const python = await pythonWithBoto3();
  const folder = mkdtempSync(join(tmpdir(), "sallyport-boto3-"));
  const [gateway, backend] = await Promise.all([
    startGateway({ flags: ["--vpc-link-delay-ms", "100"] }),
    openBackend(),
  ]);
  try {
    const { code, stdout, stderr } = await run(python, [scenario, gateway.http, backend.url], {
      env: clientEnvironment(gateway.admin, folder),
      timeoutMs: TIMEOUT_MS,
    });
    assert.equal(code, 0, `${stdout}\n${stderr}`);
    const { called, known } = JSON.parse(stdout) as { readonly called: string[]; readonly known: string[] };
    assert.ok(known.length >= 60, "boto3 knows the service");
    assert.deepEqual(
      known.filter((operation) => !called.includes(operation) && !PORTAL.test(operation)),
      [],
      "operations that boto3 knows and the scenario did not call",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await Promise.all([gateway.stop(), backend.close()]);
  }
});
