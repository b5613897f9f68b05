/** The encoding `application/vnd.amazon.eventstream`. Smithy specification, "Amazon Event Stream specification". */
import { crc32 } from "node:zlib";

export const EVENT_STREAM_TYPE = "application/vnd.amazon.eventstream";

const PRELUDE_BYTES = 8;
const CHECKSUM_BYTES = 4;
/** The type of a header's value: a text. */
const TEXT_HEADER = 7;

/** One message: its headers, all of them texts, and its payload. */
export function eventMessage(headers: Readonly<Record<string, string>>, payload: Uint8Array): Buffer {
  const head = Buffer.concat(Object.entries(headers).map(([name, value]) => headerBytes(name, value)));
  const total = PRELUDE_BYTES + CHECKSUM_BYTES + head.length + payload.byteLength + CHECKSUM_BYTES;
  const message = Buffer.alloc(total);
  message.writeUInt32BE(total, 0);
  message.writeUInt32BE(head.length, 4);
  message.writeUInt32BE(crc32(message.subarray(0, PRELUDE_BYTES)), PRELUDE_BYTES);
  head.copy(message, PRELUDE_BYTES + CHECKSUM_BYTES);
  message.set(payload, PRELUDE_BYTES + CHECKSUM_BYTES + head.length);
  message.writeUInt32BE(crc32(message.subarray(0, total - CHECKSUM_BYTES)), total - CHECKSUM_BYTES);
  return message;
}

/** An event of a modelled stream. */
export function modelledEvent(name: string, contentType: string, payload: Uint8Array): Buffer {
  return eventMessage({ ":message-type": "event", ":event-type": name, ":content-type": contentType }, payload);
}

function headerBytes(name: string, value: string): Buffer {
  const key = Buffer.from(name);
  const text = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(text.length);
  return Buffer.concat([Buffer.from([key.length]), key, Buffer.from([TEXT_HEADER]), length, text]);
}
