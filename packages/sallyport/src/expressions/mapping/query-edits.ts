/** What parameter mappings do to a query string. */
import { decodeQueryText, encodeQueryValue } from "../../model/percent-encoding.ts";
import type { MappingInput, ValueReader } from "./value-reader.ts";

export type QueryEdit =
  | { readonly kind: "remove"; readonly name: string }
  | { readonly kind: "append" | "overwrite"; readonly name: string; readonly read: ValueReader };

/**
 * The query after the edits; undefined when nothing is left of it. Parameters that no edit names stay exactly as they
 * were sent. An overwritten one takes the place of its first value; in the order of editHeaders.
 */
export function editQuery(
  query: string | undefined,
  edits: readonly QueryEdit[],
  input: MappingInput,
): string | undefined {
  const removed = new Set<string>();
  const overwriting = new Map<string, string>();
  const appended: string[] = [];
  for (const edit of edits) {
    if (edit.kind === "remove") removed.add(edit.name);
    else collect(edit, edit.read(input), overwriting, appended);
  }
  const kept = keep(query, removed, overwriting);
  const all = [...kept, ...overwriting.values(), ...appended];
  return all.length === 0 && (query === undefined || query !== "") ? undefined : all.join("&");
}

function collect(
  { kind, name }: QueryEdit,
  value: string | undefined,
  overwriting: Map<string, string>,
  appended: string[],
): void {
  if (value === undefined) return;
  const pair = `${encodeQueryValue(name)}=${encodeQueryValue(value)}`;
  if (kind === "append") appended.push(pair);
  else overwriting.set(name, pair);
}

/** The pairs of the query that stay, overwritten ones replaced; what was put in place is taken from `overwriting`. */
function keep(
  query: string | undefined,
  removed: ReadonlySet<string>,
  overwriting: Map<string, string>,
): readonly string[] {
  if (query === undefined || query === "") return [];
  const kept: string[] = [];
  const replaced = new Set<string>();
  for (const pair of query.split("&")) {
    const name = nameOf(pair);
    const replacement = overwriting.get(name);
    if (replacement !== undefined) {
      kept.push(replacement);
      overwriting.delete(name);
      replaced.add(name);
    } else if (pair === "" || (!removed.has(name) && !replaced.has(name))) kept.push(pair);
  }
  return kept;
}

function nameOf(pair: string): string {
  const equals = pair.indexOf("=");
  return decodeQueryText(equals < 0 ? pair : pair.slice(0, equals));
}
