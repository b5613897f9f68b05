/** Requests drawn from a service model, for property tests over a server of that model. */
import * as fc from "fast-check";

import type { AwsRequest } from "../../src/protocol/service.ts";
import type { OperationModel, ServiceModel, ShapeModel } from "../../src/protocol/service-model.ts";
import { shapeOf } from "../../src/protocol/service-model.ts";

/** A request, and the operation whose model it was drawn from. */
export interface DrawnRequest {
  readonly operation: string;
  readonly request: AwsRequest;
}

export interface DrawOptions {
  /** Values for labels and members by wire name (`apiId`), so that some requests name what is there. */
  readonly known?: Readonly<Record<string, readonly string[]>>;
}

type Json = fc.Arbitrary<unknown>;

const bytes = (text: string): Uint8Array => Buffer.from(text, "utf8");

const label = fc.stringMatching(/^[a-z0-9]{6,10}$/);

const baseRequest = { headers: { host: "localhost", "content-type": "application/json" } };

/** Text within the limits of a shape, with the characters that break parsers. */
function textOf(shape: ShapeModel): fc.Arbitrary<string> {
  if (shape.enum) return fc.constantFrom(...shape.enum);
  if (shape.pattern) return fc.stringMatching(/^[a-z0-9]{10,30}$/);
  const minLength = Math.max(shape.min ?? 0, shape.documentedMin ?? 0);
  const maxLength = Math.max(minLength, Math.min(shape.max ?? 40, shape.documentedMax ?? 40, 40));
  return fc.string({ unit: fc.constantFrom(...'aZ09-_./:{}$ %&+é\u{1f600}"\\'), minLength, maxLength });
}

function numberOf(shape: ShapeModel): Json {
  if (shape.type === "double" || shape.type === "float") return fc.double({ noNaN: true, noDefaultInfinity: true });
  return fc.integer({ min: shape.min ?? -1000, max: shape.max ?? 1000 });
}

const builtValues = new WeakMap<ServiceModel, Map<string, Json>>();

/** A JSON value of the shape that keeps to its limits. Arbitraries are dear to build, so each shape's is built once. */
export function validValue(model: ServiceModel, name: string): Json {
  const known = builtValues.get(model) ?? new Map<string, Json>();
  builtValues.set(model, known);
  const value = known.get(name) ?? buildValue(model, name);
  known.set(name, value);
  return value;
}

function buildValue(model: ServiceModel, name: string): Json {
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case "structure":
      return validMembers(model, shape);
    case "list":
      return fc.array(validValue(model, shape.member ?? ""), { maxLength: 3 });
    case "map":
      return fc.dictionary(textOf(shapeOf(model, shape.key ?? "")), validValue(model, shape.value ?? ""), {
        maxKeys: 3,
      });
    case "boolean":
      return fc.boolean();
    case "string":
      return textOf(shape);
    case "timestamp":
      return fc.constant("2026-01-31T12:34:56Z");
    case "blob":
      return fc.base64String();
    default:
      return numberOf(shape);
  }
}

function validMembers(model: ServiceModel, shape: ShapeModel): fc.Arbitrary<Record<string, unknown>> {
  const members = Object.entries(shape.members ?? {}).filter(([, member]) => member.in === undefined);
  const required = members.filter(([name]) => shape.required?.includes(name)).map(([, { name }]) => name);
  return fc.record(Object.fromEntries(members.map(([, member]) => [member.name, validValue(model, member.shape)])), {
    requiredKeys: required,
  });
}

/** Anything that JSON can hold, with the keys that have hurt others. */
const anyJson: Json = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom(null, -1, 1e300, 2 ** 40, 1.5, "", "\u0000", "\ud800", "__proto__", [], {}, [null], { "": null }),
  fc.constant(JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}')),
);

/** A valid object with some of its members, at any depth, replaced by something else. */
function broken(value: Json): Json {
  return fc
    .tuple(value, fc.array(fc.tuple(fc.nat(), anyJson), { minLength: 1, maxLength: 3 }))
    .map(([valid, changes]) => {
      return changes.reduce<unknown>((current, [where, replacement]) => replaced(current, where, replacement), valid);
    });
}

function replaced(value: unknown, where: number, replacement: unknown): unknown {
  if (typeof value !== "object" || value === null) return replacement;
  const keys = Object.keys(value);
  const key = keys[where % (keys.length + 1)];
  if (key === undefined) return replacement;
  const inner = replaced((value as Record<string, unknown>)[key], Math.floor(where / (keys.length + 1)), replacement);
  return Array.isArray(value) ? value.with(Number(key), inner) : { ...value, [key]: inner };
}

const anyBytes: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.uint8Array({ maxLength: 40 }),
  fc.json().map(bytes),
  fc.constantFrom("", "{", "null", "[]", '""', "{}x", "[".repeat(5000), '{"name":1e999}', "\ufeff{}").map(bytes),
);

/** Text of a label or a query parameter, valid or not, percent-encoded or not. */
const anyText: fc.Arbitrary<string> = fc.oneof(
  fc.string({ unit: "grapheme", maxLength: 20 }).map(encodeURIComponent),
  fc.constantFrom("%24default", "GET%20%2Fpets", "%", "%zz", "%ff", "..", "a%00b", "", "$default", "a+b", "%2F%2F"),
);

function labelsOf(operation: OperationModel): string[] {
  return [...operation.uri.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? "");
}

function pathOf(operation: OperationModel, valid: boolean, { known = {} }: DrawOptions): fc.Arbitrary<string> {
  const labels = labelsOf(operation).map((name) => {
    const named = known[name];
    const good = named ? fc.oneof(fc.constantFrom(...named).map(encodeURIComponent), label) : label;
    return valid ? good : fc.oneof(good, anyText);
  });
  return fc.tuple(...labels).map((values) => {
    let at = 0;
    return operation.uri.replace(/\{[^}]+\}/g, () => values[at++] ?? "");
  });
}

function queryOf(model: ServiceModel, operation: OperationModel, valid: boolean): fc.Arbitrary<string> {
  const shape = operation.input === undefined ? undefined : shapeOf(model, operation.input);
  const members = Object.entries(shape?.members ?? {}).filter(([, member]) => member.in === "querystring");
  const pairs = members.map(([name, member]) => {
    const target = shapeOf(model, member.shape);
    const good = (
      target.type === "list"
        ? fc.array(fc.string(), { minLength: 1 })
        : validValue(model, member.shape).map((value) => [value])
    ).map((values) => values.map((value) => `${member.name}=${encodeURIComponent(String(value))}`).join("&"));
    const value = valid
      ? good
      : fc.oneof(
          good,
          anyText.map((text) => `${member.name}=${text}`),
        );
    return shape?.required?.includes(name) && valid ? value : fc.option(value, { nil: "" });
  });
  return fc.tuple(...pairs).map((texts) => texts.filter((text) => text !== "").join("&"));
}

/** A request whose members all have the right types and keep to their limits. */
export function validRequest(
  model: ServiceModel,
  operation: string,
  options: DrawOptions = {},
): fc.Arbitrary<DrawnRequest> {
  return drawn(model, operation, true, options);
}

/** A request with anything wrong with it, or nothing. */
export function brokenRequest(
  model: ServiceModel,
  operation: string,
  options: DrawOptions = {},
): fc.Arbitrary<DrawnRequest> {
  return drawn(model, operation, false, options);
}

/** A request of any operation of the model, three in four broken. */
export function anyRequest(model: ServiceModel, options: DrawOptions = {}): fc.Arbitrary<DrawnRequest> {
  const built = new Map<string, fc.Arbitrary<DrawnRequest>>();
  const build = (operation: string) =>
    fc.oneof(
      { weight: 1, arbitrary: validRequest(model, operation, options) },
      { weight: 3, arbitrary: brokenRequest(model, operation, options) },
    );
  return fc.constantFrom(...Object.keys(model.operations)).chain((operation) => {
    const requests = built.get(operation) ?? build(operation);
    built.set(operation, requests);
    return requests;
  });
}

function drawn(model: ServiceModel, name: string, valid: boolean, options: DrawOptions): fc.Arbitrary<DrawnRequest> {
  const operation = model.operations[name];
  if (!operation) throw new Error(`the model has no operation ${name}`);
  const good: Json =
    operation.input === undefined ? fc.constant({}) : validMembers(model, shapeOf(model, operation.input));
  const goodBytes = good.map((value) => bytes(JSON.stringify(value)));
  const body = valid
    ? goodBytes
    : fc.oneof(
        goodBytes,
        broken(good).map((value) => bytes(JSON.stringify(value))),
        anyBytes,
      );
  const hasBody = operation.method !== "GET" && operation.method !== "DELETE";
  return fc
    .tuple(pathOf(operation, valid, options), queryOf(model, operation, valid), hasBody ? body : fc.constant(bytes("")))
    .map(([path, query, content]) => ({
      operation: name,
      request: { ...baseRequest, method: operation.method, path, query, body: content },
    }));
}
