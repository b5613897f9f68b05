/** Reads nodes of a parsed document whose shape nobody has promised. Only own members count: `constructor` is a name. */

export type NodeMap = Readonly<Record<string, unknown>>;

/** A member is there but is not of the type that its place asks for. */
export class MalformedNodeError extends Error {
  override readonly name = "MalformedNodeError";
}

export function isMap(node: unknown): node is NodeMap {
  return typeof node === "object" && node !== null && !Array.isArray(node);
}

/** The own member of a map; undefined when the node is no map, or the member is absent or null. */
export function member(node: unknown, name: string): unknown {
  if (!isMap(node) || !Object.hasOwn(node, name)) return undefined;
  return node[name] ?? undefined;
}

/** The members of a map in order; none when the node is absent. */
export function membersOf(node: unknown, what: string): readonly [string, unknown][] {
  const map = mapOf(node, what);
  return map ? Object.entries(map) : [];
}

export function mapOf(node: unknown, what: string): NodeMap | undefined {
  if (node === undefined || node === null) return undefined;
  if (!isMap(node)) throw new MalformedNodeError(`${what} must be an object`);
  return node;
}

/** Text; numbers and booleans become text, because YAML takes `1` and `true` for more than text. */
export function textOf(node: unknown, what: string): string | undefined {
  if (node === undefined || node === null) return undefined;
  if (typeof node === "string") return node;
  if (typeof node === "number" || typeof node === "boolean") return String(node);
  throw new MalformedNodeError(`${what} must be text`);
}

export function booleanOf(node: unknown, what: string): boolean | undefined {
  if (node === undefined || node === null) return undefined;
  if (typeof node === "boolean") return node;
  if (node === "true" || node === "false") return node === "true";
  throw new MalformedNodeError(`${what} must be true or false`);
}

export function integerOf(node: unknown, what: string): number | undefined {
  if (node === undefined || node === null) return undefined;
  const value = typeof node === "string" && /^-?\d{1,15}$/.test(node) ? Number(node) : node;
  if (Number.isSafeInteger(value)) return value as number;
  throw new MalformedNodeError(`${what} must be an integer`);
}

export function listOf(node: unknown, what: string): readonly unknown[] | undefined {
  if (node === undefined || node === null) return undefined;
  if (!Array.isArray(node)) throw new MalformedNodeError(`${what} must be a list`);
  return node;
}

export function textsOf(node: unknown, what: string): readonly string[] | undefined {
  return listOf(node, what)?.map((item) => textOf(item, what) ?? "");
}

export function textMapOf(node: unknown, what: string): Readonly<Record<string, string>> | undefined {
  const map = mapOf(node, what);
  if (map === undefined) return undefined;
  return Object.fromEntries(Object.entries(map).map(([name, value]) => [name, textOf(value, `${what}.${name}`) ?? ""]));
}
