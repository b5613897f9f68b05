/** What parameter mappings do to headers, request's and response's alike. */
import type { RawHeaders } from "../../model/raw-headers.ts";
import type { ParameterMapping } from "../parameter-mapping.ts";
import { type MappingInput, valueReader, type ValueReader } from "./value-reader.ts";
import { headerOfText } from "./wire-text.ts";

/**
 * Bytes of one value that a mapping writes: no more than a client may send itself. Our choice; without a bound a body of
 * ten megabytes could become a header.
 */
export const MAX_MAPPED_VALUE_BYTES = 10_240;

export interface HeaderEdit {
  readonly kind: "append" | "overwrite";
  readonly name: string;
  readonly lowerName: string;
  readonly read: ValueReader;
}

export interface HeaderEdits {
  /** Names in lower case. */
  readonly removed: readonly string[];
  readonly written: readonly HeaderEdit[];
}

export interface EditedHeaders {
  /** A list of its own. */
  readonly headers: string[];
  /** Names that the edits wrote, in lower case. */
  readonly written: ReadonlySet<string>;
  /** Bytes of the longest value written. */
  readonly longest: number;
}

/** The edits of headers among mappings. */
export function headerEdits(mappings: readonly ParameterMapping[]): HeaderEdits {
  const removed: string[] = [];
  const written: HeaderEdit[] = [];
  for (const mapping of mappings) {
    if (mapping.destination.kind !== "header") continue;
    const { name } = mapping.destination;
    const lowerName = name.toLowerCase();
    if (mapping.kind === "remove") removed.push(lowerName);
    else {
      // A request has one host: a second line would make it invalid.
      const kind = lowerName === "host" ? "overwrite" : mapping.kind;
      written.push({ kind, name, lowerName, read: valueReader(mapping.value) });
    }
  }
  return { removed, written };
}

export function hasEdits({ removed, written }: HeaderEdits): boolean {
  return removed.length + written.length > 0;
}

/**
 * The headers after the edits. Removing comes first, then overwriting, then appending: the only order in which none of
 * several entries for one header is without effect. An entry without value leaves the header as it was (unverified); an
 * appended value stands on a line of its own (unverified).
 */
export function editHeaders(headers: RawHeaders, edits: HeaderEdits, input: MappingInput): EditedHeaders {
  const dropped = new Set(edits.removed);
  const written = new Set<string>();
  const overwriting = new Map<string, readonly [string, string]>();
  const appended: string[] = [];
  let longest = 0;
  for (const { kind, name, lowerName, read } of edits.written) {
    const text = read(input);
    if (text === undefined) continue;
    const value = headerOfText(text);
    longest = Math.max(longest, value.length);
    written.add(lowerName);
    if (kind === "append") appended.push(name, value);
    else {
      dropped.add(lowerName);
      overwriting.set(lowerName, [name, value]);
    }
  }
  const result: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    if (!dropped.has(headers[at]!.toLowerCase())) result.push(headers[at]!, headers[at + 1]!);
  }
  for (const [name, value] of overwriting.values()) result.push(name, value);
  result.push(...appended);
  return { headers: result, written, longest };
}
