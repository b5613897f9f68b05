import { readConfig } from "../config/config.ts";
import { type Address, type Setting, type SettingName, settings } from "../config/settings.ts";
import type { Command, Flag } from "./command.ts";
import { runServer } from "./server.ts";

function defaultOf(setting: Setting<unknown>): string | undefined {
  const value = setting.default as string | number | boolean | Address | undefined;
  if (value === undefined || value === false) return undefined;
  return typeof value === "object" ? `${value.host}:${value.port}` : String(value);
}

const flags: readonly Flag[] = [
  { flags: "--config <file>", description: "file with settings by name, YAML or JSON; flags and environment win" },
  ...Object.values(settings as unknown as Record<string, Setting<unknown>>).map((setting) => ({
    flags: setting.placeholder ? `${setting.flag} <${setting.placeholder}>` : setting.flag,
    description: `${setting.description} [${setting.environment}]`,
    default: defaultOf(setting),
    ...(setting.repeatable ? { repeatable: true } : {}),
  })),
];

const epilogue = `
Each setting can also be given in the environment (the name in brackets) or in a file (--config), where it has the flag's
name in camel case: "logFormat: json". A flag wins over the environment, the environment over the file.

When every listener is ready, one line on standard output says so and holds the real addresses:
  sallyport ready admin=127.0.0.1:4580 http=127.0.0.1:8080 ...

Examples:
  sallyport start
  sallyport start --http 127.0.0.1:0 --admin 127.0.0.1:0     ports chosen by the system
  sallyport start --admin 0.0.0.0:4580 --credentials who.yaml

Then point a client at it:
  export AWS_ENDPOINT_URL=http://127.0.0.1:4580 AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any AWS_DEFAULT_REGION=us-east-1
  aws apigatewayv2 create-api --name hello --protocol-type HTTP --target https://example.com
`;

export const startCommand: Command = {
  name: "start",
  summary: "start the gateway and its control plane",
  flags,
  epilogue,
  run: async (given) => {
    const config = await readConfig({
      flags: textsOf(given),
      environment: process.env,
      file: typeof given["config"] === "string" ? given["config"] : undefined,
    });
    return runServer(config);
  },
};

/** A switch that was given is "true"; repeated texts come one a line. */
function textsOf(
  given: Readonly<Record<string, string | boolean | readonly string[]>>,
): Partial<Record<SettingName, string>> {
  // A repeatable flag that was not given arrives as an empty list.
  const entries = Object.entries(given).filter(
    ([name, value]) => name in settings && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "object" ? value.join("\n") : String(value)]),
  );
}
