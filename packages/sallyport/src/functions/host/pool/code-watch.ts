import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Tells that something in a folder changed. */
export interface CodeWatch {
  close(): void;
}

/** Not looked into: large, and not what a developer edits. A change there needs a restart (docs/functions.md). */
const LEFT_OUT = new Set(["node_modules", "__pycache__", ".git", ".venv"]);
/** Folders with a watch of their own. More are not watched: the system's own limit is near. Our choice. */
const MAX_FOLDERS = 2_000;

/** `onChange` may come several times for one change. A folder that can not be watched is told by `onProblem`. */
export function watchCode(folder: string, onChange: () => void, onProblem: (error: Error) => void): CodeWatch {
  // Linux has no watch of a whole tree; there one that is made of many also opens one for each file.
  const tree = process.platform === "linux" ? new FolderTree(onChange, onProblem) : undefined;
  if (tree) {
    tree.add(folder);
    return tree;
  }
  return wholeTree(folder, onChange, onProblem);
}

function wholeTree(folder: string, onChange: () => void, onProblem: (error: Error) => void): CodeWatch {
  try {
    const watcher = watch(folder, { recursive: true, persistent: false }, (_, name) => {
      if (!isLeftOut(name)) onChange();
    });
    return watcher.on("error", onProblem);
  } catch (error) {
    onProblem(error as Error);
    return { close: () => undefined };
  }
}

class FolderTree implements CodeWatch {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onChange: () => void;
  readonly #onProblem: (error: Error) => void;

  constructor(onChange: () => void, onProblem: (error: Error) => void) {
    this.#onChange = onChange;
    this.#onProblem = onProblem;
  }

  add(folder: string): void {
    if (this.#watchers.has(folder) || this.#watchers.size >= MAX_FOLDERS) return;
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => this.#onEvent(folder, name));
      watcher.on("error", () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
      // After the watch has begun: what is made meanwhile is seen by one of the two.
      for (const name of foldersIn(folder)) this.add(join(folder, name));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#onProblem(error as Error);
      this.#drop(folder);
    }
  }

  close(): void {
    for (const folder of this.#watchers.keys()) this.#drop(folder);
  }

  #onEvent(folder: string, name: string | null): void {
    if (isLeftOut(name)) return;
    this.#onChange();
    for (const known of this.#watchers.keys()) if (known.startsWith(`${folder}/`)) this.#dropMissing(known);
    if (this.#watchers.has(folder)) this.#addNew(folder);
  }

  #addNew(folder: string): void {
    try {
      for (const name of foldersIn(folder)) this.add(join(folder, name));
    } catch {
      // The folder itself is gone.
      this.#drop(folder);
    }
  }

  #dropMissing(folder: string): void {
    try {
      readdirSync(folder);
    } catch {
      this.#drop(folder);
    }
  }

  #drop(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }
}

function foldersIn(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() && !LEFT_OUT.has(entry.name) ? [entry.name] : [],
  );
}

function isLeftOut(name: string | null): boolean {
  return name !== null && name.split(/[/\\]/).some((part) => LEFT_OUT.has(part));
}
