/** The thread that parses one large YAML text: its data is the text, its one message the answer. */
import { parentPort, workerData } from "node:worker_threads";
import type { YamlAnswer } from "./yaml.ts";
import { yamlNodes } from "./yaml-nodes.ts";

function answer(): YamlAnswer {
  try {
    return { nodes: yamlNodes(workerData as string) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port, not a window
parentPort?.postMessage(answer());
