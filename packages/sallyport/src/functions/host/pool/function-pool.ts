import type { FunctionDefinition, HostInvocation, HostOutcome } from "../../function-host.ts";
import { FunctionLog } from "../process/function-log.ts";
import { FunctionProcess, type InitFailure } from "../process/function-process.ts";
import { type CodeWatch, watchCode } from "./code-watch.ts";
import { Generation } from "./generation.ts";
import { initOutcome } from "./init-outcome.ts";
import type { PoolHost } from "./pool-host.ts";
import { WaitingLine } from "./waiting-line.ts";

/**
 * An invocation that finds every process busy waits this long for one before another is started, and longer while the line
 * moves so fast that it would be served before a new process is ready: short invocations then share few processes, which is
 * faster for all of them. Our choice; the real service starts one at once.
 */
const SCALE_OUT_MS = 10;
/** About what a start takes. */
const START_MS = 50;

/** The processes of one version of a function, and the invocations that wait for one. */
export class FunctionPool {
  readonly #host: PoolHost;
  readonly #waiting = new WaitingLine();
  /** Which generation each process is of. */
  readonly #processes = new Map<FunctionProcess, Generation>();
  /** The last one used is the first one taken: the others may retire. */
  readonly #idle: FunctionProcess[] = [];
  #generation: Generation;
  #watches: readonly CodeWatch[] = [];
  #timer: NodeJS.Timeout | undefined;
  #starting = 0;
  /** Invocations since the line was last looked at. */
  #served = 0;

  constructor(host: PoolHost, definition: FunctionDefinition) {
    this.#host = host;
    this.#generation = new Generation(host, definition);
    this.#followCode();
  }

  get processes(): Iterable<FunctionProcess> {
    return this.#processes.keys();
  }

  get functionArn(): string {
    return this.#generation.definition.arn;
  }

  get isEmpty(): boolean {
    return this.#processes.size === 0 && this.#waiting.length === 0 && this.#starting === 0;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  invoke(definition: FunctionDefinition, invocation: HostInvocation): Promise<HostOutcome> {
    if (definition.revision !== this.#generation.definition.revision) this.#renew(definition);
    const { promise, resolve } = Promise.withResolvers<HostOutcome>();
    const job = { invocation, settle: resolve };
    const process = this.#takeIdle();
    if (process) process.run(job);
    else {
      this.#waiting.add(job);
      this.#pump();
    }
    return promise;
  }

  /** Idle processes end now, busy ones after their invocation. */
  retire(): void {
    for (const process of this.#processes.keys()) process.retire();
    this.#idle.length = 0;
  }

  /** Retires, and follows the code no longer. */
  close(): void {
    this.#unfollow();
    this.#generation.supersede();
    this.retire();
  }

  /** Nobody waits any longer: `outcome` for all who did. */
  refuseWaiting(detail: string): void {
    for (const job of this.#waiting.takeAll()) job.settle({ kind: "throttled", detail });
    clearTimeout(this.#timer);
  }

  /** Ends the process that has been idle longest; false without one. */
  giveUpIdle(): boolean {
    const process = this.#idle.shift();
    process?.retire();
    return process !== undefined;
  }

  #renew(definition: FunctionDefinition): void {
    this.#generation.supersede();
    const followed = this.#generation.definition;
    this.#generation = new Generation(this.#host, definition);
    this.retire();
    if (foldersOf(followed).join("\n") !== foldersOf(definition).join("\n")) this.#followCode();
  }

  #followCode(): void {
    this.#unfollow();
    const { name } = this.#generation.definition;
    const onChange = (): void => this.#renew(this.#generation.definition);
    const onProblem = (error: Error): void =>
      this.#host.settings.log.warn("code can not be watched: changes need a restart", { function: name, error });
    this.#watches = foldersOf(this.#generation.definition).map((folder) => watchCode(folder, onChange, onProblem));
  }

  #unfollow(): void {
    for (const watch of this.#watches) watch.close();
    this.#watches = [];
  }

  #takeIdle(): FunctionProcess | undefined {
    for (;;) {
      const process = this.#idle.pop();
      if (!process || process.state === "idle") return process;
    }
  }

  #pump(): void {
    while (this.#waiting.length > 0) {
      const process = this.#takeIdle();
      if (!process) break;
      const job = this.#waiting.take();
      if (job) process.run(job);
      else this.#idle.push(process);
    }
    if (this.#waiting.length === 0) return;
    if (this.#processes.size === 0 && this.#starting === 0) this.#start();
    if (this.#timer) return;
    this.#served = 0;
    this.#timer = setTimeout(() => this.#scaleOut(), SCALE_OUT_MS);
  }

  #scaleOut(): void {
    this.#timer = undefined;
    const { queueMs } = this.#host.settings;
    const served = this.#served * (START_MS / SCALE_OUT_MS);
    this.#served = 0;
    const late = this.#waiting.length > served ? this.#waiting.olderThan(SCALE_OUT_MS) : 0;
    for (let missing = late - this.#starting; missing > 0; missing -= 1) if (!this.#start()) break;
    if (this.#starting === 0) {
      const detail = `no process was free within ${queueMs} ms`;
      for (const job of this.#waiting.takeOlderThan(queueMs)) job.settle({ kind: "throttled", detail });
    }
    this.#pump();
  }

  /** False: there may be no more now. */
  #start(): boolean {
    const generation = this.#generation;
    const { settings } = this.#host;
    const only = settings.debugPort(generation.definition) !== undefined;
    if (only && this.#processes.size + this.#starting > 0) return false;
    if (!this.#host.take()) return false;
    this.#starting += 1;
    void this.#startOf(generation);
    return true;
  }

  async #startOf(generation: Generation): Promise<void> {
    const preparation = await generation.preparation;
    if (preparation.kind !== "ready" || generation.superseded) {
      this.#onStarted();
      const { kind } = preparation;
      if (kind === "unsupported") this.#waiting.take()?.settle({ kind, detail: preparation.detail });
      if (kind === "no-entrypoint") this.#failOne({ kind: "not-started", detail: preparation.detail, log: "" });
      this.#host.release();
      return this.#pump();
    }
    const { settings, folder } = this.#host;
    const log = new FunctionLog(generation.definition, settings.sink, Date.now());
    const { user, maxProcesses } = settings;
    const process = new FunctionProcess({ prepared: preparation.prepared, folder, user, maxProcesses, log }, this);
    this.#processes.set(process, generation);
    generation.add();
    await process.start();
  }

  onIdle(process: FunctionProcess, first: boolean): void {
    if (first) this.#onStarted();
    else this.#served += 1;
    this.#idle.push(process);
    this.#pump();
  }

  onEnded(process: FunctionProcess, failure: InitFailure | undefined, first: boolean): void {
    if (first) this.#onStarted();
    this.#processes.get(process)?.remove();
    this.#processes.delete(process);
    const at = this.#idle.indexOf(process);
    if (at >= 0) this.#idle.splice(at, 1);
    this.#host.release();
    // The invocation that it was started for hears why; the next one tries again.
    if (failure) this.#failOne(failure);
    this.#pump();
  }

  #onStarted(): void {
    this.#starting -= 1;
    this.#host.started();
  }

  #failOne(failure: InitFailure): void {
    const job = this.#waiting.take();
    if (job) job.settle(initOutcome(failure, job.invocation));
  }
}

/** Folders that change while we look. */
function foldersOf({ watched, codeFolder, layerFolders }: FunctionDefinition): readonly string[] {
  return watched ? [codeFolder, ...layerFolders] : [];
}
