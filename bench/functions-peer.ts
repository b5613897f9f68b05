/** serverless-offline, from a folder where it and the Serverless Framework 3 (the last one without a login) are installed. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

export interface Peer {
  readonly authority: string;
  stop(): Promise<void>;
}

const READY_MS = 60_000;

/** Serves `GET /nothing` with the code of an `index.js`. */
export async function startServerlessOffline(installed: string, folder: string, code: string): Promise<Peer> {
  const service = join(folder, "serverless-offline");
  mkdirSync(service);
  symlinkSync(resolve(installed, "node_modules"), join(service, "node_modules"));
  writeFileSync(join(service, "index.js"), code);
  writeFileSync(join(service, "serverless.yml"), SERVICE);
  const [http, lambda, alb] = [await freePort(), await freePort(), await freePort()];
  const ports = ["--httpPort", String(http), "--lambdaPort", String(lambda), "--albPort", String(alb)];
  const program = join(service, "node_modules/serverless/bin/serverless.js");
  const child = spawn(process.execPath, [program, "offline", "start", ...ports], {
    cwd: service,
    env: { ...process.env, SLS_TELEMETRY_DISABLED: "1", SLS_NOTIFICATIONS_MODE: "off" },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await ready(child);
  return {
    authority: `localhost:${http}`,
    stop: async () => {
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}

const SERVICE = `service: bench
frameworkVersion: "3"
provider: { name: aws, runtime: nodejs20.x }
plugins: [serverless-offline]
functions:
  nothing: { handler: index.handler, events: [{ httpApi: "GET /nothing" }] }
`;

async function ready(child: ChildProcess): Promise<void> {
  const late = setTimeout(() => child.kill("SIGKILL"), READY_MS);
  const said: string[] = [];
  for await (const line of createInterface({ input: child.stderr as NodeJS.ReadableStream })) {
    said.push(line);
    if (!line.includes("Server ready")) continue;
    clearTimeout(late);
    child.stderr?.resume();
    return;
  }
  throw new Error(`serverless-offline did not start:\n${said.join("\n")}`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
