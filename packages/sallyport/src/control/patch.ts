/**
 * How PATCH calls change a document: absent members keep what is there; what empties a member depends on its kind
 * (API Gateway V2 API Reference; the details were measured on the real service by users).
 */

type Values<T> = { readonly [key: string]: T };

/** Absent: keep. `""`: remove. Anything else: replace. */
export function patchText(current: string | undefined, sent: string | undefined): string | undefined {
  if (sent === undefined) return current;
  return sent === "" ? undefined : sent;
}

/** Absent: keep. Anything else: replace. */
export function patchValue<T>(current: T, sent: T | undefined): T {
  return sent === undefined ? current : sent;
}

/** Merges entry by entry; an entry `""` is removed; `{}` changes nothing. */
export function mergeTexts(
  current: Values<string> | undefined,
  sent: Values<string> | undefined,
): Values<string> | undefined {
  if (sent === undefined) return current;
  const merged = new Map(Object.entries(current ?? {}));
  for (const [name, value] of Object.entries(sent)) {
    if (value === "") merged.delete(name);
    else merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

/** Merges entry by entry, each entry replaced as a whole. */
export function mergeEntries<T>(current: Values<T> | undefined, sent: Values<T> | undefined): Values<T> | undefined {
  if (sent === undefined) return current;
  return { ...current, ...sent };
}

/** The map, or undefined where it is empty: the real service leaves out what nobody set. */
export function nonEmpty<T extends object>(values: T | undefined): T | undefined {
  return values !== undefined && Object.keys(values).length > 0 ? values : undefined;
}

/** A copy without the members that are undefined, so that what is stored is what is read back. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T;
}
