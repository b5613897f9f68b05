import type { MemberModel, ServiceModel, ShapeModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import { isoSeconds, parseTimestamp } from "../timestamp.ts";
import { setOwn } from "./shape-reader.ts";

/** Turns a model value into what JSON.stringify puts on the wire. */
export type Writer = (value: unknown) => unknown;

const asIs: Writer = (value) => value;

const writers = new WeakMap<ServiceModel, Map<string, Writer>>();

/** The writer of a shape, compiled at first use. */
export function writerOf(model: ServiceModel, name: string): Writer {
  const known = writers.get(model) ?? new Map<string, Writer>();
  writers.set(model, known);
  const compiled = known.get(name);
  if (compiled) return compiled;
  let target: Writer | undefined;
  known.set(name, (value) => (target as Writer)(value));
  target = compile(model, shapeOf(model, name));
  known.set(name, target);
  return target;
}

function compile(model: ServiceModel, shape: ShapeModel): Writer {
  switch (shape.type) {
    case "structure":
      return structureWriter(model, Object.entries(shape.members ?? {}));
    case "list":
      return listWriter(writerOf(model, shape.member ?? ""));
    case "map":
      return mapWriter(writerOf(model, shape.value ?? ""));
    case "timestamp":
      return shape.timestampFormat === "iso8601" ? writeIso : writeEpoch;
    case "blob":
      return (value) => Buffer.from(value as Uint8Array | string).toString("base64");
    case "integer":
    case "long":
    case "double":
    case "float":
      return writeNumber;
    default:
      return asIs;
  }
}

/** Writes the modelled members of a structure by wire name; what is absent is left out, never null. */
export function structureWriter(model: ServiceModel, members: readonly (readonly [string, MemberModel])[]): Writer {
  const plan = members.map(([member, { name, shape }]) => ({ member, name, write: writerOf(model, shape) }));
  return (value) => {
    const given = value as Readonly<Record<string, unknown>>;
    const result: Record<string, unknown> = {};
    for (const { member, name, write } of plan) {
      const item = given[member];
      if (item !== undefined && item !== null) result[name] = write(item);
    }
    return result;
  };
}

function listWriter(write: Writer): Writer {
  if (write === asIs) return asIs;
  return (value) => (value as readonly unknown[]).map(write);
}

function mapWriter(write: Writer): Writer {
  return (value) => {
    const result: Record<string, unknown> = {};
    for (const [key, item] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      if (item !== undefined && item !== null) setOwn(result, key, write(item));
    }
    return result;
  };
}

/** JSON has no other way to write NaN than null, which a client would take for an absent member. */
function writeNumber(value: unknown): unknown {
  if (!Number.isFinite(value)) throw new TypeError(`not a finite number: ${String(value)}`);
  return value;
}

function dateOf(value: unknown): Date {
  const date = value instanceof Date ? value : parseTimestamp(value);
  if (!date) throw new TypeError(`not a timestamp: ${String(value)}`);
  return date;
}

const IN_WIRE_FORM = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;
const writeIso: Writer = (value) =>
  typeof value === "string" && IN_WIRE_FORM.test(value) ? value : isoSeconds(dateOf(value));
const writeEpoch: Writer = (value) => Math.floor(dateOf(value).getTime() / 1000);
