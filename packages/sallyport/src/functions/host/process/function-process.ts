import type { ChannelListener, ReportedError } from "../channel/channel.ts";
import { isAttached } from "./debugger.ts";
import { exited, type Failure, type ProcessEnd, responseTooLarge, timedOut } from "./failures.ts";
import type { FunctionLog } from "./function-log.ts";
import { launch, type Launched, type LaunchFacts } from "./launch.ts";
import { privateMemory } from "./process-memory.ts";
import { reportLine } from "./report-line.ts";
import { type Job, RunningInvocation } from "./running-invocation.ts";

/** Why a process never became ready. */
export type InitFailure = InitFault & {
  /** The last of what it wrote. */
  readonly log: string;
};

type InitFault =
  | { readonly kind: "reported"; readonly error: ReportedError }
  | { readonly kind: "ended"; readonly end: ProcessEnd }
  | { readonly kind: "timeout"; readonly timeoutMs: number }
  /** The program could not be started at all. */
  | { readonly kind: "not-started"; readonly detail: string };

export interface ProcessListener {
  /** It takes an invocation now. `first`: it was starting. */
  onIdle(process: FunctionProcess, first: boolean): void;
  /** It is gone, and so is what it held. `first`: it was never ready; `failure`: by its own fault. */
  onEnded(process: FunctionProcess, failure: InitFailure | undefined, first: boolean): void;
}

/** Limit of the initialisation alone. AWS Lambda Developer Guide, "Lambda execution environment lifecycle". */
const INIT_MS = 10_000;
/** Output of a process that has ended is read this long; something that it left behind may hold the pipes open. */
const LAST_OUTPUT_MS = 200;
const DEBUGGER_CHECK_MS = 500;
/** A REPORT line tells what was seen so short a time ago: looking costs as much as a short invocation. */
const MEMORY_AGE_MS = 100;
const MEGABYTE = 1_048_576;

type State = "starting" | "idle" | "busy" | "ending" | "ended";

/** One process of a function: one invocation at a time. */
export class FunctionProcess implements ChannelListener {
  readonly #facts: LaunchFacts;
  readonly #log: FunctionLog;
  readonly #listener: ProcessListener;
  readonly #startedAt = performance.now();
  #launched: Launched | undefined;
  #state: State = "starting";
  #running: RunningInvocation | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** The runtime has asked for the next event before the answer to the last was told. */
  #ready = false;
  /** Undefined once it was told in a REPORT line. */
  #initMs: number | undefined;
  #initFault: InitFault | undefined;
  #outOfMemory = false;
  #peakBytes = 0;
  #checkedAt = 0;
  #retiring = false;
  #exited = false;
  #frozen = false;
  #idleSince = 0;

  constructor(facts: LaunchFacts, listener: ProcessListener) {
    this.#facts = facts;
    this.#log = facts.log;
    this.#listener = listener;
  }

  get state(): State {
    return this.#state;
  }

  get idleSince(): number {
    return this.#idleSince;
  }

  get pid(): number | undefined {
    return this.#launched?.child.pid;
  }

  async start(): Promise<void> {
    const { timeoutSeconds } = this.#facts.prepared.definition;
    // The real service initialises again, within the function's own time, when the first try takes too long. Here the one try
    // gets both (our choice).
    this.#armTimer(INIT_MS + timeoutSeconds * 1000);
    try {
      this.#launched = await launch(this.#facts, this);
    } catch (error) {
      return this.#onNotStarted(error as Error);
    }
    const { child, stdout, stderr } = this.#launched;
    this.#log.read(stdout, "stdout");
    this.#log.read(stderr, "stderr");
    child.once("error", (error) => this.#onNotStarted(error));
    child.once("exit", (code, signal) => this.#onExit(code, signal));
    if (this.#retiring) this.kill();
  }

  /** Only when idle. */
  run(job: Job): void {
    const { definition } = this.#facts.prepared;
    const timeoutMs = definition.timeoutSeconds * 1000;
    const running = new RunningInvocation(job, timeoutMs);
    this.#running = running;
    this.#state = "busy";
    this.#ready = false;
    this.#log.begin(running.requestId, running.tail);
    if (this.#log.wanted) {
      this.#log.line("platform", `START RequestId: ${running.requestId} Version: ${definition.version}`);
    }
    this.#armTimer(timeoutMs);
    this.#thaw();
    this.#launched?.channel.deliver(running.event());
  }

  /** Ends it: now when it is idle, else after what it is doing. */
  retire(): void {
    this.#retiring = true;
    if (this.#state === "idle") this.kill();
    // Nobody waits for a process that is only starting: it is of no use any more.
    if (this.#state === "starting") this.kill();
  }

  /** Ends it now, with everything that it started. */
  kill(): void {
    const pid = this.pid;
    if (this.#state === "ended") return;
    if (this.#state === "idle") this.#state = "ending";
    if (pid !== undefined) signalGroup(pid, "SIGKILL");
  }

  /**
   * Stops an idle process until its next invocation, as the real service does: what it left running costs nothing, and goes
   * on then. AWS Lambda Developer Guide, "Lambda execution environment lifecycle".
   */
  freeze(): void {
    const pid = this.pid;
    if (this.#state !== "idle" || this.#frozen || pid === undefined) return;
    if (this.#facts.prepared.debugPort !== undefined) return;
    this.#frozen = true;
    signalGroup(pid, "SIGSTOP");
  }

  #thaw(): void {
    if (!this.#frozen) return;
    this.#frozen = false;
    signalGroup(this.pid as number, "SIGCONT");
  }

  /** Looks at the memory that it holds, and ends it when that is too much. */
  checkMemory(): void {
    const pid = this.pid;
    if (pid === undefined || this.#state === "ended" || this.#outOfMemory) return;
    this.#checkedAt = performance.now();
    const bytes = privateMemory(pid);
    if (bytes === undefined) return;
    this.#peakBytes = Math.max(this.#peakBytes, bytes);
    if (bytes <= this.#facts.prepared.definition.memoryMb * MEGABYTE) return;
    this.#outOfMemory = true;
    this.kill();
  }

  onReady(): void {
    if (this.#state === "starting") {
      this.#initMs = performance.now() - this.#startedAt;
      return this.#becomeIdle();
    }
    if (!this.#running) {
      if (this.#state === "busy") this.#becomeIdle();
      return;
    }
    if (!this.#running.answered) return this.onFault("the runtime asked for the next event without an answer");
    this.#ready = true;
  }

  onInitError(error: ReportedError): void {
    if (this.#state !== "starting") return;
    this.#initFault = { kind: "reported", error };
    // Its last output may still be on the way.
    setImmediate(() => this.kill());
  }

  onResponse(payload: Uint8Array): void {
    this.#answer((running) => running.result(payload));
  }

  onOversize(): void {
    const failure = responseTooLarge();
    this.#answer((running) => running.fail(failure));
  }

  onError(error: ReportedError): void {
    this.#answer((running) => running.error(error));
  }

  onChunk(chunk: Uint8Array): void {
    const running = this.#running;
    if (!running || running.answered) return;
    running.chunk(chunk);
    // It was one too many.
    if (running.answered) this.#tellSoon(running, undefined);
  }

  onStreamEnd(error: ReportedError | undefined): void {
    this.#answer((running) => running.streamEnd(error));
  }

  onFault(detail: string): void {
    if (this.#state === "ending" || this.#state === "ended") return;
    this.#log.line("platform", detail);
    this.kill();
  }

  #answer(give: (running: RunningInvocation) => void): void {
    const running = this.#running;
    if (!running || running.answered) return;
    give(running);
    this.#tellSoon(running, undefined);
  }

  /** After one turn of the loop: what the function wrote before its answer is then read. */
  #tellSoon(running: RunningInvocation, failure: Failure | undefined): void {
    setImmediate(() => this.#tell(running, failure));
  }

  #tell(running: RunningInvocation, failure: Failure | undefined): void {
    if (this.#running !== running) return;
    if (failure) running.fail(failure);
    if (this.#log.wanted) this.#writeReport(running, failure);
    this.#running = undefined;
    this.#log.end();
    // Free before the caller hears: its next invocation finds this process.
    if (this.#ready) this.#becomeIdle();
    running.settle();
  }

  #writeReport(running: RunningInvocation, failure: Failure | undefined): void {
    if (performance.now() - this.#checkedAt > MEMORY_AGE_MS) this.checkMemory();
    for (const line of failure?.lines ?? []) this.#log.line("platform", line);
    this.#log.line("platform", `END RequestId: ${running.requestId}`);
    this.#log.line(
      "platform",
      reportLine({
        requestId: running.requestId,
        durationMs: running.durationMs,
        memoryMb: this.#facts.prepared.definition.memoryMb,
        peakBytes: this.#peakBytes,
        initMs: this.#initMs,
        failure,
      }),
    );
    this.#initMs = undefined;
  }

  #becomeIdle(): void {
    clearTimeout(this.#timer);
    this.#ready = false;
    if (this.#exited) return;
    const first = this.#state === "starting";
    this.#state = "idle";
    this.#idleSince = performance.now();
    if (this.#retiring) this.kill();
    else this.#listener.onIdle(this, first);
  }

  #armTimer(timeoutMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#onTimeout(timeoutMs), timeoutMs);
  }

  #onTimeout(timeoutMs: number): void {
    if (isAttached(this.#facts.prepared.debugPort)) {
      this.#timer = setTimeout(() => this.#onTimeout(timeoutMs), DEBUGGER_CHECK_MS);
      return;
    }
    if (this.#state === "starting") this.#initFault ??= { kind: "timeout", timeoutMs };
    const running = this.#running;
    if (running && !running.answered) {
      const failure = timedOut(running.requestId, Date.now(), timeoutMs);
      running.fail(failure);
      this.#tellSoon(running, failure);
    }
    this.kill();
  }

  #onNotStarted(error: Error): void {
    this.#initFault = { kind: "not-started", detail: error.message };
    this.#onEnd({ code: null, signal: null, outOfMemory: false });
  }

  #onExit(code: number | null, signal: NodeJS.Signals | null): void {
    const { child } = this.#launched as Launched;
    // What it left behind goes with it; the number of the group is taken until its last member is gone.
    signalGroup(child.pid as number, "SIGKILL");
    this.#exited = true;
    if (this.#state === "idle") this.#state = "ending";
    const end = { code, signal, outOfMemory: this.#outOfMemory };
    const timer = setTimeout(() => this.#onEnd(end), LAST_OUTPUT_MS);
    child.once("close", () => {
      clearTimeout(timer);
      this.#onEnd(end);
    });
  }

  #onEnd(end: ProcessEnd): void {
    if (this.#state === "ended") return;
    const first = this.#state === "starting";
    this.#state = "ended";
    clearTimeout(this.#timer);
    this.#launched?.channel.close();
    const running = this.#running;
    if (running) this.#tell(running, running.answered ? undefined : exited(running.requestId, end));
    const fault = this.#initFault ?? { kind: "ended", end };
    const failed = first && !this.#retiring;
    this.#listener.onEnded(this, failed ? { ...fault, log: this.#log.lastLines } : undefined, first);
  }
}

function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already (ESRCH): the end of the process tells the rest.
  }
}
