/** The private channel to the host: descriptor 3. Its frames are described in `host/channel/frames.ts`. */
import { Socket } from "node:net";

const CHANNEL_FD = 3;
const EVENT = 1;
const READY = 1;
const RESPONSE = 2;
const ERROR = 3;
const INIT_ERROR = 4;
const CHUNK = 5;
const STREAM_END = 6;
const OVERSIZE = 7;

const LENGTH_BYTES = 4;
const HEAD_AT = LENGTH_BYTES + 1 + 2;
/** What a response may have; the host holds it again. */
const MAX_RESPONSE_BYTES = 6_291_556;
const MAX_CHUNK_BYTES = 1_048_576;
const MAX_ERROR_BYTES = 262_144;
const NOTHING = Buffer.alloc(0);
const READY_FRAME = frame(READY, NOTHING);

const socket = new Socket({ fd: CHANNEL_FD, readable: true, writable: true });
let rest = NOTHING;
let onEvent = () => {};

socket.on("data", (chunk) => {
  rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
  if (rest.length < LENGTH_BYTES) return;
  const end = LENGTH_BYTES + rest.readUInt32BE(0);
  if (rest.length < end || rest[LENGTH_BYTES] !== EVENT) return;
  const whole = rest.subarray(0, end);
  rest = rest.subarray(end);
  const payloadAt = HEAD_AT + whole.readUInt16BE(LENGTH_BYTES + 1);
  onEvent(JSON.parse(whole.toString("utf8", HEAD_AT, payloadAt)), whole.toString("utf8", payloadAt));
});
// Without the host there is nothing left to do.
socket.on("error", () => process.exit(1));
socket.on("end", () => process.exit(1));

/** Asks for the next event. While none is there, it is what keeps the process running. */
export function askForNext(receiver) {
  onEvent = receiver;
  socket.ref();
  socket.write(READY_FRAME);
}

/** What the function left running decides alone whether the process has work. */
export function letGo() {
  socket.unref();
}

/** `text`: JSON. */
export function respond(text) {
  const bytes = Buffer.from(text);
  socket.write(bytes.length > MAX_RESPONSE_BYTES ? frame(OVERSIZE, NOTHING) : frame(RESPONSE, bytes));
}

export function reportError(error, then) {
  socket.write(frame(ERROR, errorBytes(error)), then);
}

export function reportInitError(error, then) {
  socket.write(frame(INIT_ERROR, errorBytes(error)), then);
}

/** A piece of a streamed response; `then` when the host has room for more. */
export function sendChunk(bytes, then) {
  for (let at = 0; at < bytes.length; at += MAX_CHUNK_BYTES) {
    const last = at + MAX_CHUNK_BYTES >= bytes.length;
    socket.write(frame(CHUNK, bytes.subarray(at, at + MAX_CHUNK_BYTES)), last ? then : undefined);
  }
  if (bytes.length === 0) then();
}

export function endStream(error, then) {
  socket.write(frame(STREAM_END, error === undefined ? NOTHING : errorBytes(error)), then);
}

/** An error without its trace when that is too long to be told. */
function errorBytes(error) {
  const bytes = Buffer.from(JSON.stringify(error));
  if (bytes.length <= MAX_ERROR_BYTES) return bytes;
  const errorMessage = error.errorMessage.slice(0, MAX_ERROR_BYTES / 8);
  return Buffer.from(JSON.stringify({ errorType: error.errorType.slice(0, 256), errorMessage, trace: [] }));
}

function frame(type, body) {
  const bytes = Buffer.allocUnsafe(LENGTH_BYTES + 1 + body.length);
  bytes.writeUInt32BE(1 + body.length, 0);
  bytes[LENGTH_BYTES] = type;
  bytes.set(body, LENGTH_BYTES + 1);
  return bytes;
}
