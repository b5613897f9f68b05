/**
 * Everything that must hold before a change lands: types, lint, format, then every test. `npm test` runs it on the
 * pinned Node.js. Paths behind `npm test --` narrow the run to those tests.
 */
import { spawnSync } from "node:child_process";
import { globSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dirname, "..");
const bin = join(root, "node_modules", ".bin");
const chosen = process.argv.slice(2);
const started = performance.now();

interface Step {
  readonly name: string;
  readonly command: string;
  readonly parameters: readonly string[];
}

function tool(name: string): string {
  return join(bin, process.platform === "win32" ? `${name}.cmd` : name);
}

const checks: readonly Step[] = [
  { name: "types", command: tool("tsc"), parameters: ["--noEmit"] },
  { name: "lint", command: tool("oxlint"), parameters: ["--type-aware", "--quiet"] },
  { name: "format", command: tool("oxfmt"), parameters: ["--check"] },
];

function run({ name, command, parameters }: Step): void {
  const from = performance.now();
  const { status, error } = spawnSync(command, parameters, {
    cwd: root,
    stdio: "inherit",
    env: { ...process.env, PATH: `${bin}:${process.env["PATH"] ?? ""}` },
  });
  const seconds = ((performance.now() - from) / 1000).toFixed(1);
  if (status !== 0) {
    console.error(`${name}: failed after ${seconds} s${error ? ` (${error.message})` : ""}`);
    process.exit(1);
  }
  console.log(`${name}: fine, ${seconds} s`);
}

const tests = chosen.length > 0 ? chosen : globSync("packages/*/test/**/*.test.ts", { cwd: root }).toSorted();
if (tests.length === 0) {
  console.error("tests: none found");
  process.exit(1);
}
if (chosen.length === 0) checks.forEach(run);
run({
  name: "tests",
  command: process.execPath,
  parameters: [
    "--disable-warning=ExperimentalWarning",
    "--test",
    "--test-concurrency=2",
    "--test-timeout=600000",
    ...tests,
  ],
});
console.log(`everything: fine, ${((performance.now() - started) / 1000).toFixed(1)} s`);
