import type { IncomingMessage } from "node:http";

/** The whole body, or why there is none. What is over the limit is read and thrown away, so that the answer is read. */
export async function boundedBody(
  request: IncomingMessage,
  maximumBytes: number,
): Promise<Buffer | "too-large" | "broken"> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes <= maximumBytes) chunks.push(chunk);
      else chunks.length = 0;
    }
  } catch {
    // The reason is of no use to anybody: the process that sent it is going down.
    return "broken";
  }
  return bytes > maximumBytes ? "too-large" : Buffer.concat(chunks, bytes);
}
