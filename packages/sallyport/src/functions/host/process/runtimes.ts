/** Which runtimes can run here, and with what. */
import { execFile } from "node:child_process";
import { realpathSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { FunctionDefinition } from "../../function-host.ts";
import type { FunctionUser } from "../host-options.ts";
import { isExecutable, unreachablePart } from "./isolation.ts";

/** `framed`: the private channel on descriptor 3; `http`: the Runtime API. */
export type Runtime =
  | { readonly kind: "framed" | "http"; readonly program: string | undefined; readonly command: readonly string[] }
  | { readonly kind: "unsupported"; readonly detail: string }
  /** The code has no program to start. */
  | { readonly kind: "no-entrypoint"; readonly detail: string };

export interface RuntimeFacts {
  readonly definition: FunctionDefinition;
  readonly codeFolder: string;
  readonly layerFolder: string | undefined;
  /** Folder of our own runtimes, where the function's user can read it. */
  readonly runtimeFolder: string;
  /** Our own Node.js, likewise. */
  readonly nodeProgram: string;
  readonly user: FunctionUser;
  readonly debugPort: number | undefined;
}

const SUPPORTED = "nodejs*.x, python3.* and provided.* run here";
const PYTHON_TIMEOUT_MS = 10_000;
/** Parts of the memory size that the heap of Node.js gets; the real runtime's (observed). */
const OLD_SPACE_PART = 0.9;
const SEMI_SPACE_PART = 0.05;

export async function runtimeOf(facts: RuntimeFacts): Promise<Runtime> {
  const { runtime } = facts.definition;
  if (/^nodejs\d+\.x$/.test(runtime)) return node(facts);
  if (/^python3\.\d+$/.test(runtime)) return python(facts);
  if (/^provided(\.\w+)?$/.test(runtime)) return provided(facts);
  return unsupported(`runtime ${runtime} can not run here: ${SUPPORTED}`);
}

function node({ definition, runtimeFolder, nodeProgram: program, debugPort }: RuntimeFacts): Runtime {
  const flags = [
    `--max-old-space-size=${Math.floor(definition.memoryMb * OLD_SPACE_PART)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(definition.memoryMb * SEMI_SPACE_PART))}`,
    "--disable-warning=ExperimentalWarning",
    ...(debugPort === undefined ? [] : ["--enable-source-maps", `--inspect=127.0.0.1:${debugPort}`]),
  ];
  return { kind: "framed", program, command: [program, ...flags, join(runtimeFolder, "node", "bootstrap.mjs")] };
}

async function python({ definition, runtimeFolder, user }: RuntimeFacts): Promise<Runtime> {
  const program = await pythonProgram(user);
  if (program === undefined) {
    return unsupported(`runtime ${definition.runtime} needs python3 in the PATH, where the functions' user can run it`);
  }
  return { kind: "http", program, command: [program, "-u", join(runtimeFolder, "python", "bootstrap.py")] };
}

/** AWS Lambda Developer Guide, "Building a custom runtime": `bootstrap` in the code, else in a layer. */
function provided({ codeFolder, layerFolder }: RuntimeFacts): Runtime {
  const folders = [codeFolder, ...(layerFolder === undefined ? [] : [layerFolder])];
  const program = folders.map((folder) => join(folder, "bootstrap")).find(isExecutable);
  if (program !== undefined) return { kind: "http", program: undefined, command: [program] };
  const places = folders.map((folder) => join(folder, "bootstrap")).join(" ");
  return { kind: "no-entrypoint", detail: `Couldn't find valid bootstrap(s): [${places}]` };
}

/** Found once for a user: the machine's Python does not come and go. */
const pythons = new Map<string, Promise<string | undefined>>();

function pythonProgram(user: FunctionUser): Promise<string | undefined> {
  const key = user === "own" ? "own" : `${user.uid}:${user.gid}`;
  const known = pythons.get(key) ?? findPython(user);
  pythons.set(key, known);
  return known;
}

/** The interpreter itself: version managers put scripts in the PATH that look for it at every start. */
async function findPython(user: FunctionUser): Promise<string | undefined> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  for (const candidate of folders.map((folder) => resolve(folder, "python3")).filter(isExecutable)) {
    const program = await interpreterOf(candidate);
    if (program !== undefined && unreachablePart(realpathSync(program), user) === undefined) return program;
  }
  return undefined;
}

async function interpreterOf(candidate: string): Promise<string | undefined> {
  try {
    const run = promisify(execFile);
    const { stdout } = await run(candidate, ["-c", "import sys; print(sys.executable)"], {
      timeout: PYTHON_TIMEOUT_MS,
    });
    return stdout.trim() || undefined;
  } catch {
    // Not a Python that works: the next one in the PATH may.
    return undefined;
  }
}

function unsupported(detail: string): Runtime {
  return { kind: "unsupported", detail };
}
