import { createWriteStream } from "node:fs";
import { mkdir, symlink } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { buffer } from "node:stream/consumers";
import { pipeline } from "node:stream/promises";
import { type Archive, type ArchiveItem, asCodeError, itemBytes, unpackable } from "./archive.ts";

/** Anybody may read, as in the real service's `/var/task`: a function may run as another user. */
const FOLDER_MODE = 0o755;
const FILE_MODE = 0o644;
const EXECUTABLE_MODE = 0o755;

/**
 * Writes an archive into an empty folder of its own. Set-user-id bits and owners are not kept. Throws CodeError, or what
 * the file system says; the folder then holds a part.
 */
export async function unpack(archive: Archive, folder: string): Promise<void> {
  const made = new Set([folder]);
  const make = async (path: string): Promise<void> => {
    if (made.has(path)) return;
    await mkdir(path, { recursive: true, mode: FOLDER_MODE });
    made.add(path);
  };
  await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
  for (const item of archive.items) {
    const target = join(folder, item.path);
    await make(item.kind === "folder" ? target : dirname(target));
    if (item.kind === "file") await writeItem(archive, item, target);
  }
  // Links last: nothing is ever written through one.
  const links = archive.items.filter(({ kind }) => kind === "link");
  const names = new Set(links.map(({ path }) => path));
  for (const link of links) await symlink(await linkTarget(archive, link, names), join(folder, link.path));
}

async function writeItem(archive: Archive, item: ArchiveItem, target: string): Promise<void> {
  const mode = item.executable ? EXECUTABLE_MODE : FILE_MODE;
  try {
    await pipeline(await itemBytes(archive, item), createWriteStream(target, { flags: "wx", mode }));
  } catch (error) {
    throw asCodeError(error, item.path);
  }
}

/** A link may point to what is in the archive, and not by way of another link. */
async function linkTarget(archive: Archive, item: ArchiveItem, links: ReadonlySet<string>): Promise<string> {
  const target = await linkText(archive, item);
  if (target === "" || target.includes("\0") || posix.isAbsolute(target)) throw leaving(item, target);
  let at = posix.dirname(item.path);
  for (const segment of target.split("/")) {
    at = posix.join(at, segment);
    if (at === ".." || at.startsWith("../")) throw leaving(item, target);
    if (links.has(at)) throw unpackable(`the link ${item.path} points to another link, ${at}`);
  }
  return target;
}

async function linkText(archive: Archive, item: ArchiveItem): Promise<string> {
  try {
    return (await buffer(await itemBytes(archive, item))).toString("utf8");
  } catch (error) {
    throw asCodeError(error, item.path);
  }
}

function leaving({ path }: ArchiveItem, target: string): Error {
  return unpackable(`the link ${path} leaves the archive: ${JSON.stringify(target.slice(0, 200))}`);
}
