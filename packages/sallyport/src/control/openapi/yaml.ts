/** Reads YAML within bounds. The `yaml` package is loaded when the first such document comes: most come as JSON. */
import { extname } from "node:path";
import { Worker } from "node:worker_threads";

/** Larger texts are parsed beside the thread that serves requests: a megabyte takes about a second. Our choice. */
const INLINE_CHARACTERS = 32 * 1024;
/** A text that takes longer is meant to. Our choice. */
const PARSE_TIMEOUT_MS = 60_000;
const PARSE_MEMORY_MB = 1024;
/** Deeper brackets than any definition has; they cost the parser its stack. Our choice. */
const MAXIMUM_DEPTH = 200;
/** The parser's work grows with the square of their number. Our choice. */
const MAXIMUM_ANCHORS = 1000;

/** The nodes of a document. Throws an Error that tells what is wrong with it. */
export async function parseYaml(text: string): Promise<unknown> {
  requireShallow(text);
  requireFewAnchors(text);
  if (text.length > INLINE_CHARACTERS) return parseBeside(text);
  const { yamlNodes } = await import("./yaml-nodes.ts");
  return yamlNodes(text);
}

/** Refuses bracket towers and rows of `- - -` before the parser meets them. Quoted brackets count too: an upper bound. */
function requireShallow(text: string): void {
  let depth = 0;
  for (const [found] of text.matchAll(/[[\]{}]|(?:- ){200}/g)) {
    if (found === "]" || found === "}") depth = Math.max(0, depth - 1);
    else depth += found.length > 1 ? MAXIMUM_DEPTH + 1 : 1;
    if (depth > MAXIMUM_DEPTH) throw new RangeError("the document is nested too deeply");
  }
}

function requireFewAnchors(text: string): void {
  const anchors = text.match(/(?<![^\s[{,:?-])&[^\s&]/g) ?? [];
  if (anchors.length > MAXIMUM_ANCHORS) throw new RangeError("the document has too many anchors");
}

/** What the worker answers: the nodes, or why there are none. */
export type YamlAnswer = { readonly nodes: unknown } | { readonly fault: string };

async function parseBeside(text: string): Promise<unknown> {
  const worker = new Worker(new URL(`./yaml-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: text,
    resourceLimits: { maxOldGenerationSizeMb: PARSE_MEMORY_MB },
  });
  const { promise, resolve, reject } = Promise.withResolvers<YamlAnswer>();
  const deadline = setTimeout(() => reject(new Error("the document takes too long to parse")), PARSE_TIMEOUT_MS);
  worker.once("message", resolve);
  worker.once("messageerror", reject);
  worker.once("error", reject);
  worker.once("exit", (code) => reject(new Error(`the parser ended with code ${code}`)));
  try {
    const answer = await promise;
    if ("fault" in answer) throw new Error(answer.fault);
    return answer.nodes;
  } finally {
    clearTimeout(deadline);
    await worker.terminate();
  }
}
