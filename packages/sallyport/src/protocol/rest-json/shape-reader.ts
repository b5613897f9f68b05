import type { MemberModel, ServiceModel, ShapeModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import { isoSeconds, parseTimestamp } from "../timestamp.ts";

/** A value of the wrong JSON type. The path is completed on the way out, so that good input pays nothing for it. */
export class TypeMismatch extends Error {
  override readonly name = "TypeMismatch";
  readonly #path: string[] = [];
  readonly expected: string;

  constructor(expected: string) {
    super(`must be ${expected}`);
    this.expected = expected;
  }

  /** Adds the name or the index under which the value was found. */
  within(segment: string): this {
    this.#path.unshift(segment);
    return this;
  }

  /** Where the value is, by wire names: `corsConfiguration.allowMethods[0]`. */
  get path(): string {
    return this.#path.reduce(
      (path, segment) => (path === "" || segment.startsWith("[") ? path + segment : `${path}.${segment}`),
      "",
    );
  }
}

/** Turns a parsed JSON value into a model value, capitalised names and all. Throws TypeMismatch. */
export type Reader = (value: unknown, depth: number) => unknown;

/** Far beyond any shape of a model; a bound for recursive shapes only. */
const MAX_DEPTH = 64;

const INT32 = { min: -(2 ** 31), max: 2 ** 31 - 1 };

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const readers = new WeakMap<ServiceModel, Map<string, Reader>>();

/** The reader of a shape, compiled at first use. */
export function readerOf(model: ServiceModel, name: string): Reader {
  const known = readers.get(model) ?? new Map<string, Reader>();
  readers.set(model, known);
  const compiled = known.get(name);
  if (compiled) return compiled;
  // Entered before its members are compiled, so that a recursive shape finds itself.
  let target: Reader | undefined;
  known.set(name, (value, depth) => (target as Reader)(value, depth));
  target = compile(model, shapeOf(model, name));
  known.set(name, target);
  return target;
}

function compile(model: ServiceModel, shape: ShapeModel): Reader {
  switch (shape.type) {
    case "structure":
      return structureReader(model, Object.entries(shape.members ?? {}));
    case "list":
      return listReader(readerOf(model, shape.member ?? ""));
    case "map":
      return mapReader(readerOf(model, shape.value ?? ""));
    case "string":
      return readString;
    case "boolean":
      return readBoolean;
    case "integer":
      return readInteger;
    case "long":
      return readLong;
    case "double":
    case "float":
      return readDouble;
    case "blob":
      return readBlob;
    case "timestamp":
      return readTimestamp;
  }
}

/** Reads the members of a structure that travel in a JSON object. Unknown members are ignored (unverified). */
export function structureReader(model: ServiceModel, members: readonly (readonly [string, MemberModel])[]): Reader {
  const plan = members.map(([member, { name, shape }]) => ({ member, name, read: readerOf(model, shape) }));
  return (value, depth) => {
    if (!isObject(value)) throw new TypeMismatch("an object");
    if (depth > MAX_DEPTH) throw new TypeMismatch(`nested at most ${MAX_DEPTH} levels deep`);
    const result: Record<string, unknown> = {};
    for (const { member, name, read } of plan) {
      const given = value[name];
      // null is absence: "Reading and patching", all PATCH calls are partial (observed).
      if (given === undefined || given === null) continue;
      try {
        result[member] = read(given, depth + 1);
      } catch (error) {
        throw error instanceof TypeMismatch ? error.within(name) : error;
      }
    }
    return result;
  };
}

function listReader(read: Reader): Reader {
  return (value, depth) => {
    if (!Array.isArray(value)) throw new TypeMismatch("a list");
    return value.map((element: unknown, index) => {
      try {
        return read(element, depth + 1);
      } catch (error) {
        throw error instanceof TypeMismatch ? error.within(`[${index}]`) : error;
      }
    });
  };
}

function mapReader(read: Reader): Reader {
  return (value, depth) => {
    if (!isObject(value)) throw new TypeMismatch("an object");
    const result: Record<string, unknown> = {};
    for (const key of Object.keys(value)) {
      const given = value[key];
      if (given === null) continue;
      try {
        setOwn(result, readString(key), read(given, depth + 1));
      } catch (error) {
        throw error instanceof TypeMismatch ? error.within(`[${JSON.stringify(key)}]`) : error;
      }
    }
    return result;
  };
}

/** Keys of maps are data: `__proto__` is a key like any other and must not become the prototype. */
export function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key !== "__proto__") target[key] = value;
  else Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

/** Half a surrogate pair is no text: it can neither be stored nor sent as UTF-8. */
function readString(value: unknown): string {
  if (typeof value !== "string") throw new TypeMismatch("a string");
  if (!value.isWellFormed()) throw new TypeMismatch("a string of well-formed Unicode");
  return value;
}

function readBoolean(value: unknown): boolean {
  if (typeof value !== "boolean") throw new TypeMismatch("a boolean");
  return value;
}

function readInteger(value: unknown): number {
  if (Number.isInteger(value) && (value as number) >= INT32.min && (value as number) <= INT32.max)
    return value as number;
  throw new TypeMismatch("an integer of 32 bits");
}

function readLong(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new TypeMismatch("an integer");
  return value as number;
}

function readDouble(value: unknown): number {
  // JSON text such as 1e999 parses to Infinity.
  if (!Number.isFinite(value)) throw new TypeMismatch("a finite number");
  return value as number;
}

function readBlob(value: unknown): Uint8Array {
  if (typeof value !== "string" || !/^[A-Za-z0-9+/]*={0,2}$/.test(value)) throw new TypeMismatch("base64 text");
  return Buffer.from(value, "base64");
}

function readTimestamp(value: unknown): string {
  const date = parseTimestamp(value);
  if (!date) throw new TypeMismatch("a timestamp");
  return isoSeconds(date);
}
