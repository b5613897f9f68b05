/** Writes small zip archives, good ones and those that no program would write. PKWARE, "APPNOTE". */
import { crc32, deflateRawSync } from "node:zlib";

export interface ZipItem {
  readonly name: string;
  readonly content?: string | Uint8Array;
  /** Unix mode with the type bits. Default: a plain file of mode 0644. */
  readonly mode?: number;
  /** Size that the directory claims. Default: the real one. */
  readonly claimedBytes?: number;
  readonly encrypted?: boolean;
  /** Compression method in the directory. Default: 8, deflate. */
  readonly method?: number;
  /** Default: 3, Unix. */
  readonly host?: number;
}

export const FILE = 0o100_644;
export const PROGRAM = 0o100_755;
export const FOLDER = 0o040_755;
export const LINK = 0o120_777;

export function zip(items: readonly (ZipItem | readonly [name: string, content: string])[]): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const given of items) {
    const item: ZipItem = "name" in given ? given : { name: given[0], content: given[1] };
    const { local, central } = records(item, offset);
    locals.push(local);
    directory.push(central);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(items.length, 8);
  end.writeUInt16LE(items.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}

function records(item: ZipItem, offset: number): { local: Buffer; central: Buffer } {
  const { mode = FILE, method = 8, host = 3, encrypted = false } = item;
  const content = Buffer.from(item.content ?? "");
  const data = method === 8 ? deflateRawSync(content) : content;
  const name = Buffer.from(item.name);
  const common = Buffer.alloc(26);
  common.writeUInt16LE(20, 0);
  common.writeUInt16LE((encrypted ? 1 : 0) | 0x800, 2);
  common.writeUInt16LE(method, 4);
  common.writeUInt32LE(crc32(content), 10);
  common.writeUInt32LE(data.length, 14);
  common.writeUInt32LE(item.claimedBytes ?? content.length, 18);
  common.writeUInt16LE(name.length, 22);
  const local = Buffer.concat([signature(0x04034b50), common, name, data]);
  const tail = Buffer.alloc(14);
  tail.writeUInt32LE((mode << 16) >>> 0, 6);
  tail.writeUInt32LE(offset, 10);
  const madeBy = Buffer.from([30, host]);
  const central = Buffer.concat([signature(0x02014b50), madeBy, common, tail, name]);
  return { local, central };
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}
