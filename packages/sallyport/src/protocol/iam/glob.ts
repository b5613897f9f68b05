import type { ContextKeys } from "./request-context.ts";

/** Stands for any run of characters, the empty one included. */
const ANY_RUN = -1;
/** Stands for exactly one character. */
const ANY_ONE = -2;

/** Character codes and wildcards. Codes, so that a wildcard within a variable's value stays a plain character. */
type Codes = readonly number[];

interface Variable {
  readonly key: string;
  readonly fallback: string | undefined;
}

/** A text of a policy with its wildcards and variables, compiled once. */
export interface Glob {
  readonly parts: readonly (Codes | Variable)[];
}

export interface GlobOptions {
  /** Whether `*` and `?` are wildcards. */
  readonly wildcards: boolean;
  /** Whether `${…}` is a variable: from policy version 2012-10-17 on. */
  readonly variables: boolean;
}

const literal = (text: string): number[] => Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));

/** `${*}`, `${?}` and `${$}` are the characters themselves (documented). */
const ESCAPES = new Set(["*", "?", "$"]);

/** Compiles a text of a policy: IAM User Guide, "IAM policy elements: Variables and tags". */
export function compileGlob(text: string, { wildcards, variables }: GlobOptions): Glob {
  const parts = variables ? text.split(/(\$\{[^}]*\})/) : [text];
  return {
    parts: parts.flatMap((part): (Codes | Variable)[] => {
      if (variables && part.startsWith("${") && part.endsWith("}")) return [variableOf(part.slice(2, -1))];
      return part === "" ? [] : [wildcards ? withWildcards(part) : literal(part)];
    }),
  };
}

function withWildcards(text: string): Codes {
  return literal(text).map((code) => (code === 42 ? ANY_RUN : code === 63 ? ANY_ONE : code));
}

/** `${key}` or `${key, 'default'}`. */
function variableOf(text: string): Codes | Variable {
  if (ESCAPES.has(text)) return literal(text);
  const [, key = text, fallback] = /^([^,]+?)\s*(?:,\s*'([^']*)'\s*)?$/.exec(text.trim()) ?? [];
  return { key, fallback };
}

/**
 * Whether a text matches; undefined when a variable has no value in the context, so that no text can be compared.
 * A variable with several values has none that could be meant (documented: single-valued keys only).
 */
export function matchesGlob(glob: Glob, text: string, context: ContextKeys): boolean | undefined {
  const codes: number[] = [];
  for (const part of glob.parts) {
    const resolved = "key" in part ? resolve(part, context) : part;
    if (!resolved) return undefined;
    for (const code of resolved) codes.push(code);
  }
  return matches(codes, text);
}

function resolve({ key, fallback }: Variable, context: ContextKeys): Codes | undefined {
  const values = context.get(key);
  const value = values?.length === 1 ? values[0] : fallback;
  return value === undefined ? undefined : literal(value);
}

/**
 * Goes back to the last `*` only, which is enough: an earlier one has nothing to gain. So the work is bounded by the
 * product of the lengths, whatever the pattern.
 */
function matches(pattern: Codes, text: string): boolean {
  let at = 0;
  let star = -1;
  let retry = 0;
  let index = 0;
  while (index < text.length) {
    const code = pattern[at];
    if (code === ANY_RUN) {
      star = at++;
      retry = index;
    } else if (code === ANY_ONE || code === text.charCodeAt(index)) {
      at++;
      index++;
    } else if (star >= 0) {
      at = star + 1;
      index = ++retry;
    } else return false;
  }
  while (pattern[at] === ANY_RUN) at++;
  return at === pattern.length;
}
