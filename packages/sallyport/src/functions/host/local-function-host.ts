import { chmodSync, mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { FunctionDefinition, FunctionHost, HostInvocation, HostOutcome } from "../function-host.ts";
import { MAX_EVENT_BYTES } from "../lambda-limits.ts";
import { type FunctionHostOptions, type HostSettings, settingsOf } from "./host-options.ts";
import { FunctionPool } from "./pool/function-pool.ts";
import type { PoolHost } from "./pool/pool-host.ts";
import { type PlacedRuntimes, placedRuntimes, prepare, type Preparation } from "./pool/preparation.ts";
import { eventTooLarge, failurePayload } from "./process/failures.ts";

/** Memory of processes is looked at this often, and what is idle is looked after. */
const ROUND_MS = 100;
/** An idle process is stopped after this. */
const FREEZE_MS = 500;
/** The functions' user goes through our folder and does not list it. */
const FOLDER_MODE = 0o711;
const KILL_MS = 2_000;
const INSTALLED = { runtimeFolder: resolve(import.meta.dirname, "../runtimes"), nodeProgram: process.execPath };

/** Runs functions as child processes of this one that speak the Lambda Runtime API, or our own short form of it. */
export function createFunctionHost(options: FunctionHostOptions): FunctionHost {
  return new LocalFunctionHost(options);
}

class LocalFunctionHost implements FunctionHost, PoolHost {
  readonly settings: HostSettings;
  readonly folder: string;
  readonly #pools = new Map<string, FunctionPool>();
  /** Invocations of a function under way, by ARN: what its reserved concurrency is compared with. */
  readonly #running = new Map<string, number>();
  readonly #startsAtOnce = Math.max(2, availableParallelism());
  #placed: Promise<PlacedRuntimes> | undefined;
  #processes = 0;
  #starting = 0;
  #rounds: NodeJS.Timeout | undefined;
  #closed = false;
  #onQuiet: (() => void) | undefined;

  constructor(options: FunctionHostOptions) {
    this.settings = settingsOf(options);
    const parent = options.folder ?? tmpdir();
    mkdirSync(parent, { recursive: true, mode: FOLDER_MODE });
    this.folder = mkdtempSync(join(resolve(parent), "sallyport-functions-"));
    // A folder made for one user is closed to all others.
    chmodSync(this.folder, FOLDER_MODE);
  }

  async invoke(definition: FunctionDefinition, invocation: HostInvocation): Promise<HostOutcome> {
    const refusal = this.#refusal(definition, invocation);
    if (refusal) return refusal;
    const { arn } = definition;
    this.#running.set(arn, (this.#running.get(arn) ?? 0) + 1);
    try {
      return await this.#poolOf(definition).invoke(definition, invocation);
    } finally {
      const left = (this.#running.get(arn) ?? 1) - 1;
      if (left > 0) this.#running.set(arn, left);
      else this.#running.delete(arn);
    }
  }

  retire(functionArn: string): void {
    for (const [key, pool] of this.#pools) {
      if (pool.functionArn !== functionArn) continue;
      pool.retire();
      if (pool.isEmpty) this.#forget(key, pool);
    }
  }

  async close(deadlineMs: number): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const pool of this.#pools.values()) {
      pool.refuseWaiting("the gateway is stopping");
      pool.close();
    }
    await this.#quiet(deadlineMs);
    for (const process of this.#allProcesses()) process.kill();
    // What was killed is gone in no time; what the kernel can not end must not hold the gateway up.
    await this.#quiet(KILL_MS);
    clearInterval(this.#rounds);
    await rm(this.folder, { recursive: true, force: true });
  }

  take(): boolean {
    if (this.#closed || this.#starting >= this.#startsAtOnce) return false;
    // The place of an idle process is free when that has ended: whoever asks now asks again.
    if (this.#processes >= this.settings.maxProcesses) return this.#giveUpIdle();
    this.#processes += 1;
    this.#starting += 1;
    this.#rounds ??= setInterval(() => this.#round(), ROUND_MS).unref();
    return true;
  }

  started(): void {
    this.#starting -= 1;
  }

  release(): void {
    this.#processes -= 1;
    if (this.#processes > 0) return;
    clearInterval(this.#rounds);
    this.#rounds = undefined;
    this.#onQuiet?.();
    for (const [key, pool] of this.#pools) if (pool.isEmpty) this.#forget(key, pool);
  }

  async prepare(definition: FunctionDefinition): Promise<Preparation> {
    this.#placed ??= placedRuntimes(INSTALLED, this.folder, this.settings.user);
    const { settings, folder } = this;
    try {
      return await prepare(definition, { settings, folder, placed: await this.#placed });
    } catch (error) {
      this.#placed = undefined;
      return { kind: "unsupported", detail: `the runtimes can not be put in place: ${(error as Error).message}` };
    }
  }

  #refusal(definition: FunctionDefinition, { payload }: HostInvocation): HostOutcome | undefined {
    if (this.#closed) return { kind: "throttled", detail: "the gateway is stopping" };
    const bytes = payload.byteLength;
    if (bytes > MAX_EVENT_BYTES) {
      const failure = failurePayload(eventTooLarge(bytes, MAX_EVENT_BYTES));
      return { kind: "function-error", functionError: "Unhandled", payload: failure, log: undefined };
    }
    const { arn, name, reservedConcurrency } = definition;
    const running = this.#running.get(arn) ?? 0;
    if (reservedConcurrency !== undefined && running >= reservedConcurrency) {
      return { kind: "throttled", detail: `${name} has a reserved concurrency of ${reservedConcurrency}, all in use` };
    }
    if (this.#queued() < this.settings.maxQueued) return undefined;
    return { kind: "throttled", detail: `${this.settings.maxQueued} invocations are waiting for processes already` };
  }

  #queued(): number {
    let sum = 0;
    for (const pool of this.#pools.values()) sum += pool.waiting;
    return sum;
  }

  #poolOf(definition: FunctionDefinition): FunctionPool {
    const key = `${definition.arn}:${definition.version}`;
    const known = this.#pools.get(key);
    if (known) return known;
    const pool = new FunctionPool(this, definition);
    this.#pools.set(key, pool);
    return pool;
  }

  #forget(key: string, pool: FunctionPool): void {
    pool.close();
    this.#pools.delete(key);
  }

  #giveUpIdle(): false {
    for (const pool of this.#pools.values()) if (pool.giveUpIdle()) break;
    return false;
  }

  *#allProcesses() {
    for (const pool of this.#pools.values()) yield* pool.processes;
  }

  #round(): void {
    const now = performance.now();
    for (const process of this.#allProcesses()) {
      if (process.state !== "idle") process.checkMemory();
      else if (now - process.idleSince > this.settings.idleMs) process.retire();
      else if (now - process.idleSince > FREEZE_MS) process.freeze();
    }
  }

  /** Until no process is left, or the time is over. */
  async #quiet(withinMs: number): Promise<void> {
    if (this.#processes === 0) return;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    this.#onQuiet = end;
    const timer = setTimeout(end, withinMs);
    await promise;
    clearTimeout(timer);
  }
}
