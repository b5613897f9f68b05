/** Load on a proxy: wrk, or our own client where there is no wrk. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { LOAD_CORE } from "./process-figures.ts";

export interface Load {
  /** `HOST:PORT` of the proxy. */
  readonly authority: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  /** Asked for in turn. */
  readonly paths: readonly string[];
  readonly connections: number;
  readonly seconds: number;
}

export interface LoadFigures {
  readonly requests: number;
  readonly seconds: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Puts load on a proxy. Rejects when anything but 200 came back. */
export type Loader = (load: Load) => Promise<LoadFigures>;

/** What both clients print: requests, seconds, p50 and p99 in ms, answers that were none or not 200. */
const RESULT = /^RESULT (\S+) (\S+) (\S+) (\S+) (\S+)$/m;

export function wrk(folder: string): Loader {
  return async ({ authority, headers, paths, connections, seconds }) => {
    const script = join(folder, "load.lua");
    writeFileSync(script, luaScript(headers, paths));
    const flags = ["-t1", `-c${connections}`, `-d${seconds}s`, "-s", script, `http://${authority}/`];
    return run("taskset", ["--cpu-list", String(LOAD_CORE), "wrk", ...flags]);
  };
}

function luaScript(headers: Readonly<Record<string, string>>, paths: readonly string[]): string {
  const table = Object.entries(headers).map(([name, value]) => `[${JSON.stringify(name)}]=${JSON.stringify(value)}`);
  return `
local requests, next = {}, 0
local paths = {${paths.map((path) => JSON.stringify(path)).join(",")}}
function init()
  for at, path in ipairs(paths) do
    requests[at] = wrk.format("GET", path, {${table.join(",")}})
  end
end
function request()
  next = next % #requests + 1
  return requests[next]
end
function done(summary, latency)
  local e = summary.errors
  io.write(string.format("RESULT %d %f %f %f %d\\n", summary.requests, summary.duration / 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
    e.connect + e.read + e.write + e.status + e.timeout))
end
`;
}

/** Slower than wrk, so that figures per second are the client's rather than the proxy's. CPU time is the proxy's all the same. */
export function ownClient(): Loader {
  const program = join(import.meta.dirname, "raw-load.ts");
  return (load) => run("taskset", ["--cpu-list", String(LOAD_CORE), process.execPath, program, JSON.stringify(load)]);
}

async function run(program: string, parameters: readonly string[]): Promise<LoadFigures> {
  const child = spawn(program, parameters, { stdio: ["ignore", "pipe", "inherit"] });
  const kill = (): void => void child.kill("SIGKILL");
  process.once("exit", kill);
  const [output] = await Promise.all([text(child.stdout), once(child, "exit")]);
  process.off("exit", kill);
  const [, requests, seconds, p50Ms, p99Ms, failed] = RESULT.exec(output)?.map(Number) ?? [];
  if (requests === undefined || seconds === undefined || p50Ms === undefined || p99Ms === undefined) {
    throw new Error(`the load client ended without figures: ${output}`);
  }
  if (failed !== 0) throw new Error(`${failed} of ${requests} requests were not answered with 200`);
  return { requests, seconds, p50Ms, p99Ms };
}
