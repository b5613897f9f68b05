import type { ServerResponse } from "node:http";

/** An answer of the admin listener that goes on until one side ends it. */
export interface LiveAnswer {
  readonly headers: Readonly<Record<string, string>>;
  /** Begins; the function returned is called when the listener is gone. */
  readonly begin: (sink: LiveSink) => () => void;
}

export interface LiveSink {
  /** Who reads too slowly is cut off: nothing is written from then on. */
  write(text: string): void;
}

/** Unread bytes that one slow reader may cost. Our choice. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** The live answers of a listener. */
export class LiveAnswers {
  readonly #open = new Set<ServerResponse>();

  start(response: ServerResponse, { headers, begin }: LiveAnswer): void {
    response.writeHead(200, headers);
    response.flushHeaders();
    this.#open.add(response);
    const write = (text: string): void => {
      if (response.destroyed || response.writableEnded) return;
      response.write(text);
      if (response.writableLength > MAX_UNREAD_BYTES) response.destroy();
    };
    const stop = begin({ write });
    response.on("close", () => {
      this.#open.delete(response);
      stop();
    });
  }

  /** Ends all of them: they would never end by themselves. */
  end(): void {
    for (const response of this.#open) response.end();
  }
}
