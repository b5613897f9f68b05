/** Inputs of operations drawn from the service model, as the protocol layer hands them on: types hold, limits may not. */
import * as fc from "fast-check";
import { apigatewayv2 } from "../../src/control/model-rules.ts";
import { type ShapeModel, shapeOf } from "../../src/protocol/service-model.ts";

/** Values that mean something to the control plane, by the name of the member. */
export type Known = Readonly<Record<string, readonly string[]>>;

type Drawn = fc.Arbitrary<unknown>;

/** Texts that have hurt others. Lone surrogates are missing: the parser does not let them through. */
const HOSTILE = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "a\nb",
  "%",
  "%2F",
  "/",
  "../..",
  "*",
  "__proto__",
  "constructor",
  "${",
  "$",
  "$request.body.",
  "\u{10ffff}",
  "é".repeat(700),
  "x".repeat(3000),
  "{".repeat(500),
  "(a+)+$",
  "arn:aws:",
  "arn:aws:apigateway:us-east-1::/apis/",
  "null",
] as const;

const PATTERN_TEXT = fc.stringMatching(/^[a-z0-9]{10,30}$/);

function textOf(shape: ShapeModel, member: string, known: Known): fc.Arbitrary<string> {
  const hostile = fc.constantFrom(...HOSTILE);
  if (shape.enum) return fc.oneof({ weight: 9, arbitrary: fc.constantFrom(...shape.enum) }, hostile);
  const plain = shape.pattern ? PATTERN_TEXT : fc.string({ unit: "grapheme-ascii", maxLength: 12 });
  const named = known[member] ?? [];
  if (named.length === 0) return fc.oneof({ weight: 4, arbitrary: plain }, { weight: 1, arbitrary: hostile });
  return fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom(...named) },
    { weight: 1, arbitrary: plain },
    { weight: 1, arbitrary: hostile },
  );
}

function numberOf({ min = 0, max = 1000, type }: ShapeModel): Drawn {
  const edges = [min - 1, min, max, max + 1, -1, 0, 2 ** 31 - 1];
  const inside = fc.integer({ min, max });
  const fraction = type === "double" ? [fc.double({ noNaN: true, noDefaultInfinity: true })] : [];
  return fc.oneof({ weight: 4, arbitrary: inside }, fc.constantFrom(...edges), ...fraction);
}

/** Required members are nearly always there: what is behind their check is of more interest. */
function structureOf(shape: ShapeModel, known: Known): Drawn {
  const members = Object.entries(shape.members ?? {}).map(([name, { shape: target }]) => {
    const value = valueOf(target, name, known);
    const freq = shape.required?.includes(name) ? 30 : 1;
    return [name, fc.option(value, { nil: undefined, freq })] as const;
  });
  return fc
    .record(Object.fromEntries(members))
    .map((drawn) => Object.fromEntries(Object.entries(drawn).filter(([, value]) => value !== undefined)));
}

function valueOf(name: string, member: string, known: Known): Drawn {
  const shape = shapeOf(apigatewayv2, name);
  switch (shape.type) {
    case "structure":
      return structureOf(shape, known);
    case "list":
      return fc.array(valueOf(shape.member ?? "", member, known), { maxLength: 3 });
    case "map":
      return fc.dictionary(
        textOf(shapeOf(apigatewayv2, shape.key ?? ""), `${member}.key`, known),
        valueOf(shape.value ?? "", member, known),
        { maxKeys: 3 },
      );
    case "boolean":
      return fc.boolean();
    case "string":
      return textOf(shape, member, known);
    case "timestamp":
      return fc.constant("2026-01-31T12:34:56Z");
    case "blob":
      return fc.constant(new Uint8Array());
    default:
      return numberOf(shape);
  }
}

/** An input of the operation. Members of the URI are always there: without them the request is another one. */
export function inputOf(operation: string, known: Known): fc.Arbitrary<object> {
  const shape = shapeOf(apigatewayv2, apigatewayv2.operations[operation]?.input ?? "");
  const uri = Object.entries(shape.members ?? {}).filter(([, member]) => member.in === "uri");
  const named = fc.record(
    Object.fromEntries(uri.map(([name, { shape: target }]) => [name, valueOf(target, name, known)])),
  );
  return fc.tuple(structureOf(shape, known), named).map(([members, ids]) => ({ ...(members as object), ...ids }));
}
