import { CommanderError, Command as Program } from "commander";
import { ConfigError } from "../config/config.ts";
import { LedgerUnavailableError, LedgerUnusableError } from "../ledger/ledger.ts";
import { type Command, StartError, UserError } from "./command.ts";
import { startCommand } from "./start.ts";
import { version } from "./version.ts";

const commands: readonly Command[] = [startCommand];

const USAGE_ERROR = 2;
const FAILURE = 1;

/** Runs one command line. Resolves to the exit code; nothing is thrown at the user. */
export async function run(parameters: readonly string[]): Promise<number> {
  let exitCode = 0;
  const program = new Program("sallyport")
    .description("A self-hosted gateway for Amazon API Gateway v2 definitions.")
    .version(version, "--version", "print the version")
    .helpOption("--help", "print this help")
    .helpCommand("help [command]", "print the help of a command")
    .exitOverride()
    .addHelpText(
      "after",
      "\nStart here:\n  sallyport start           a gateway on this machine\n  sallyport start --help    every setting, with its default",
    );
  for (const command of commands) {
    add(program, command, (code) => {
      exitCode = code;
    });
  }
  try {
    await program.parseAsync(parameters, { from: "user" });
    return exitCode;
  } catch (error) {
    return report(error);
  }
}

function add(program: Program, command: Command, done: (exitCode: number) => void): void {
  const entry = program
    .command(command.name)
    .summary(command.summary)
    .description(command.summary)
    .helpOption("--help", "print this help")
    .allowExcessArguments(false)
    .exitOverride()
    .addHelpText("after", command.epilogue);
  for (const { flags, description, default: fallback, repeatable } of command.flags) {
    const shown = fallback === undefined ? description : `${description} (default: ${fallback})`;
    if (repeatable) entry.option(flags, shown, (value: string, before: readonly string[]) => [...before, value], []);
    else entry.option(flags, shown);
  }
  entry.action(async (flags: Record<string, string | boolean | readonly string[]>) => done(await command.run(flags)));
}

function report(error: unknown): number {
  // commander has printed its own message, or the help that was asked for.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE_ERROR;
  if (error instanceof UserError || error instanceof ConfigError) {
    process.stderr.write(`sallyport: ${error.message}\n`);
    return USAGE_ERROR;
  }
  const inTheWay =
    error instanceof StartError || error instanceof LedgerUnusableError || error instanceof LedgerUnavailableError;
  if (inTheWay) {
    process.stderr.write(`sallyport: ${error.message}\n`);
    return FAILURE;
  }
  process.stderr.write(`sallyport: unexpected failure\n${error instanceof Error ? error.stack : String(error)}\n`);
  return FAILURE;
}
