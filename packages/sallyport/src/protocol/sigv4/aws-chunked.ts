import { signatureErrors } from "./signature-error.ts";

/** One chunk of a body in the `aws-chunked` coding. */
export interface Chunk {
  readonly data: Uint8Array;
  /** From `chunk-signature=…`; undefined in unsigned bodies. */
  readonly signature: string | undefined;
}

export interface ChunkedBody {
  /** The last one is empty. */
  readonly chunks: readonly Chunk[];
  /** Lower-case names and values behind the last chunk, in the order sent. */
  readonly trailers: readonly (readonly [string, string])[];
}

/** Sizes of chunk headers and of trailers are bounded by what a client has any reason to send. */
const MAX_LINE_BYTES = 1024;
const MAX_TRAILERS = 16;

const malformed = (what: string) => signatureErrors.malformedBody(`The aws-chunked body is malformed: ${what}`);

/**
 * Takes a body apart: Amazon S3 User Guide, "Signature calculations: transferring payload in multiple chunks".
 * Throws AwsError for anything that is not exactly that coding.
 */
export function parseAwsChunked(body: Uint8Array): ChunkedBody {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const chunks: Chunk[] = [];
  let at = 0;
  for (;;) {
    const line = lineAt(bytes, at);
    at += line.length + 2;
    const match = /^([0-9a-fA-F]{1,8})(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(line);
    if (!match) throw malformed("bad chunk header");
    const size = Number.parseInt(match[1] ?? "", 16);
    const data = bytes.subarray(at, at + size);
    if (data.length < size) throw malformed("it ends within a chunk");
    chunks.push({ data, signature: match[2] });
    if (size === 0) return { chunks, trailers: trailersAt(bytes, at) };
    at += size;
    if (bytes.toString("latin1", at, at + 2) !== "\r\n") throw malformed("a chunk does not end where it says");
    at += 2;
  }
}

function lineAt(bytes: Buffer, at: number): string {
  const end = bytes.indexOf("\r\n", at, "latin1");
  if (end < 0 || end - at > MAX_LINE_BYTES) throw malformed("a line does not end");
  return bytes.toString("latin1", at, end);
}

/** Trailers up to an empty line. Some clients leave the empty line out after the last one. */
function trailersAt(bytes: Buffer, start: number): (readonly [string, string])[] {
  const trailers: (readonly [string, string])[] = [];
  let at = start;
  while (at < bytes.length) {
    const line = lineAt(bytes, at);
    at += line.length + 2;
    if (line === "") break;
    const colon = line.indexOf(":");
    if (colon <= 0 || trailers.length === MAX_TRAILERS) throw malformed("bad trailer");
    trailers.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  if (at < bytes.length) throw malformed("something follows its end");
  return trailers;
}
