/** One step from a JSON value to a part of it. */
export type BodyStep =
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "index"; readonly index: number }
  | { readonly kind: "wildcard" };

/** Steps from the whole body to what is selected; empty for the body itself. */
export type BodyPath = readonly BodyStep[];

/** `.name`, `.*`, `[0]`, `[*]`, `['any name']`. */
const STEP = /\.(?<name>[^\s.[\]{}()?*'"]+)|\[(?<index>\d{1,9})\]|\['(?<quoted>[^']+)'\]|\.\*|\[\*\]/y;

/**
 * The JSON path behind `$request.body` or `$response.body`: dotted names, quoted names, array indexes and wildcards.
 * Recursive descent and filters are refused: API Gateway Developer Guide, "Transforming API requests and responses".
 */
export function parseBodyPath(text: string): BodyPath | undefined {
  const steps: BodyStep[] = [];
  let position = 0;
  while (position < text.length) {
    STEP.lastIndex = position;
    const groups = STEP.exec(text)?.groups;
    if (!groups) return undefined;
    position = STEP.lastIndex;
    const name = groups["name"] ?? groups["quoted"];
    if (name !== undefined) steps.push({ kind: "name", name });
    else if (groups["index"] !== undefined) steps.push({ kind: "index", index: Number(groups["index"]) });
    else steps.push({ kind: "wildcard" });
  }
  return steps;
}

/** The path of a reference such as `body`, `body.a` or `body[0]`; undefined when it is not of the body, or malformed. */
export function bodyPathOf(reference: string): BodyPath | undefined {
  return /^body(?![^.[])/.test(reference) ? parseBodyPath(reference.slice("body".length)) : undefined;
}
