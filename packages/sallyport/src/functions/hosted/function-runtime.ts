import { randomFillSync } from "node:crypto";
import type { Ledger } from "../../ledger/ledger.ts";
import { parseFunctionKey } from "../../model/keys.ts";
import { traceRoots } from "../../model/trace-id.ts";
import type { FunctionHost } from "../function-host.ts";
import type { CodeStore } from "./code/code-store.ts";
import { referencedCode } from "./code/references.ts";
import { functionArn, FunctionResolver } from "./function-resolver.ts";

export interface FunctionRuntimeOptions {
  readonly ledger: Ledger;
  readonly code: CodeStore;
  /** Starts the host. Called once, when a function is called for the first time. */
  readonly openHost: () => Promise<FunctionHost>;
  /** Gets what goes wrong behind the scenes. */
  readonly onError: (message: string, error: unknown) => void;
  /** 0 to 1, for aliases that share calls. Default: Math.random. */
  readonly random?: () => number;
  /** Values for `X-Amzn-Trace-Id`, without `Root=`. Default: random ones. */
  readonly traceRoot?: () => string;
}

/** The functions of this machine: what their names stand for, where their code is, and what runs them. */
export class FunctionRuntime {
  readonly resolver: FunctionResolver;
  readonly code: CodeStore;
  /** Makes the trace of an invocation, which functions find in `_X_AMZN_TRACE_ID`. */
  readonly traceId: () => string;
  readonly #options: FunctionRuntimeOptions;
  readonly #unsubscribe: () => void;
  #opening: Promise<FunctionHost> | undefined;
  #host: FunctionHost | undefined;
  #collecting: Promise<void> | undefined;

  constructor(options: FunctionRuntimeOptions) {
    this.#options = options;
    this.code = options.code;
    const { traceRoot = traceRoots(randomFillSync, Date.now) } = options;
    // Nothing is sampled: there is no tracing service here.
    this.traceId = () => `Root=${traceRoot()};Sampled=0`;
    this.resolver = new FunctionResolver(options.ledger, options.code, options.random);
    this.#unsubscribe = options.ledger.subscribe((changes) => {
      for (const { key, document } of changes) if (document === undefined) this.#retire(key);
    });
  }

  /** The host, when it runs already. */
  get runningHost(): FunctionHost | undefined {
    return this.#host;
  }

  /** The host, started when it does not run yet. */
  host(): Promise<FunctionHost> {
    this.#opening ??= this.#open();
    return this.#opening;
  }

  /** Removes code that nothing refers to any more, once a start. Call it before new code comes. */
  collectCode(): Promise<void> {
    this.#collecting ??= this.#collect();
    return this.#collecting;
  }

  async close(deadlineMs: number): Promise<void> {
    this.#unsubscribe();
    this.resolver.close();
    if (this.#opening === undefined) return;
    try {
      await (await this.#opening).close(deadlineMs);
    } catch (error) {
      this.#options.onError("the functions can not be ended", error);
    }
  }

  async #open(): Promise<FunctionHost> {
    try {
      this.#host = await this.#options.openHost();
      return this.#host;
    } catch (error) {
      // The next call tries again.
      this.#opening = undefined;
      throw error;
    }
  }

  async #collect(): Promise<void> {
    try {
      await this.code.collect(await referencedCode(this.#options.ledger));
    } catch (error) {
      this.#options.onError("unused code of functions can not be removed", error);
    }
  }

  #retire(key: string): void {
    const gone = parseFunctionKey(key);
    if (gone?.whole) this.#host?.retire(functionArn(gone, gone.name));
  }
}
