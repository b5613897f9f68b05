/** The base path of a document and what `basepath` makes of it. */
import { importFaults } from "../../faults.ts";
import { member, type NodeMap, textOf } from "../node.ts";

export type BasePathMode = "ignore" | "prepend" | "split";

/** The `basepath` parameter of a call. */
export function basePathMode(text: string | undefined): BasePathMode {
  if (text === undefined || text === "") return "ignore";
  if (text === "ignore" || text === "prepend" || text === "split") return text;
  throw importFaults.basePath(text);
}

/**
 * What goes before every path: nothing, or a path without a slash at its end.
 * Source: API Gateway Developer Guide, "Set the OpenAPI basePath property".
 */
export function prefixOf(root: NodeMap, mode: BasePathMode): string {
  if (mode === "ignore") return "";
  const segments = documentBasePath(root)
    .split("/")
    .filter((part) => part !== "");
  const kept = mode === "split" ? segments.slice(1) : segments;
  return kept.map((part) => `/${part}`).join("");
}

/** The first server variable named `basePath`; without one, the path of the first server's URL. */
function documentBasePath(root: NodeMap): string {
  const list = member(root, "servers");
  const servers: readonly unknown[] = Array.isArray(list) ? list : [];
  for (const server of servers) {
    const value = variable(server, "basePath");
    if (value !== undefined) return value;
  }
  return pathOf(servers[0]);
}

function variable(server: unknown, name: string): string | undefined {
  return textOf(member(member(member(server, "variables"), name), "default"), `servers.variables.${name}`);
}

/** Server URLs are templates and may be relative: `https://{host}/v1`, `/v1`. */
function pathOf(server: unknown): string {
  const url = member(server, "url");
  if (typeof url !== "string") return "";
  const filled = url.replace(/\{([^{}]*)\}/g, (_, name: string) => variable(server, name) ?? "");
  return filled
    .replace(/^[a-z][a-z0-9+.-]*:/i, "")
    .replace(/^\/\/[^/?#]*/, "")
    .replace(/[?#].*$/s, "");
}
