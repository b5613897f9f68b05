/** Puts in place what processes of a version need: code and layers where the functions' user can read them. */
import { chmod, cp, lstat, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { FunctionDefinition } from "../../function-host.ts";
import type { FunctionUser, HostSettings } from "../host-options.ts";
import { unreachablePart } from "../process/isolation.ts";
import type { PreparedFunction } from "../process/launch.ts";
import { closedTo, runtimeOf } from "../process/runtimes.ts";

export type Preparation =
  | { readonly kind: "ready"; readonly prepared: PreparedFunction; readonly dispose: () => Promise<void> }
  | { readonly kind: "unsupported"; readonly detail: string };

export interface PreparationFacts {
  readonly settings: HostSettings;
  /** The host's own folder. */
  readonly folder: string;
  /** Our own runtimes, where the functions' user can read them. */
  readonly runtimeFolder: string;
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
  { settings, folder, runtimeFolder }: PreparationFacts,
  made: string[],
  dispose: () => Promise<void>,
): Promise<Preparation> {
  const { user } = settings;
  const closed = unreachablePart(definition.codeFolder, user);
  if (closed !== undefined && definition.watched) {
    return { kind: "unsupported", detail: closedTo(closed, definition.codeFolder, user) };
  }
  const copied = async (name: string, sources: readonly string[]): Promise<string> => {
    const target = join(folder, `${name}-${(copies += 1)}`);
    made.push(target);
    await mkdir(target, { mode: 0o755 });
    // In order: a later one replaces what an earlier one has.
    for (const source of sources) await cp(source, target, { recursive: true, force: true, verbatimSymlinks: true });
    await openToAll(target);
    return target;
  };
  const codeFolder = closed === undefined ? definition.codeFolder : await copied("code", [definition.codeFolder]);
  const layerFolder = await layersOf(definition.layerFolders, user, copied);
  const debugPort = settings.debugPort(definition);
  const runtime = await runtimeOf({ definition, codeFolder, layerFolder, runtimeFolder, user, debugPort });
  if (runtime.kind === "unsupported") {
    await dispose();
    return runtime;
  }
  const environment = settings.environment(definition);
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

/** Our own runtimes: where they are installed, or a copy when the functions' user can not read them there. */
export async function placedRuntimes(source: string, folder: string, user: FunctionUser): Promise<string> {
  if (unreachablePart(source, user) === undefined) return source;
  const target = join(folder, "runtimes");
  await cp(source, target, { recursive: true });
  await openToAll(target);
  return target;
}

async function openToAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const path of [folder, ...entries.map((entry) => join(entry.parentPath, entry.name))]) {
    const { mode } = await lstat(path);
    const isLink = (mode & 0o170000) === 0o120000;
    const runs = (mode & OWNER_RUNS) === 0 ? 0 : ENTER_ALL;
    if (!isLink) await chmod(path, (mode & 0o7777) | READ_ALL | runs);
  }
}
