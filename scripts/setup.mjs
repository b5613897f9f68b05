/**
 * Brings a fresh checkout to the point where everything else runs: installs what package-lock.json names and makes sure
 * that the pinned Node.js is there. Runs on any Node.js 20 or newer, before anything is installed: plain JavaScript, no
 * dependencies.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const pinned = JSON.parse(readFileSync(join(root, "package.json"), "utf8")).devDependencies.node;
const node = join(root, "node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");

function fail(message) {
  console.error(`setup: ${message}`);
  process.exit(1);
}

function npm(...parameters) {
  const command = process.platform === "win32" ? "npm.cmd" : "npm";
  const result = spawnSync(command, parameters, { cwd: root, stdio: ["ignore", "inherit", "inherit"] });
  if (result.error) fail(`npm could not be started (${result.error.message}): install Node.js 20 or newer with npm`);
  if (result.status !== 0)
    fail(`"npm ${parameters.join(" ")}" failed with exit code ${result.status}: see its output above`);
}

/** npm writes node_modules/.package-lock.json at the end of every install that succeeded. */
function installed() {
  const marker = join(root, "node_modules", ".package-lock.json");
  return existsSync(marker) && statSync(marker).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs;
}

function versionOfPinned() {
  if (!existsSync(node)) return undefined;
  return spawnSync(node, ["--version"], { encoding: "utf8" }).stdout?.trim();
}

const [major] = process.versions.node.split(".");
if (Number(major) < 20) fail(`Node.js ${process.versions.node} is too old: version 20 or newer is needed to install`);
if (!installed()) npm("ci", "--no-audit", "--no-fund", "--loglevel=error");
if (versionOfPinned() !== `v${pinned}`) npm("rebuild", "node");
if (versionOfPinned() !== `v${pinned}`) {
  fail(
    `Node.js ${pinned} is not at ${node}. The npm package "node" puts it there with its install script; ` +
      `check that npm may run it ("npm config get ignore-scripts" must be false).`,
  );
}
