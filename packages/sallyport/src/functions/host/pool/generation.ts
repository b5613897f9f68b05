import type { FunctionDefinition } from "../../function-host.ts";
import type { PoolHost } from "./pool-host.ts";
import type { Preparation } from "./preparation.ts";

/** A version as it was at one revision of its code: its processes run the same thing. */
export class Generation {
  readonly definition: FunctionDefinition;
  readonly #host: PoolHost;
  #preparation: Promise<Preparation> | undefined;
  #processes = 0;
  #superseded = false;

  constructor(host: PoolHost, definition: FunctionDefinition) {
    this.#host = host;
    this.definition = definition;
  }

  get superseded(): boolean {
    return this.#superseded;
  }

  /** Made when the first process needs it. */
  get preparation(): Promise<Preparation> {
    this.#preparation ??= this.#host.prepare(this.definition);
    return this.#preparation;
  }

  add(): void {
    this.#processes += 1;
  }

  remove(): void {
    this.#processes -= 1;
    this.#disposeWhenUnused();
  }

  /** There is a newer one: what was made for this one goes with its last process. */
  supersede(): void {
    this.#superseded = true;
    this.#disposeWhenUnused();
  }

  #disposeWhenUnused(): void {
    if (!this.#superseded || this.#processes > 0) return;
    void this.#preparation?.then((preparation) => this.#dispose(preparation));
  }

  async #dispose(preparation: Preparation): Promise<void> {
    if (preparation.kind !== "ready") return;
    try {
      await preparation.dispose();
    } catch (error) {
      this.#host.settings.log.warn("a copy of code can not be removed", { function: this.definition.name, error });
    }
  }
}
