/** The back end, and the proxies to compare with: one process and one worker each, keep-alive on both sides, no log. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { pin } from "./process-figures.ts";

const READY_DEADLINE_MS = 10_000;
const KEPT_CONNECTIONS = 128;

/** The answer of the back end to everything. */
export const BODY = "a small answer, as an API would give it: 64 bytes of plain text..";

export interface Peer {
  readonly name: string;
  /** `HOST:PORT` */
  readonly authority: string;
  readonly pid: number;
  stop(): Promise<void>;
}

interface Launch {
  readonly name: string;
  readonly program: string;
  readonly core: number;
  readonly folder: string;
  /** Its configuration for a port. */
  readonly configuration: (port: number) => string;
  readonly parameters: (file: string) => readonly string[];
}

export function startBackend(folder: string, core: number): Promise<Peer> {
  const location = `location / { default_type text/plain; return 200 "${BODY}"; }`;
  return launch({ ...nginx("back end", folder, "", location), core });
}

export function startNginx(folder: string, core: number, backend: string): Promise<Peer> {
  const upstream = `upstream back { server ${backend}; keepalive ${KEPT_CONNECTIONS}; keepalive_requests 1000000; }`;
  const location = 'location / { proxy_pass http://back; proxy_http_version 1.1; proxy_set_header Connection ""; }';
  return launch({ ...nginx("nginx", folder, upstream, location), core });
}

function nginx(name: string, folder: string, upstream: string, location: string): Omit<Launch, "core"> {
  const file = name.replace(" ", "-");
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(
    (kind) => `${kind}_temp_path ${join(folder, `${file}-${kind}`)};`,
  );
  return {
    name,
    program: "nginx",
    folder,
    configuration: (port) => `
      daemon off; master_process off; worker_processes 1; pid ${join(folder, `${file}.pid`)}; error_log stderr crit;
      events { worker_connections 4096; }
      http {
        access_log off; keepalive_requests 100000000; ${paths.join(" ")} ${upstream}
        server { listen 127.0.0.1:${port}; ${location} }
      }`,
    parameters: (path) => ["-p", folder, "-e", "stderr", "-c", path],
  };
}

export function startHaproxy(folder: string, core: number, backend: string): Promise<Peer> {
  const configuration = (port: number): string => `
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 10s
  timeout client 60s
  timeout server 60s
  http-reuse always
frontend front
  bind 127.0.0.1:${port}
  default_backend back
backend back
  server one ${backend} pool-max-conn ${KEPT_CONNECTIONS}
`;
  return launch({
    name: "HAProxy",
    program: "haproxy",
    folder,
    core,
    configuration,
    parameters: (file) => ["-db", "-f", file],
  });
}

export function startCaddy(folder: string, core: number, backend: string): Promise<Peer> {
  const configuration = (port: number): string => `{
  admin off
  auto_https off
}
http://:${port} {
  bind 127.0.0.1
  reverse_proxy ${backend} {
    transport http {
      keepalive_idle_conns_per_host ${KEPT_CONNECTIONS}
    }
  }
}
`;
  const parameters = (file: string): readonly string[] => ["run", "--config", file, "--adapter", "caddyfile"];
  return launch({ name: "Caddy", program: "caddy", folder, core, configuration, parameters });
}

async function launch({ name, program, folder, core, configuration, parameters }: Launch): Promise<Peer> {
  const port = await freePort();
  const file = join(folder, `${name.replace(" ", "-")}.conf`);
  writeFileSync(file, configuration(port));
  const child = spawn(program, parameters(file), {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, PATH: `${process.env["PATH"]}:/usr/sbin`, HOME: folder, GOMAXPROCS: "1" },
  });
  let told = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (told = (told + text).slice(-2_000)));
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  await once(child, "spawn");
  pin(child.pid ?? 0, core);
  if (!(await answers(port, child))) throw new Error(`${name} does not start:\n${told}`);
  return {
    name,
    authority: `127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    stop: async () => {
      process.off("exit", kill);
      const exited = once(child, "exit");
      child.kill("SIGTERM");
      await exited;
    },
  };
}

/** These programs take no port 0. */
async function freePort(): Promise<number> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

async function answers(port: number, child: ChildProcess): Promise<boolean> {
  const deadline = performance.now() + READY_DEADLINE_MS;
  while (performance.now() < deadline && child.exitCode === null) {
    const socket = connect({ host: "127.0.0.1", port });
    const connected = await once(socket, "connect").then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (connected) return true;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return false;
}
