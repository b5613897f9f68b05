import { posix } from "node:path";
import type { Entry, ZipFile } from "yauzl";
import { CodeError } from "./code-error.ts";

/** AWS Lambda Developer Guide, "Lambda quotas": a deployment package in a call, and unpacked, layers included. */
export const MAX_ARCHIVE_BYTES = 52_428_800;
export const MAX_UNPACKED_BYTES = 262_144_000;
/** More is a mistake or an attack. Our choice. */
const MAX_ENTRIES = 100_000;
/** What file systems take. */
const MAX_SEGMENT_BYTES = 255;
const MAX_PATH_BYTES = 2048;
const MAX_LINK_BYTES = 1024;

/** Real text (observed). What exactly is wrong comes behind it: our choice. */
const NOT_UNPACKABLE = "Could not unzip uploaded file. Please check your file, then try to upload again.";

/** One thing of an archive, its name checked: relative, normalised, within the archive. */
export interface ArchiveItem {
  readonly path: string;
  readonly kind: "file" | "folder" | "link";
  readonly executable: boolean;
  readonly entry: Entry;
}

export interface Archive {
  readonly zip: ZipFile;
  readonly items: readonly ArchiveItem[];
  readonly files: number;
  readonly bytes: number;
}

/** Reads and checks an archive's directory; nothing is unpacked. Throws CodeError. */
export async function readArchive(bytes: Uint8Array): Promise<Archive> {
  if (bytes.byteLength === 0) throw new CodeError("Uploaded file must be a non-empty zip");
  if (bytes.byteLength > MAX_ARCHIVE_BYTES) {
    throw new CodeError(`Zipped size must be smaller than ${MAX_ARCHIVE_BYTES} bytes`);
  }
  // Loaded with the first archive: a start does not need it.
  const { fromBufferPromise } = await import("yauzl");
  const items: ArchiveItem[] = [];
  let zip: ZipFile;
  try {
    zip = await fromBufferPromise(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { lazyEntries: true });
    if (zip.entryCount > MAX_ENTRIES) throw unpackable(`it holds more than ${MAX_ENTRIES} entries`);
    for await (const entry of zip.eachEntry()) items.push(itemOf(entry));
  } catch (error) {
    throw asCodeError(error);
  }
  if (items.length === 0) throw new CodeError("Uploaded file must be a non-empty zip");
  const unpacked = items.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0);
  if (unpacked > MAX_UNPACKED_BYTES) {
    throw new CodeError(`Unzipped size must be smaller than ${MAX_UNPACKED_BYTES} bytes`);
  }
  refuseClashes(items);
  return { zip, items, files: items.filter(({ kind }) => kind !== "folder").length, bytes: unpacked };
}

/** The bytes of an item. They are as many as its directory entry says, or it throws CodeError. */
export async function itemBytes({ zip }: Archive, { entry, path }: ArchiveItem): Promise<AsyncIterable<Uint8Array>> {
  try {
    return await zip.openReadStreamPromise(entry);
  } catch (error) {
    throw asCodeError(error, path);
  }
}

/** What broke off while unpacking is the archive's fault, except what the file system said. */
export function asCodeError(error: unknown, path?: string): unknown {
  if (error instanceof CodeError || isSystemError(error)) return error;
  const detail = error instanceof Error ? error.message : String(error);
  return unpackable(path === undefined ? detail : `${path}: ${detail}`, error);
}

export function unpackable(detail: string, cause?: unknown): CodeError {
  return new CodeError(`${NOT_UNPACKABLE} (${detail})`, cause === undefined ? undefined : { cause });
}

function isSystemError(error: unknown): boolean {
  return error instanceof Error && "syscall" in error;
}

const UNIX_HOSTS = new Set([3, 19]);
const TYPE_MASK = 0o170_000;
const TYPES = new Map<number, ArchiveItem["kind"]>([
  [0, "file"],
  [0o100_000, "file"],
  [0o040_000, "folder"],
  [0o120_000, "link"],
]);

function itemOf(entry: Entry): ArchiveItem {
  const { fileName } = entry;
  const path = checkedPath(fileName);
  if (entry.isEncrypted()) throw unpackable(`${path} is encrypted`);
  if (!entry.canDecodeFileData()) throw unpackable(`${path} is compressed with method ${entry.compressionMethod}`);
  const unix = UNIX_HOSTS.has(entry.versionMadeBy >>> 8);
  const mode = unix ? entry.externalFileAttributes >>> 16 : 0;
  const kind = fileName.endsWith("/") ? "folder" : TYPES.get(mode & TYPE_MASK);
  if (kind === undefined) throw unpackable(`${path} is neither a file, a folder nor a link`);
  // The archive's own folder, which is there already.
  if (path === "." && kind !== "folder") throw unpackable(`invalid name ${JSON.stringify(fileName)}`);
  if (kind === "link" && entry.uncompressedSize > MAX_LINK_BYTES) throw unpackable(`the link ${path} is too long`);
  return { path, kind, executable: (mode & 0o111) !== 0, entry };
}

/** The reader refuses absolute names and `..` already; file systems have further rules. */
function checkedPath(name: string): string {
  const path = posix.normalize(name).replace(/\/$/, "");
  const segments = path.split("/");
  if (name.includes("\0") || segments.includes("..") || path === "" || posix.isAbsolute(path)) {
    throw unpackable(`invalid name ${JSON.stringify(name.slice(0, 200))}`);
  }
  const long = segments.some((segment) => Buffer.byteLength(segment) > MAX_SEGMENT_BYTES);
  if (long || Buffer.byteLength(path) > MAX_PATH_BYTES) {
    throw unpackable(`the name ${JSON.stringify(name.slice(0, 200))} is too long`);
  }
  return path;
}

/** No name twice, and nothing inside of what is no folder: a later entry must not write through an earlier one. */
function refuseClashes(items: readonly ArchiveItem[]): void {
  const kinds = new Map<string, ArchiveItem["kind"]>();
  for (const { path, kind } of items) {
    if (path === ".") continue;
    const known = kinds.get(path);
    if (known !== undefined && !(known === "folder" && kind === "folder")) throw unpackable(`${path} is there twice`);
    kinds.set(path, kind);
  }
  for (const path of kinds.keys()) {
    for (let parent = posix.dirname(path); parent !== "."; parent = posix.dirname(parent)) {
      const kind = kinds.get(parent);
      if (kind !== undefined && kind !== "folder")
        throw unpackable(`${path} is inside of ${parent}, which is a ${kind}`);
    }
  }
}
