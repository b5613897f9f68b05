import type { Upstream, UpstreamCall, UpstreamListener, UpstreamRequest } from "./upstream.ts";

/**
 * An upstream that is loaded when it is first needed, or when `load` says that it soon will be: the HTTP client is the
 * largest part of the program, and a gateway that serves nothing yet starts without it.
 */
export class LazyUpstream implements Upstream {
  readonly #open: () => Promise<Upstream>;
  #upstream: Upstream | undefined;
  #loading: Promise<Upstream> | undefined;

  constructor(open: () => Promise<Upstream>) {
    this.#open = open;
  }

  async load(): Promise<Upstream> {
    this.#loading ??= this.#open();
    this.#upstream = await this.#loading;
    return this.#upstream;
  }

  send(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    return this.#upstream?.send(request, listener) ?? this.#sendLater(request, listener);
  }

  async close(): Promise<void> {
    await (await this.#loading)?.close();
  }

  #sendLater(request: UpstreamRequest, listener: UpstreamListener): UpstreamCall {
    let aborted = false;
    let call: UpstreamCall | undefined;
    const begin = async (): Promise<void> => {
      let upstream: Upstream;
      try {
        upstream = await this.load();
      } catch (cause) {
        if (!aborted) listener.onFailure({ kind: "refused", cause: cause as Error });
        return;
      }
      if (!aborted) call = upstream.send(request, listener);
    };
    void begin();
    return {
      abort: () => {
        aborted = true;
        call?.abort();
      },
    };
  }
}
