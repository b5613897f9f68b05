/** Flags, environment and file -> one typed, checked Config. A flag beats the environment, which beats the file. */
import { readFileSync } from "node:fs";
import { parseAccessLogs, parseLimits } from "./file-sections.ts";
import { type Config, type Setting, type SettingName, settings } from "./settings.ts";

/** A configuration that can not be used. The message names the source, the value, the rule and the remedy. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

export interface ConfigSources {
  /** Values of the flags that were given, by setting name. */
  readonly flags: Partial<Record<SettingName, string>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Path of a configuration file, YAML or JSON. */
  readonly file?: string | undefined;
}

interface Given {
  readonly text: string;
  /** Where it was given, as the user would find it. */
  readonly source: string;
}

const names = Object.keys(settings) as readonly SettingName[];

export async function readConfig({ flags, environment, file }: ConfigSources): Promise<Config> {
  const { values, ...sections } = file === undefined ? NO_FILE : await readFile(file);
  const entries = names.map((name) => {
    const setting = settings[name] as Setting<unknown>;
    const given = fromFlag(setting, flags[name]) ?? fromEnvironment(setting, environment) ?? values.get(name);
    return [name, given === undefined ? setting.default : parse(setting, given)] as const;
  });
  const config = { ...Object.fromEntries(entries), ...sections } as Config;
  refuseUnsupported(config);
  return config;
}

function fromFlag(setting: Setting<unknown>, text: string | undefined): Given | undefined {
  return text === undefined ? undefined : { text, source: setting.flag };
}

function fromEnvironment(setting: Setting<unknown>, environment: ConfigSources["environment"]): Given | undefined {
  const text = environment[setting.environment];
  return text === undefined || text === ""
    ? undefined
    : { text, source: `environment variable ${setting.environment}` };
}

function parse(setting: Setting<unknown>, { text, source }: Given): unknown {
  try {
    return setting.parse(text);
  } catch (error) {
    // A ledger's URL holds a password: its value is not repeated.
    const shown = setting === settings.ledger ? "the given value" : JSON.stringify(text);
    throw new ConfigError(`${source}: ${shown} ${(error as Error).message}`);
  }
}

/** What a file gives besides settings of one text each. */
type Sections = Pick<Config, "quotas" | "limits" | "accessLogs">;
type FileContent = Sections & { readonly values: ReadonlyMap<string, Given> };

const NO_FILE: FileContent = { values: new Map(), quotas: {}, limits: {}, accessLogs: new Map() };

const sections: { readonly [S in keyof Sections]: (file: string, value: unknown) => Sections[S] } = {
  quotas: parseQuotas,
  limits: (file, value) => section(file, () => parseLimits(value)),
  accessLogs: (file, value) => section(file, () => parseAccessLogs(value)),
};

function section<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw new ConfigError(`${file}: ${(error as Error).message}`);
  }
}

const isSection = (name: string): name is keyof Sections => Object.hasOwn(sections, name);

async function readFile(file: string): Promise<FileContent> {
  const content = await parseFile(file);
  const values = new Map<string, Given>();
  const read: Partial<Record<keyof Sections, unknown>> = {};
  for (const [name, value] of Object.entries(content)) {
    if (isSection(name)) {
      read[name] = sections[name](file, value);
      continue;
    }
    if (!names.includes(name as SettingName)) {
      throw new ConfigError(
        `${file}: unknown setting "${name}". Settings are ${[...names, ...Object.keys(sections)].join(", ")}`,
      );
    }
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") {
      throw new ConfigError(`${file}: "${name}" must be a text, a number, true or false`);
    }
    values.set(name, { text: String(value), source: `${file}: "${name}"` });
  }
  return { ...NO_FILE, ...(read as Partial<Sections>), values };
}

async function parseFile(file: string): Promise<object> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError(`configuration file ${file} can not be read: ${(error as Error).message}`);
  }
  const { parse: parseYaml } = await import("yaml");
  let content: unknown;
  try {
    content = parseYaml(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new ConfigError(`configuration file ${file} is neither YAML nor JSON: ${(error as Error).message}`);
  }
  if (content === null || content === undefined) return {};
  if (typeof content !== "object" || Array.isArray(content)) {
    throw new ConfigError(`configuration file ${file} must hold settings by name, for example "region: eu-central-1"`);
  }
  return content;
}

function parseQuotas(file: string, value: unknown): Record<string, number> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new ConfigError(`${file}: "quotas" must hold numbers by name, for example "quotas: { routesPerApi: 1000 }"`);
  }
  for (const [name, limit] of Object.entries(value)) {
    if (!Number.isSafeInteger(limit) || (limit as number) < 1) {
      throw new ConfigError(`${file}: "quotas.${name}" is ${JSON.stringify(limit)}: must be a whole number from 1`);
    }
  }
  return value as Record<string, number>;
}

/** What the design names but this version can not honour is refused, not ignored. */
function refuseUnsupported(config: Config): void {
  const refused: readonly [boolean, string][] = [
    [config.https !== undefined, settings.https.flag],
    [config.workers > 0, settings.workers.flag],
  ];
  const first = refused.find(([given]) => given);
  if (first) throw new ConfigError(`${first[1]} is not supported by this version of Sallyport: leave it out`);
}
