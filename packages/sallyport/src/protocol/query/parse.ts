import { AwsError } from "../../model/errors.ts";
import { setOwn, TypeMismatch } from "../rest-json/shape-reader.ts";
import { scalarReader } from "../rest-json/text-reader.ts";
import type { ServiceModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import type { ParameterNode } from "./parameters.ts";

/** Reads the shape out of a call's parameters. Throws AwsError (400 ValidationError) for text that is no such value. */
export function readParameters(model: ServiceModel, shape: string, parameters: ParameterNode): Record<string, unknown> {
  return read(model, shape, parameters, "") as Record<string, unknown>;
}

/** Smithy specification, "AWS query protocol": lists as `.member.N`, maps as `.entry.N.key` and `.value`. */
function read(model: ServiceModel, name: string, node: ParameterNode, path: string): unknown {
  const shape = shapeOf(model, name);
  const below = (segment: string): string => (path === "" ? segment : `${path}.${segment}`);
  switch (shape.type) {
    case "structure": {
      const result: Record<string, unknown> = {};
      for (const [member, { name: wire, shape: target }] of Object.entries(shape.members ?? {})) {
        const child = node.children.get(wire);
        if (child) result[member] = read(model, target, child, below(wire));
      }
      return result;
    }
    case "list":
      return numbered(node.children.get("member")).map(([index, child]) =>
        read(model, shape.member ?? "", child, below(`member.${index}`)),
      );
    case "map": {
      const result: Record<string, unknown> = {};
      for (const [index, child] of numbered(node.children.get("entry"))) {
        const value = child.children.get("value");
        const key = child.children.get("key")?.value;
        if (key !== undefined && value)
          setOwn(result, key, read(model, shape.value ?? "", value, below(`entry.${index}`)));
      }
      return result;
    }
    default:
      return scalar(shape.type, node.value ?? "", path);
  }
}

/** The children by number, gaps closed. */
function numbered(node: ParameterNode | undefined): (readonly [number, ParameterNode])[] {
  return [...(node?.children ?? [])]
    .filter(([name]) => /^[1-9]\d{0,5}$/.test(name))
    .map(([name, child]) => [Number(name), child] as const)
    .toSorted(([a], [b]) => a - b);
}

function scalar(type: string, text: string, path: string): unknown {
  if (type === "blob") return Buffer.from(text, "base64");
  try {
    return scalarReader(type)(text);
  } catch (error) {
    if (!(error instanceof TypeMismatch)) throw error;
    throw new AwsError("ValidationError", 400, `Invalid value for ${path}: must be ${error.expected}`, {
      cause: error,
    });
  }
}
