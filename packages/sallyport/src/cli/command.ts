/** What a command of the program is. Commands are data: `run.ts` makes the command line of them. */
export interface Flag {
  /** With two dashes, and what stands behind it: `--data <folder>`. */
  readonly flags: string;
  readonly description: string;
  readonly default?: string | undefined;
  readonly repeatable?: boolean;
}

export interface Command {
  readonly name: string;
  readonly summary: string;
  /** Shown below the flags: examples, what to try next. */
  readonly epilogue: string;
  readonly flags: readonly Flag[];
  /** Flags arrive by their camel-cased name. Resolves to the exit code. */
  readonly run: (flags: Readonly<Record<string, string | boolean | readonly string[]>>) => Promise<number>;
}

/** A mistake of the user: shown as it is, without a stack, with exit code 2. */
export class UserError extends Error {
  override readonly name = "UserError";
}

/** Something outside of the program is in the way of its start: shown as it is, without a stack, with exit code 1. */
export class StartError extends Error {
  override readonly name = "StartError";
}
