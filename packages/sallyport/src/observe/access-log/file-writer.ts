import { appendFile, mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import type { LineWriter, LogLine } from "./line-queue.ts";

/** Readable for the gateway's user and group alone: lines hold addresses and tokens' claims. */
const FILE_MODE = 0o640;
const FOLDER_MODE = 0o750;

/**
 * Appends to a file, which is opened for each batch anew: a file that was moved away by a rotation is simply made again,
 * and ten thousand destinations hold no descriptors.
 */
export class FileWriter implements LineWriter {
  readonly name: string;
  readonly #path: string;

  constructor(path: string) {
    this.name = path;
    this.#path = path;
  }

  async write(lines: readonly LogLine[]): Promise<void> {
    let text = "";
    for (const line of lines) text += `${line.text}\n`;
    try {
      await appendFile(this.#path, text, { mode: FILE_MODE });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      await mkdir(dirname(this.#path), { recursive: true, mode: FOLDER_MODE });
      await appendFile(this.#path, text, { mode: FILE_MODE });
    }
  }
}
