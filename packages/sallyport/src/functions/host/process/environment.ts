/**
 * The environment of a function's process: nothing of the gateway's own. AWS Lambda Developer Guide, "Using Lambda environment
 * variables": the defined ones, with folders of this machine for `/var/task`, `/var/runtime` and `/opt`.
 */
import { delimiter, dirname, join } from "node:path";
import type { FunctionDefinition } from "../../function-host.ts";

export interface EnvironmentFacts {
  readonly definition: FunctionDefinition;
  /** What stands for `/var/task`. */
  readonly codeFolder: string;
  /** What stands for `/opt`; undefined without layers. */
  readonly layerFolder: string | undefined;
  readonly runtimeFolder: string;
  /** The interpreter; undefined for `provided.*`. */
  readonly program: string | undefined;
  readonly logGroup: string;
  readonly logStream: string;
  readonly temporaryFolder: string;
  /** `HOST:PORT`; undefined for a runtime with a private channel. */
  readonly runtimeApi: string | undefined;
  readonly more: Readonly<Record<string, string>>;
}

const SYSTEM_PATH = ["/usr/local/bin", "/usr/bin", "/bin"];
const NODE_VERSION = /^nodejs(\d+)\.x$/;

export function processEnvironment(facts: EnvironmentFacts): Record<string, string> {
  return { ...replaceable(facts), ...facts.more, ...facts.definition.environment, ...reserved(facts) };
}

/** What a function's configuration may set to something else. */
function replaceable({ definition, codeFolder, layerFolder, program, ...facts }: EnvironmentFacts) {
  const layers = layerFolder === undefined ? [] : [layerFolder];
  const within = (...parts: string[]): string[] => layers.map((layer) => join(layer, ...parts));
  const interpreter = program === undefined ? [] : [dirname(program)];
  return {
    LANG: "en_US.UTF-8",
    TZ: ":UTC",
    PATH: joined([...interpreter, ...SYSTEM_PATH, ...within("bin")]),
    LD_LIBRARY_PATH: joined([codeFolder, join(codeFolder, "lib"), ...within("lib")]),
    TMPDIR: facts.temporaryFolder,
    AWS_XRAY_CONTEXT_MISSING: "LOG_ERROR",
    ...runtimePath(definition, codeFolder, within),
  };
}

function runtimePath(
  { runtime }: FunctionDefinition,
  codeFolder: string,
  within: (...parts: string[]) => string[],
): Record<string, string> {
  const node = NODE_VERSION.exec(runtime)?.[1];
  if (node !== undefined) {
    const versioned = within("nodejs", `node${node}`, "node_modules");
    return { NODE_PATH: joined([...versioned, ...within("nodejs", "node_modules"), codeFolder]) };
  }
  if (!runtime.startsWith("python")) return {};
  const versioned = within("python", "lib", runtime, "site-packages");
  return { PYTHONPATH: joined([codeFolder, ...within("python"), ...versioned]) };
}

/** What a function can not set. */
function reserved({ definition, codeFolder, runtimeFolder, logGroup, logStream, runtimeApi }: EnvironmentFacts) {
  return {
    _HANDLER: definition.handler,
    AWS_REGION: definition.region,
    AWS_DEFAULT_REGION: definition.region,
    ...(definition.runtime.startsWith("provided") ? {} : { AWS_EXECUTION_ENV: `AWS_Lambda_${definition.runtime}` }),
    AWS_LAMBDA_FUNCTION_NAME: definition.name,
    AWS_LAMBDA_FUNCTION_VERSION: definition.version,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(definition.memoryMb),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    LAMBDA_TASK_ROOT: codeFolder,
    LAMBDA_RUNTIME_DIR: runtimeFolder,
    ...(runtimeApi === undefined ? {} : { AWS_LAMBDA_RUNTIME_API: runtimeApi }),
  };
}

function joined(folders: readonly string[]): string {
  return folders.join(delimiter);
}
