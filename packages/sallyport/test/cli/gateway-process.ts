/** Runs the program as a user would: the launcher, as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const launcher = join(import.meta.dirname, "../../bin/sallyport");

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GatewayProcess {
  readonly child: ChildProcess;
  readonly admin: string;
  readonly http: string;
  stderr(): string;
  readonly exited: Promise<Outcome>;
}

export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "sallyport-cli-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

function launch(parameters: readonly string[], environment: Record<string, string>) {
  const child = spawn(launcher, parameters, {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "", ...environment },
  });
  const output = { stdout: "", stderr: "" };
  child.stdout.setEncoding("utf8").on("data", (text: string) => (output.stdout += text));
  child.stderr.setEncoding("utf8").on("data", (text: string) => (output.stderr += text));
  const exited = new Promise<Outcome>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, ...output }));
  });
  return { child, output, exited };
}

/** Runs to the end. */
export function runProgram(parameters: readonly string[], environment: Record<string, string> = {}): Promise<Outcome> {
  return launch(parameters, environment).exited;
}

/** Starts a gateway on ports chosen by the system and waits until it is ready. */
export async function startGateway(
  data: string,
  parameters: readonly string[] = [],
  environment: Record<string, string> = {},
): Promise<GatewayProcess> {
  const all = ["start", "--admin", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", data, ...parameters];
  const { child, output, exited } = launch(all, environment);
  const ready = new Promise<RegExpExecArray>((resolve) => {
    child.stdout?.on("data", () => {
      const match = /^sallyport ready admin=(\S+)(?: http=(\S+))?.*\n/.exec(output.stdout);
      if (match) resolve(match);
    });
  });
  const outcome = await Promise.race([ready, exited]);
  if ("code" in outcome) throw new Error(`the gateway ended with ${outcome.code}: ${outcome.stderr}`);
  return {
    child,
    admin: `http://${outcome[1]}`,
    http: `http://${outcome[2]}`,
    stderr: () => output.stderr,
    exited,
  };
}

export async function stopGateway(gateway: GatewayProcess): Promise<Outcome> {
  gateway.child.kill("SIGTERM");
  return gateway.exited;
}
