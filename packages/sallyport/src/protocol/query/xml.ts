import type { ServiceModel } from "../service-model.ts";
import { shapeOf } from "../service-model.ts";
import { isoSeconds, parseTimestamp } from "../timestamp.ts";

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "\r": "&#xD;",
};

/** Text between tags. Characters that XML 1.0 can not hold at all become the replacement character. */
export function escapeXml(text: string): string {
  return text
    .toWellFormed()
    .replace(/\p{Cc}|[\ufffe\uffff]/gu, (character) => (isXmlCharacter(character) ? character : "\ufffd"))
    .replace(/[&<>"\r]/g, (character) => ENTITIES[character] ?? character);
}

/** Of the control characters and non-characters, those that XML 1.0 allows. */
function isXmlCharacter(character: string): boolean {
  return "\t\n\r".includes(character) || (character >= "\u007f" && character < "\ufffe");
}

export const element = (name: string, content: string): string => `<${name}>${content}</${name}>`;

/** The content of the element that holds a value of the shape. */
export function writeXml(model: ServiceModel, name: string, value: unknown): string {
  const shape = shapeOf(model, name);
  switch (shape.type) {
    case "structure": {
      const given = value as Readonly<Record<string, unknown>>;
      return Object.entries(shape.members ?? {})
        .filter(([member]) => given[member] !== undefined && given[member] !== null)
        .map(([member, { name: wire, shape: target }]) => element(wire, writeXml(model, target, given[member])))
        .join("");
    }
    case "list":
      return (value as readonly unknown[])
        .map((item) => element("member", writeXml(model, shape.member ?? "", item)))
        .join("");
    case "map":
      return Object.entries(value as Readonly<Record<string, unknown>>)
        .map(([key, item]) => {
          const entry = element("key", escapeXml(key)) + element("value", writeXml(model, shape.value ?? "", item));
          return element("entry", entry);
        })
        .join("");
    case "timestamp":
      return isoSeconds(dateOf(value));
    case "blob":
      return Buffer.from(value as Uint8Array | string).toString("base64");
    default:
      return escapeXml(String(value));
  }
}

function dateOf(value: unknown): Date {
  const date = value instanceof Date ? value : parseTimestamp(value);
  if (!date) throw new TypeError(`not a timestamp: ${String(value)}`);
  return date;
}
