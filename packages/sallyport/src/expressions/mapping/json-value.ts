/** Values that are JSON with placeholders in it, such as `{"id":"${request.path.id}","order":${request.body}}`. */
import { type MappingInput, valueReader, type ValueReader } from "./value-reader.ts";
import type { MappingSource, MappingValue } from "../mapping-value.ts";

/**
 * Reads such a value. What comes to stand between quotation marks is escaped, so that no request can add members of its
 * own (our choice); elsewhere a placeholder brings JSON. A bare expression is JSON as a whole.
 */
export function jsonValueReader(value: MappingValue): ValueReader {
  if (value.kind === "source") return valueReader(value);
  const parts: (string | ValueReader)[] = [];
  let inString = false;
  for (const part of value.parts) {
    if (typeof part === "string") {
      parts.push(part);
      inString = endsInString(part, inString);
    } else parts.push(partReader(part, inString));
  }
  return (input) => parts.map((part) => (typeof part === "string" ? part : (part(input) ?? ""))).join("");
}

function partReader(source: MappingSource, inString: boolean): ValueReader {
  const read = valueReader({ kind: "source", source });
  return inString ? (input: MappingInput) => escaped(read(input)) : read;
}

const escaped = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : JSON.stringify(text).slice(1, -1);

/** Whether the end of a piece of JSON is within a string. */
function endsInString(text: string, begun: boolean): boolean {
  let inString = begun;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '"') inString = !inString;
    else if (inString && text[at] === "\\") at++;
  }
  return inString;
}
