/**
 * The skeleton of a mapping template that a model's schema gives: sample values, and a loop for each array. API Gateway
 * V2 API Reference, "GetModelTemplate". The exact text is unverified.
 */
import { isJsonObject, type JsonObject, referencedModel } from "./model-schema.ts";

/** The schema of another model of the API, by the model's name. */
export type ModelLookup = (name: string) => unknown;

interface Writer {
  readonly root: JsonObject;
  readonly lookup: ModelLookup;
  /** How many values may still be written. */
  readonly budget: { left: number };
}

interface Place {
  /** The value's reference in the template: `$inputRoot.pets`. */
  readonly reference: string;
  readonly indent: string;
  /** How many schemas are around this one. */
  readonly depth: number;
}

/** Schemas may refer to themselves, and a small one to itself very often. Our choice. */
const MAXIMUM_DEPTH = 10;
const MAXIMUM_VALUES = 1000;

const SAMPLES: Readonly<Record<string, string>> = { string: '"foo"', integer: "42", number: "3.149", boolean: "true" };

/** The template for a schema that has been parsed. */
export function modelTemplate(schema: unknown, lookup: ModelLookup): string {
  const root = isJsonObject(schema) ? schema : {};
  const body = sample(
    root,
    { root, lookup, budget: { left: MAXIMUM_VALUES } },
    { reference: "$inputRoot", indent: "", depth: 0 },
  );
  return `#set($inputRoot = $input.path('$'))\n${body}`;
}

function sample(value: unknown, writer: Writer, place: Place): string {
  writer.budget.left -= 1;
  const resolved = resolve(value, writer, 0);
  if (!resolved || place.depth > MAXIMUM_DEPTH || writer.budget.left < 0) return "{}";
  const { schema, root } = resolved;
  const within: Writer = { ...writer, root };
  const type = typeOf(schema);
  if (type === "object") return sampleObject(schema, within, place);
  if (type === "array") return sampleArray(schema, within, place);
  return SAMPLES[type] ?? "null";
}

function sampleObject(schema: JsonObject, writer: Writer, { reference, indent, depth }: Place): string {
  const properties = isJsonObject(schema["properties"]) ? Object.entries(schema["properties"]) : [];
  if (properties.length === 0) return "{}";
  const deeper = `${indent}  `;
  const members = properties.map(([name, property]) => {
    const value = sample(property, writer, { reference: `${reference}.${name}`, indent: deeper, depth: depth + 1 });
    return `${deeper}${JSON.stringify(name)} : ${value}`;
  });
  return `{\n${members.join(",\n")}\n${indent}}`;
}

function sampleArray(schema: JsonObject, writer: Writer, { reference, indent, depth }: Place): string {
  const items: unknown = Array.isArray(schema["items"]) ? schema["items"][0] : schema["items"];
  if (items === undefined) return "[]";
  const deeper = `${indent}  `;
  const element = `$elem${depth === 0 ? "" : depth}`;
  const value = sample(items, writer, { reference: element, indent: deeper, depth: depth + 1 });
  return `[\n#foreach(${element} in ${reference})\n${deeper}${value}#if($foreach.hasNext),#end\n#end\n${indent}]`;
}

/** The schema that is meant, and the document in which its own references are looked up. */
function resolve(value: unknown, writer: Writer, hops: number): { schema: JsonObject; root: JsonObject } | undefined {
  if (!isJsonObject(value) || hops > MAXIMUM_DEPTH) return undefined;
  const reference = value["$ref"];
  if (typeof reference !== "string") return { schema: value, root: writer.root };
  const name = referencedModel(reference);
  if (name === undefined) return resolve(pointed(writer.root, reference.slice(1)), writer, hops + 1);
  const root = writer.lookup(name);
  if (!isJsonObject(root)) return undefined;
  const fragment = reference.split("#")[1] ?? "";
  return resolve(pointed(root, fragment), { ...writer, root }, hops + 1);
}

/** The part of a document at a JSON pointer (RFC 6901). */
function pointed(document: unknown, pointer: string): unknown {
  let value = document;
  for (const part of pointer.split("/").slice(1)) {
    const name = part.replaceAll("~1", "/").replaceAll("~0", "~");
    if (Array.isArray(value)) value = value[Number(name)];
    else value = isJsonObject(value) && Object.hasOwn(value, name) ? value[name] : undefined;
  }
  return value;
}

function typeOf(schema: JsonObject): string {
  const { type } = schema;
  const named: unknown = Array.isArray(type) ? type.find((name) => name !== "null") : type;
  if (typeof named === "string") return named;
  if ("properties" in schema) return "object";
  return "items" in schema ? "array" : "object";
}
