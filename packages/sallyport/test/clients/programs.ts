/** Programs that are not ours: where they are, how they get here, and running them. */
import { execFile, execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const INSTALL_TIMEOUT_MS = 300_000;
const MAXIMUM_OUTPUT_BYTES = 32 * 1024 * 1024;

/** The program's path, when it is in PATH. */
export function programPath(name: string): string | undefined {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * Installs a Debian package where that is possible without asking; otherwise fails and says what would install it. A
 * client that is missing must not look like a client that works.
 */
export function installDebianPackage(name: string): void {
  const command = `apt-get install -y ${name}`;
  if (!existsSync("/etc/debian_version") || process.getuid?.() !== 0) {
    throw new Error(`this test needs a client that is not here; on Debian, as root, this installs it: ${command}`);
  }
  const aptGet = (...parameters: readonly string[]): void => {
    execFileSync("apt-get", parameters, {
      stdio: "inherit",
      timeout: INSTALL_TIMEOUT_MS,
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  };
  const install = ["install", "-y", "--no-install-recommends", name] as const;
  try {
    aptGet(...install);
  } catch {
    // The package lists of a fresh machine are empty or old.
    aptGet("update");
    aptGet(...install);
  }
}

export interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly cwd?: string;
}

/** Runs a program to its end, whatever its exit code. */
export function run(
  program: string,
  parameters: readonly string[],
  { env, timeoutMs, cwd }: RunOptions,
): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    execFile(
      program,
      parameters,
      { env, cwd, timeout: timeoutMs, maxBuffer: MAXIMUM_OUTPUT_BYTES },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== "number") {
          reject(
            new Error(`${program} ${parameters.join(" ")}: ${error.message}\n${stdout}\n${stderr}`, { cause: error }),
          );
          return;
        }
        resolve({ code: typeof error?.code === "number" ? error.code : 0, stdout, stderr });
      },
    );
  });
}

/** An environment in which AWS clients see this gateway and nothing that the machine configures. */
export function clientEnvironment(admin: string, folder: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(
    ([name]) => !/^(AWS|TF|SALLYPORT|HTTPS?_PROXY|NO_PROXY)/i.test(name),
  );
  return {
    ...Object.fromEntries(inherited),
    AWS_ENDPOINT_URL: admin,
    AWS_ACCESS_KEY_ID: "any",
    AWS_SECRET_ACCESS_KEY: "any",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_REGION: "us-east-1",
    AWS_CONFIG_FILE: join(folder, "no-config"),
    AWS_SHARED_CREDENTIALS_FILE: join(folder, "no-credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
    AWS_PAGER: "",
    NO_PROXY: "127.0.0.1,localhost",
  };
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** What the AWS CLI says of an error, without what only some versions add. */
export function withoutRetryNote(stderr: string): string {
  return stderr.replaceAll(" (reached max retries: 0)", "");
}
