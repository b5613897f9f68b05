import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { CodeError } from "./code-error.ts";

/** Whether a code location names a folder of this machine. */
export const isLocalLocation = (location: string): boolean => /^file:/i.test(location);

/** The folder that a `file://` URL names. Throws CodeError when it names none. */
export async function localFolder(location: string): Promise<string> {
  const path = pathOf(location);
  const found = await stat(path).catch((cause: unknown) => {
    throw new CodeError(`${location}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  });
  if (!found.isDirectory()) throw new CodeError(`${location} is no folder`);
  return path;
}

function pathOf(location: string): string {
  try {
    return fileURLToPath(location);
  } catch (cause) {
    throw new CodeError(`${location} is no file URL of this machine: use file:///absolute/folder`, { cause });
  }
}
