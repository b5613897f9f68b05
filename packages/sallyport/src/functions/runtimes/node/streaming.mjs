/** Response streaming. AWS Lambda Developer Guide, "Writing response streaming-enabled Lambda functions". */
import { Writable } from "node:stream";
import { RuntimeError } from "./errors.mjs";
import { sendChunk } from "./channel.mjs";

/** Marks a handler; frameworks look for the same symbol. */
export const STREAMING = Symbol.for("aws.lambda.runtime.handler.streaming");
const HIGH_WATER_MARK = Symbol.for("aws.lambda.runtime.handler.streaming.highWaterMark");
const HTTP_CONTENT_TYPE = "application/vnd.awslambda.http-integration-response";
/** Ends the JSON of status and headers in front of a streamed HTTP response. */
const DELIMITER = Buffer.alloc(8);

/** The global `awslambda`. */
export function publishStreaming() {
  globalThis.awslambda = {
    streamifyResponse(handler, options) {
      handler[STREAMING] = "response";
      if (options?.highWaterMark !== undefined) handler[HIGH_WATER_MARK] = Number(options.highWaterMark);
      return handler;
    },
    HttpResponseStream: { from: httpStream },
  };
}

export class ResponseStream extends Writable {
  #contentType = "application/octet-stream";

  constructor(handler) {
    super({ highWaterMark: handler[HIGH_WATER_MARK], decodeStrings: true });
  }

  get contentType() {
    return this.#contentType;
  }

  setContentType(contentType) {
    this.#contentType = contentType;
  }

  write(chunk, ...rest) {
    const isData = typeof chunk === "string" || chunk instanceof Uint8Array;
    // Any other value is sent as JSON, as the real runtime does.
    return super.write(isData ? chunk : JSON.stringify(chunk), ...rest);
  }

  _write(chunk, _encoding, then) {
    sendChunk(chunk, then);
  }
}

function httpStream(stream, prelude) {
  if (stream.writableEnded) throw new RuntimeError("InvalidStreamingOperation", "Cannot set content-type, too late.");
  stream.setContentType(HTTP_CONTENT_TYPE);
  stream.write(JSON.stringify(prelude));
  stream.write(DELIMITER);
  return stream;
}
