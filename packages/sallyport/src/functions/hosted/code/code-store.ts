import { createHash, randomUUID } from "node:crypto";
import { lstat, mkdir, open, readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { CodeReference } from "../../../model/function-documents.ts";
import { type Archive, readArchive } from "./archive.ts";
import { unpack } from "./unpack.ts";

type ArchiveReference = Extract<CodeReference, { readonly Kind: "archive" }>;

/** How long what nothing refers to stays: an upload is there before the document that names it. Our choice. */
const UNREFERENCED_MS = 60 * 60 * 1000;

/** The code is not on this machine: a node of a cluster has what was uploaded through it. */
export class CodeMissingError extends Error {
  override readonly name = "CodeMissingError";
}

/**
 * Code of functions and layers in a folder: `archives/{sha256}.zip` as uploaded, `unpacked/{sha256}/` as functions see
 * it, `incoming/` what is not whole yet. Everything appears by a rename, so that it is whole or not there.
 */
export class CodeStore {
  readonly #root: string;
  readonly #nowMs: () => number;
  /** Unpacked folders that were looked at since the start. */
  readonly #checked = new Map<string, Promise<string>>();

  constructor(root: string, nowMs: () => number = Date.now) {
    this.#root = root;
    this.#nowMs = nowMs;
  }

  /** Keeps an archive. Throws CodeError for one that can not be taken. */
  async put(bytes: Uint8Array): Promise<ArchiveReference> {
    const { reference, archive } = await this.#read(bytes);
    // Unpacked first: only then it is known that the archive holds what its directory says.
    if (!(await this.#whole(reference))) await this.#unpack(archive, reference);
    const target = this.archivePath(reference);
    if (await exists(target)) await touch(target, this.#nowMs());
    else await this.#write(bytes, target);
    return reference;
  }

  /** What `put` would answer, without keeping anything. */
  async check(bytes: Uint8Array): Promise<ArchiveReference> {
    return (await this.#read(bytes)).reference;
  }

  async #read(bytes: Uint8Array): Promise<{ archive: Archive; reference: ArchiveReference }> {
    const archive = await readArchive(bytes);
    const Sha256 = createHash("sha256").update(bytes).digest("hex");
    const { files: Files, bytes: UnpackedBytes } = archive;
    return { archive, reference: { Kind: "archive", Sha256, Size: bytes.byteLength, Files, UnpackedBytes } };
  }

  /** The folder of unpacked code, unpacked again where it is not whole. Throws CodeMissingError. */
  async folder(code: CodeReference): Promise<string> {
    if (code.Kind === "folder") return code.Path;
    const known = this.#checked.get(code.Sha256);
    if (known) return known;
    const checking = this.#ensure(code);
    this.#checked.set(code.Sha256, checking);
    checking.catch(() => this.#checked.delete(code.Sha256));
    return checking;
  }

  archivePath({ Sha256 }: ArchiveReference): string {
    return join(this.#root, "archives", `${Sha256}.zip`);
  }

  /** Removes what none of these refers to and nobody uploaded just now. Returns how many archives went. */
  async collect(referenced: ReadonlySet<string>): Promise<number> {
    const before = this.#nowMs() - UNREFERENCED_MS;
    let removed = 0;
    const archives = (await namesIn(join(this.#root, "archives"))).map((name) => name.replace(/\.zip$/, ""));
    for (const sha256 of new Set([...archives, ...(await namesIn(join(this.#root, "unpacked")))])) {
      const archive = join(this.#root, "archives", `${sha256}.zip`);
      const unpacked = join(this.#root, "unpacked", sha256);
      const fresh = !(await olderThan(archive, before)) || !(await olderThan(unpacked, before));
      if (referenced.has(sha256) || fresh) continue;
      await rm(unpacked, { recursive: true, force: true });
      await rm(archive, { force: true });
      this.#checked.delete(sha256);
      removed += 1;
    }
    for (const name of await namesIn(join(this.#root, "incoming"))) {
      const path = join(this.#root, "incoming", name);
      if (await olderThan(path, before)) await rm(path, { recursive: true, force: true });
    }
    return removed;
  }

  async #ensure(code: ArchiveReference): Promise<string> {
    if (!(await this.#whole(code))) await this.#unpack(await readArchive(await this.#bytes(code)), code);
    return this.#unpackedPath(code);
  }

  async #bytes(code: ArchiveReference): Promise<Uint8Array> {
    try {
      return await readFile(this.archivePath(code));
    } catch (cause) {
      if (!isMissing(cause)) throw cause;
      throw new CodeMissingError(`the code ${code.Sha256} is not on this machine`, { cause });
    }
  }

  #unpackedPath({ Sha256 }: ArchiveReference): string {
    return join(this.#root, "unpacked", Sha256);
  }

  /** A machine that lost its power may have lost files that were written a moment before. */
  async #whole(code: ArchiveReference): Promise<boolean> {
    const { files, bytes } = await sizeOf(this.#unpackedPath(code));
    return files >= code.Files && bytes >= code.UnpackedBytes;
  }

  async #unpack(archive: Archive, code: ArchiveReference): Promise<void> {
    const incoming = await this.#incoming();
    const target = this.#unpackedPath(code);
    try {
      await unpack(archive, incoming);
      await mkdir(join(this.#root, "unpacked"), { recursive: true });
      await rm(target, { recursive: true, force: true });
      await rename(incoming, target);
    } catch (error) {
      await rm(incoming, { recursive: true, force: true });
      // Another call has unpacked the same code in the meantime.
      if (isTaken(error) && (await this.#whole(code))) return;
      throw error;
    }
  }

  async #write(bytes: Uint8Array, target: string): Promise<void> {
    const incoming = await this.#incoming();
    await mkdir(join(this.#root, "archives"), { recursive: true });
    const file = await open(incoming, "wx", 0o600);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(incoming, target);
  }

  async #incoming(): Promise<string> {
    const folder = join(this.#root, "incoming");
    await mkdir(folder, { recursive: true });
    return join(folder, randomUUID());
  }
}

async function sizeOf(folder: string): Promise<{ files: number; bytes: number }> {
  let files = 0;
  let bytes = 0;
  try {
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue;
      files += 1;
      // A link counts with the length of its target, as in the archive.
      bytes += (await lstat(join(entry.parentPath, entry.name))).size;
    }
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  return { files, bytes };
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await timeOf(path)) !== undefined;
}

async function olderThan(path: string, timeMs: number): Promise<boolean> {
  return ((await timeOf(path)) ?? -Infinity) < timeMs;
}

async function timeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function touch(path: string, nowMs: number): Promise<void> {
  await utimes(path, nowMs / 1000, nowMs / 1000);
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}

const isMissing = (error: unknown): boolean => codeOf(error) === "ENOENT";
const isTaken = (error: unknown): boolean => ["ENOTEMPTY", "EEXIST"].includes(codeOf(error) ?? "");
