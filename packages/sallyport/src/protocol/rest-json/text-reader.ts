import type { ServiceModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import { isoSeconds, parseTimestamp } from "../timestamp.ts";
import { TypeMismatch } from "./shape-reader.ts";

/** Turns the texts under one name (a label, a header, the repeats of a query parameter) into a model value. */
export type TextReader = (texts: readonly string[]) => unknown;

/** The reader of a member that travels outside the body. Throws TypeMismatch. */
export function textReaderOf(model: ServiceModel, name: string): TextReader {
  const shape = shapeOf(model, name);
  if (shape.type === "list") {
    const read = scalarReader(shapeOf(model, shape.member ?? "").type);
    return (texts) => texts.map(read);
  }
  const read = scalarReader(shape.type);
  // A scalar given twice: the first one counts (our choice).
  return (texts) => read(texts[0] ?? "");
}

/** The reader of one text of a scalar type. */
export function scalarReader(type: string): (text: string) => unknown {
  switch (type) {
    case "string":
      return (text) => text;
    case "boolean":
      return readBoolean;
    case "integer":
      return (text) => readWhole(text, 2 ** 31, "an integer of 32 bits");
    case "long":
      return (text) => readWhole(text, Number.MAX_SAFE_INTEGER, "an integer");
    case "double":
    case "float":
      return readDouble;
    case "timestamp":
      return readTimestamp;
    default:
      throw new Error(`a ${type} can not travel outside the body`);
  }
}

function readBoolean(text: string): boolean {
  if (text !== "true" && text !== "false") throw new TypeMismatch("true or false");
  return text === "true";
}

function readWhole(text: string, bound: number, expected: string): number {
  const value = Number(text);
  if (!/^-?\d{1,16}$/.test(text) || value < -bound || value >= bound) throw new TypeMismatch(expected);
  return value;
}

function readDouble(text: string): number {
  if (!/^-?\d+(?:\.\d+)?(?:[eE][+-]?\d{1,3})?$/.test(text) || !Number.isFinite(Number(text))) {
    throw new TypeMismatch("a finite number");
  }
  return Number(text);
}

function readTimestamp(text: string): string {
  const date = parseTimestamp(text);
  if (!date) throw new TypeMismatch("a timestamp");
  return isoSeconds(date);
}
