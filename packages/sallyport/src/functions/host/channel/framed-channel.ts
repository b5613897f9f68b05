import type { Duplex } from "node:stream";
import { MAX_RESULT_BYTES } from "../../lambda-limits.ts";
import type { ChannelListener, RuntimeChannel, RuntimeEvent } from "./channel.ts";
import {
  CHUNK_FRAME,
  ERROR_FRAME,
  eventFrame,
  FrameReader,
  INIT_ERROR_FRAME,
  OVERSIZE_FRAME,
  READY_FRAME,
  RESPONSE_FRAME,
  STREAM_END_FRAME,
} from "./frames.ts";

/** Type and body of the longest frame: a response. Our runtime cuts streams and error texts shorter. */
const MAX_FRAME_BYTES = MAX_RESULT_BYTES + 1;

/** The channel to our own Node.js runtime: a socket that the process inherits as descriptor 3, and nobody else has. */
export function openFramedChannel(socket: Duplex, listener: ChannelListener): RuntimeChannel {
  const reader = new FrameReader(MAX_FRAME_BYTES, (type, body) => onFrame(listener, type, body));
  socket.on("data", (chunk: Buffer) => {
    if (reader.push(chunk)) return;
    socket.destroy();
    listener.onFault("a frame of the runtime has an impossible length");
  });
  // The end of the process says what there is to say; a broken pipe is only its echo.
  socket.on("error", () => socket.destroy());
  return {
    deliver: (event) => void socket.write(eventFrame(headOf(event), event.payload)),
    close: () => void socket.destroy(),
  };
}

function headOf({ requestId, deadlineMs, invokedArn, traceId, clientContext }: RuntimeEvent): string {
  return JSON.stringify({ requestId, deadlineMs, invokedArn, traceId, clientContext });
}

function onFrame(listener: ChannelListener, type: number, body: Buffer): void {
  switch (type) {
    case READY_FRAME:
      return listener.onReady();
    case RESPONSE_FRAME:
      return listener.onResponse(body);
    case ERROR_FRAME:
      return listener.onError(unhandled(body));
    case INIT_ERROR_FRAME:
      return listener.onInitError(unhandled(body));
    case CHUNK_FRAME:
      return listener.onChunk(body);
    case STREAM_END_FRAME:
      return listener.onStreamEnd(body.length === 0 ? undefined : unhandled(body));
    case OVERSIZE_FRAME:
      return listener.onOversize();
    default:
      return listener.onFault(`a frame of the runtime has the unknown type ${type}`);
  }
}

function unhandled(payload: Buffer) {
  return { functionError: "Unhandled", payload };
}
