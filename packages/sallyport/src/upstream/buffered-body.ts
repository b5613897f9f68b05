import type { BodySink, BodySource } from "./body.ts";

/** A body that has been read whole. It can be delivered again and again. */
export class BufferedBody implements BodySource {
  readonly length: number;
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.length = bytes.byteLength;
  }

  pipe(sink: BodySink): void {
    if (this.length > 0) sink.write(this.bytes);
    sink.end();
  }

  resume(): void {}

  cancel(): void {}
}

/** Reads a body whole. Rejects with what the body fails with. */
export function readWhole(body: BodySource): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = [];
    body.pipe({
      write: (chunk) => {
        chunks.push(chunk);
        return true;
      },
      end: () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
      fail: reject,
    });
  });
}
