/** Puts in place what processes of a version need: code and layers where the functions' user can read them. */
import { constants } from "node:fs";
import { chmod, cp, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionDefinition } from "../../function-host.ts";
import type { FunctionUser, HostSettings } from "../host-options.ts";
import { unreachablePart } from "../process/isolation.ts";
import type { PreparedFunction } from "../process/launch.ts";
import { runtimeOf } from "../process/runtimes.ts";

export type Preparation =
  | { readonly kind: "ready"; readonly prepared: PreparedFunction; readonly dispose: () => Promise<void> }
  | { readonly kind: "unsupported" | "no-entrypoint"; readonly detail: string };

export interface PreparationFacts {
  readonly settings: HostSettings;
  /** The host's own folder. */
  readonly folder: string;
  readonly placed: PlacedRuntimes;
}

/** Our own runtimes and Node.js, where the functions' user can read them. */
export interface PlacedRuntimes {
  readonly runtimeFolder: string;
  readonly nodeProgram: string;
}

const READ_ALL = 0o444;
const ENTER_ALL = 0o111;
const OWNER_RUNS = 0o100;
let copies = 0;

/** Never rejects. */
export async function prepare(definition: FunctionDefinition, facts: PreparationFacts): Promise<Preparation> {
  const made: string[] = [];
  const dispose = async (): Promise<void> => {
    await Promise.all(made.map((path) => rm(path, { recursive: true, force: true })));
  };
  try {
    return await inPlace(definition, facts, made, dispose);
  } catch (error) {
    await dispose();
    return { kind: "unsupported", detail: `${definition.name} can not be put in place: ${(error as Error).message}` };
  }
}

async function inPlace(
  definition: FunctionDefinition,
  { settings, folder, placed }: PreparationFacts,
  made: string[],
  dispose: () => Promise<void>,
): Promise<Preparation> {
  const { user } = settings;
  const copied = async (name: string, sources: readonly string[]): Promise<string> => {
    const target = join(folder, `${name}-${(copies += 1)}`);
    made.push(target);
    await mkdir(target, { mode: 0o755 });
    // In order: a later one replaces what an earlier one has.
    for (const source of sources) await cp(source, target, { recursive: true, force: true, verbatimSymlinks: true });
    await openToAll(target);
    return target;
  };
  const isOpen = unreachablePart(definition.codeFolder, user) === undefined;
  const codeFolder = isOpen ? definition.codeFolder : await copied("code", [definition.codeFolder]);
  const layerFolder = await layersOf(definition.layerFolders, user, copied);
  const debugPort = settings.debugPort(definition);
  const runtime = await runtimeOf({ definition, codeFolder, layerFolder, ...placed, user, debugPort });
  if (runtime.kind === "unsupported" || runtime.kind === "no-entrypoint") {
    await dispose();
    return runtime;
  }
  const environment = settings.environment(definition);
  const { runtimeFolder } = placed;
  const prepared = { ...runtime, definition, codeFolder, layerFolder, runtimeFolder, debugPort, environment };
  return { kind: "ready", prepared, dispose };
}

/** One readable layer is used where it is; several become one folder, as the real service merges them under `/opt`. */
async function layersOf(
  layers: readonly string[],
  user: FunctionUser,
  copied: (name: string, sources: readonly string[]) => Promise<string>,
): Promise<string | undefined> {
  const [only] = layers;
  if (only === undefined) return undefined;
  if (layers.length === 1 && unreachablePart(only, user) === undefined) return only;
  return copied("layers", layers);
}

/** Where they are installed, or copies when the functions' user can not reach them there. */
export async function placedRuntimes(
  installed: PlacedRuntimes,
  folder: string,
  user: FunctionUser,
): Promise<PlacedRuntimes> {
  const { runtimeFolder, nodeProgram } = installed;
  return {
    runtimeFolder: await reachable(runtimeFolder, join(folder, "runtimes"), user),
    nodeProgram: await reachable(nodeProgram, join(folder, "node"), user),
  };
}

async function reachable(source: string, target: string, user: FunctionUser): Promise<string> {
  if (unreachablePart(source, user) === undefined) return source;
  // A file system that can shares the bytes: Node.js is large.
  await cp(source, target, { recursive: true, mode: constants.COPYFILE_FICLONE });
  await openToAll(target);
  return target;
}

/** A folder with all that is in it, or a file. */
async function openToAll(folder: string): Promise<void> {
  const isFolder = (await lstat(folder)).isDirectory();
  const entries = isFolder ? await readdir(folder, { recursive: true, withFileTypes: true }) : [];
  for (const path of [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))]) {
    const { mode } = await lstat(path);
    const isLink = (mode & 0o170000) === 0o120000;
    const runs = (mode & OWNER_RUNS) === 0 ? 0 : ENTER_ALL;
    if (!isLink) await chmod(path, (mode & 0o7777) | READ_ALL | runs);
  }
}
