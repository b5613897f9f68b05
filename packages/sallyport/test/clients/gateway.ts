/** A real gateway, started the way a user starts it: as a program of its own, on ports that the system chooses. */
import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";

const launcher = join(import.meta.dirname, "../../../../node_modules/.bin/sallyport");
const READY_DEADLINE_MS = 60_000;
const STOP_DEADLINE_MS = 30_000;

export interface GatewayOptions {
  /** Further flags of `sallyport start`. */
  readonly flags?: readonly string[];
  /** A data folder that outlives the gateway; default: one of its own, removed when it stops. */
  readonly data?: string;
}

export interface Gateway {
  /** `http://HOST:PORT` of the admin listener. */
  readonly admin: string;
  /** `HOST:PORT` of the edge. */
  readonly http: string;
  readonly pid: number;
  /** From spawn to the ready line. */
  readonly readyMs: number;
  stderr(): string;
  /** SIGTERM; expects exit code 0 and no error in the log. */
  stop(): Promise<void>;
}

export async function startGateway({ flags = [], data }: GatewayOptions = {}): Promise<Gateway> {
  const folder = data ?? mkdtempSync(join(tmpdir(), "sallyport-clients-"));
  const listeners = ["--admin", "127.0.0.1:0", "--http", "127.0.0.1:0"];
  const from = performance.now();
  const child = spawn(launcher, ["start", ...listeners, "--data", folder, "--log-format", "json", ...flags], {
    stdio: ["ignore", "pipe", "pipe"],
    env: environmentWithoutSettings(),
  });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const exited = once(child, "exit");
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
  const addresses = await readyLine(child, exited).catch((error: unknown) => {
    kill();
    throw new Error(`${(error as Error).message}\n${stderr}`, { cause: error });
  });
  return {
    ...addresses,
    pid: child.pid ?? 0,
    readyMs: performance.now() - from,
    stderr: () => stderr,
    stop: async () => {
      const late = setTimeout(kill, STOP_DEADLINE_MS);
      child.kill("SIGTERM");
      const [code, signal] = await exited;
      clearTimeout(late);
      process.off("exit", kill);
      if (data === undefined) rmSync(folder, { recursive: true, force: true });
      assert.equal(code, 0, `the gateway ended with code ${code}, signal ${signal}:\n${stderr}`);
      assert.deepEqual(errorsIn(stderr), [], "the gateway logged errors");
    },
  };
}

/** What the caller's shell configures must not reach the gateway under test. */
function environmentWithoutSettings(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SALLYPORT|AWS)_/.test(name)));
}

async function readyLine(child: ChildProcess, exited: Promise<unknown[]>): Promise<{ admin: string; http: string }> {
  assert.ok(child.stdout);
  const lines = createInterface({ input: child.stdout });
  const ready = new Promise<{ admin: string; http: string }>((resolve) => {
    lines.on("line", (line) => {
      const match = /^sallyport ready admin=(\S+) http=(\S+)/.exec(line);
      if (match) resolve({ admin: `http://${match[1]}`, http: match[2] ?? "" });
    });
  });
  const early = exited.then(([code, signal]) => {
    throw new Error(`the gateway ended before it was ready: code ${String(code)}, signal ${String(signal)}`);
  });
  const deadline = AbortSignal.timeout(READY_DEADLINE_MS);
  const late = once(deadline, "abort").then(() => {
    throw new Error(`the gateway was not ready within ${READY_DEADLINE_MS} ms`);
  });
  return Promise.race([ready, early, late]);
}

function errorsIn(stderr: string): readonly string[] {
  return stderr.split("\n").filter((line) => {
    if (!line.startsWith("{")) return false;
    const { level } = JSON.parse(line) as { level: unknown };
    return level === "error" || level === "fatal" || (typeof level === "number" && level >= 50);
  });
}
