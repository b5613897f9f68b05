/** `$ref`: JSON pointers into the same document. Others are never followed: an import fetches nothing. */
import type { Findings } from "./findings.ts";
import { isMap, member, type NodeMap } from "../node.ts";

/** A chain of references longer than any definition has is a circle. Our choice. */
const MAXIMUM_HOPS = 10;

/** The pointer of a node that is a reference. */
export function pointerOf(node: unknown): string | undefined {
  const pointer = member(node, "$ref");
  return typeof pointer === "string" ? pointer : undefined;
}

/** The node itself or what it refers to; undefined when that is not in the document. */
export function resolve(root: NodeMap, node: unknown): unknown {
  let current = node;
  for (let hop = 0; hop < MAXIMUM_HOPS; hop += 1) {
    const pointer = pointerOf(current);
    if (pointer === undefined) return current;
    current = at(root, pointer);
  }
  return undefined;
}

function at(root: NodeMap, pointer: string): unknown {
  if (!pointer.startsWith("#/")) return undefined;
  let node: unknown = root;
  for (const part of pointer.slice(2).split("/")) {
    const name = segment(part);
    node = Array.isArray(node) ? node[Number(name)] : member(node, name);
  }
  return node;
}

/** RFC 6901, with the percent-encoding of a URI fragment. */
function segment(part: string): string {
  let text = part;
  try {
    text = decodeURIComponent(part);
  } catch {
    // A lone `%` is part of the name then.
  }
  return text.replaceAll("~1", "/").replaceAll("~0", "~");
}

/**
 * Warns of schemas that the bodies of an operation refer to and that are not there, in the words of the real service.
 * `seen` keeps the work linear: YAML aliases may lead to one node from many places.
 */
export function checkSchemas(
  root: NodeMap,
  operation: NodeMap,
  where: string,
  findings: Findings,
  seen: WeakSet<object>,
) {
  const check = (body: unknown, place: string): void => {
    const content = member(resolve(root, body), "content");
    for (const media of isMap(content) ? Object.values(content) : []) {
      for (const pointer of pointersIn(member(media, "schema"), seen)) {
        if (pointer.startsWith("#") && at(root, pointer) === undefined) {
          findings.warn(`Parse issue: attribute ${where}.${place}.content.schema.${pointer} is missing`);
        }
      }
    }
  };
  const responses = member(operation, "responses");
  for (const [status, response] of isMap(responses) ? Object.entries(responses) : []) {
    check(response, `responses.${status}`);
  }
  check(member(operation, "requestBody"), "requestBody");
}

/** Every pointer under a node. Goes through it without recursion: its depth is the document's. */
function pointersIn(node: unknown, seen: WeakSet<object>): readonly string[] {
  const pointers: string[] = [];
  const open: unknown[] = [node];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next !== "object" || next === null || seen.has(next)) continue;
    seen.add(next);
    const pointer = pointerOf(next);
    if (pointer !== undefined) pointers.push(pointer);
    open.push(...Object.values(next));
  }
  return pointers;
}
