import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { basename, join } from "node:path";

/** Tells that something in a folder changed. */
export interface CodeWatch {
  close(): void;
}

/** Not looked into: large, and not what a developer edits. A change there needs a restart (docs/functions.md). */
const LEFT_OUT = new Set(["node_modules", "__pycache__", ".git", ".venv"]);
/** Folders with a watch of their own. More are not watched: the system's own limit is near. Our choice. */
const MAX_FOLDERS = 2_000;
const RETRY_MS = 50;

/** `onChange` may come several times for one change. A folder that can not be watched is told by `onProblem`. */
export function watchCode(folder: string, onChange: () => void, onProblem: (error: Error) => void): CodeWatch {
  // Linux has no watch of a whole tree; there one that is made of many also opens one for each file.
  if (process.platform === "linux") return new FolderTree(folder, onChange, onProblem);
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
  readonly #root: string;
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onChange: () => void;
  readonly #onProblem: (error: Error) => void;
  #retry: NodeJS.Timeout | undefined;

  constructor(root: string, onChange: () => void, onProblem: (error: Error) => void) {
    this.#root = root;
    this.#onChange = onChange;
    this.#onProblem = onProblem;
    this.#add(root);
  }

  close(): void {
    clearTimeout(this.#retry);
    this.#drop(this.#root);
  }

  #add(folder: string): void {
    if (this.#watchers.size >= MAX_FOLDERS) return;
    try {
      const watcher = watch(folder, { persistent: false }, (type, name) => this.#onEvent(folder, type, name));
      watcher.on("error", () => this.#drop(folder));
      this.#watchers.set(folder, watcher);
      // After the watch has begun: what is made meanwhile is seen by one of the two.
      for (const name of foldersIn(folder)) this.#replace(join(folder, name));
    } catch (error) {
      this.#drop(folder);
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") this.#onProblem(error as Error);
      else if (folder === this.#root) this.#addLater();
    }
  }

  /** A build may remove the folder and make it again. */
  #addLater(): void {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => {
      this.#replace(this.#root);
      if (this.#watchers.has(this.#root)) this.#onChange();
    }, RETRY_MS).unref();
  }

  #onEvent(folder: string, type: string, name: string | null): void {
    if (isLeftOut(name)) return;
    this.#onChange();
    if (type !== "rename" || name === null) return;
    // A folder tells of its own end under its own name.
    if (folder === this.#root && name === basename(folder) && !isFolder(join(folder, name))) {
      return this.#replace(folder);
    }
    const path = join(folder, name);
    if (isFolder(path)) this.#replace(path);
    else this.#drop(path);
  }

  /** A folder that was removed and made again is another one to the system. */
  #replace(folder: string): void {
    this.#drop(folder);
    this.#add(folder);
  }

  /** With all below it. */
  #drop(folder: string): void {
    for (const [path, watcher] of this.#watchers) {
      if (path !== folder && !path.startsWith(`${folder}/`)) continue;
      watcher.close();
      this.#watchers.delete(path);
    }
  }
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Gone again, or closed to us: nothing to watch.
    return false;
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
