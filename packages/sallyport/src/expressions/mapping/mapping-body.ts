import type { BodyPath } from "../body-path.ts";
import { valueText } from "../context-variables.ts";
import { isContainer, parseExactJson } from "../exact-json.ts";

/**
 * JSON paths see no more of a body than this. API Gateway Developer Guide, "Transforming API requests and responses":
 * 100 KB; binary kilobytes are our choice.
 */
export const MAX_BODY_PATH_BYTES: number = 100 * 1024;

/** The body of a request or response as mappings read it: decoded, and parsed, once and only when they ask. */
export class MappingBody {
  readonly #bytes: Uint8Array;
  #text: string | undefined;
  /** Parsed; `value` is undefined for what is no JSON. */
  #json: { readonly value: unknown } | undefined;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** All of it, as UTF-8. Bytes that are none become U+FFFD. */
  get text(): string {
    this.#text ??= textOf(this.#bytes);
    return this.#text;
  }

  /** The text of what a path selects; undefined when there is no such thing, or the part looked at is no JSON. */
  select(path: BodyPath): string | undefined {
    if (path.length === 0) return this.text === "" ? undefined : this.text;
    this.#json ??= { value: jsonOf(this.#bytes) };
    return valueText(selected(this.#json.value, path, 0));
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
}

/** A body that is cut is hardly ever JSON any more, and then yields no value: our choice. */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseExactJson(textOf(bytes.subarray(0, MAX_BODY_PATH_BYTES)));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Behind a wildcard everything found makes a list, also when it is one thing or none: our choice, as JSONPath has it. */
function selected(value: unknown, path: BodyPath, at: number): unknown {
  const step = path[at];
  if (!step) return value;
  if (!isContainer(value)) return undefined;
  if (step.kind === "wildcard") return everySelected(Object.values(value), path, at + 1);
  const name = step.kind === "name" ? step.name : String(step.index);
  if (Array.isArray(value) !== (step.kind === "index") || !Object.hasOwn(value, name)) return undefined;
  return selected((value as Readonly<Record<string, unknown>>)[name], path, at + 1);
}

function everySelected(values: readonly unknown[], path: BodyPath, at: number): unknown {
  const found = values.map((value) => selected(value, path, at)).filter((value) => value !== undefined);
  const nested = path.slice(at).some((step) => step.kind === "wildcard");
  return nested ? found.flat() : found;
}
