/** The programs to compare with: Debian's packages. */
import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";

const PACKAGES: Readonly<Record<string, string>> = {
  nginx: "nginx-light",
  haproxy: "haproxy",
  caddy: "caddy",
  wrk: "wrk",
  taskset: "util-linux",
};

/** Installs what is missing when this is Debian and we are root. Tells what is missing afterwards. */
export function installed(): ReadonlySet<string> {
  const wanted = Object.keys(PACKAGES);
  const missing = wanted.filter((name) => !isInPath(name));
  if (missing.length > 0 && existsSync("/etc/debian_version") && process.getuid?.() === 0) {
    install(missing.map((name) => PACKAGES[name] as string));
  }
  const absent = wanted.filter((name) => !isInPath(name));
  if (absent.length > 0) console.log(`not here, and left out: ${absent.join(", ")}\n`);
  return new Set(wanted.filter((name) => !absent.includes(name)));
}

function isInPath(name: string): boolean {
  const folders = (process.env["PATH"] ?? "").split(delimiter).concat("/usr/sbin");
  return folders.some((folder) => isExecutable(join(folder, name)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function install(packages: readonly string[]): void {
  console.log(`installing ${packages.join(", ")}\n`);
  const options = {
    stdio: ["ignore", "ignore", "inherit"],
    env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
  };
  try {
    execFileSync("apt-get", ["update", "-q"], options as object);
    execFileSync("apt-get", ["install", "-y", "-q", "--no-install-recommends", ...packages], options as object);
  } catch (error) {
    console.log(`that failed: ${(error as Error).message}\n`);
  }
}
