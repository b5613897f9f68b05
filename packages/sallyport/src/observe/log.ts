/** What the program says to its operator: one line an event, on standard error; standard output belongs to commands. */
export interface Log {
  debug(message: string, facts?: LogFacts): void;
  info(message: string, facts?: LogFacts): void;
  warn(message: string, facts?: LogFacts): void;
  error(message: string, facts?: LogFacts): void;
}

/** What a line is about. An error stands under `error`; nothing secret may be among them. */
export type LogFacts = Readonly<Record<string, unknown>>;

export type LogLevel = "debug" | "info" | "warn" | "error";

export interface LogOptions {
  /** `json`: one object a line; `text`: for people. */
  readonly format: "text" | "json";
  /** Quieter events are left out. */
  readonly level: LogLevel;
}

const STANDARD_ERROR = 2;

/** Opens the log on standard error. Each line is written before the call returns: a crash loses none. */
export async function openLog({ format, level }: LogOptions): Promise<Log> {
  return format === "json" ? jsonLog(level) : textLog(level);
}

async function jsonLog(level: LogLevel): Promise<Log> {
  // Only where it is wanted: a start that logs text does not wait for it.
  const { pino } = await import("pino");
  const options = {
    level,
    messageKey: "message",
    timestamp: pino.stdTimeFunctions.isoTime,
    base: undefined,
    serializers: { error: pino.stdSerializers.err, cause: pino.stdSerializers.err },
    formatters: { level: levelMember },
  };
  const logger = pino(options, pino.destination({ dest: STANDARD_ERROR, sync: true }));
  return {
    debug: (message, facts = {}) => logger.debug(facts, message),
    info: (message, facts = {}) => logger.info(facts, message),
    warn: (message, facts = {}) => logger.warn(facts, message),
    error: (message, facts = {}) => logger.error(facts, message),
  };
}

const levelMember = (label: string): object => ({ level: label });

const LEVELS: readonly LogLevel[] = ["debug", "info", "warn", "error"];

function textLog(least: LogLevel): Log {
  const write =
    (level: LogLevel) =>
    (message: string, facts: LogFacts = {}) => {
      if (LEVELS.indexOf(level) < LEVELS.indexOf(least)) return;
      process.stderr.write(`${new Date().toISOString()} ${level} ${message}${factsText(facts)}\n`);
    };
  return { debug: write("debug"), info: write("info"), warn: write("warn"), error: write("error") };
}

function factsText(facts: LogFacts): string {
  const pairs = Object.entries(facts).filter(([, value]) => value !== undefined);
  return pairs.map(([name, value]) => ` ${name}=${valueText(value)}`).join("");
}

/** As JSON, so that a value with line breaks stays on its line. */
function valueText(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.stack ?? value.message);
  return JSON.stringify(value) ?? String(value);
}
