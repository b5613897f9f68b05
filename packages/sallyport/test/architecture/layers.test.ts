/** The shape of the house: which room may import which, and how large files and folders may grow. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { test } from "node:test";

const source = resolve(import.meta.dirname, "../../src");

/** Top to bottom. A room imports from its own and from lower layers only. */
const layers: readonly (readonly string[])[] = [
  ["cli"],
  ["edge", "control", "deploy"],
  ["http", "websocket", "services"],
  ["program"],
  ["integrations", "authorizers"],
  ["functions", "cluster"],
  ["upstream", "ledger", "protocol", "observe", "config"],
  ["expressions"],
  ["model"],
];
/** Rooms that do no input or output: what they need of the world is handed in. */
const pure = new Set(["model", "expressions"]);
const MAXIMUM_LINES = 500;
const MAXIMUM_FILES = 15;

const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.includes(`generated${sep}`))
  .toSorted();

function layerOf(room: string): number {
  return layers.findIndex((layer) => layer.includes(room));
}

function importsOf(text: string): string[] {
  return [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] as string);
}

function roomOf(path: string): string {
  return path.split(sep)[0] as string;
}

test("every room has its layer", () => {
  const unknown = readdirSync(source).filter((room) => layerOf(room) < 0);
  assert.deepEqual(unknown, []);
});

test("imports point down the layers only", () => {
  const wrong = files.flatMap((file) => {
    const text = readFileSync(join(source, file), "utf8");
    return importsOf(text).flatMap((target) => {
      if (!target.startsWith(".")) return [];
      const path = relative(source, resolve(source, dirname(file), target));
      if (path.startsWith("..")) return [];
      const [from, to] = [roomOf(file), roomOf(path)];
      return from === to || layerOf(to) > layerOf(from) ? [] : [`${file} -> ${path}`];
    });
  });
  assert.deepEqual(wrong, []);
});

test("model and expressions do no input or output", () => {
  const wrong = files
    .filter((file) => pure.has(roomOf(file)))
    .flatMap((file) =>
      importsOf(readFileSync(join(source, file), "utf8"))
        .filter((target) => !target.startsWith("."))
        .map((target) => `${file} -> ${target}`),
    );
  assert.deepEqual(wrong, []);
});

test("no file outgrows its reader", () => {
  const long = files.filter((file) => readFileSync(join(source, file), "utf8").split("\n").length > MAXIMUM_LINES);
  assert.deepEqual(long, []);
});

test("no folder outgrows its reader", () => {
  const folders = new Map<string, number>();
  for (const file of files) folders.set(dirname(file), (folders.get(dirname(file)) ?? 0) + 1);
  const crowded = [...folders].filter(([, count]) => count > MAXIMUM_FILES);
  assert.deepEqual(crowded, []);
});
