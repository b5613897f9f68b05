import type { Operator, ValueMatcher } from "./condition-operators.ts";
import { operators } from "./condition-operators.ts";
import { PolicyError, shown } from "./policy-error.ts";
import type { ContextKeys } from "./request-context.ts";

/** Whether a request fulfils a condition. */
export type Condition = (context: ContextKeys) => boolean;

type Quantifier = "ForAllValues" | "ForAnyValue" | undefined;

interface Qualified {
  readonly quantifier: Quantifier;
  readonly name: string;
  readonly ifExists: boolean;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Compiles a `Condition` block: every operator and every key in it must hold. Throws PolicyError. */
export function compileCondition(block: unknown, place: string, variables: boolean): Condition {
  if (!isObject(block)) throw new PolicyError(place, "must be an object of operators");
  const conditions = Object.entries(block).flatMap(([operator, keys]) => {
    const at = `${place}.${operator}`;
    if (!isObject(keys)) throw new PolicyError(at, "must be an object of condition keys");
    return Object.entries(keys).map(([key, values]) =>
      compileEntry(operator, key, values, `${at}["${key}"]`, variables),
    );
  });
  return (context) => conditions.every((condition) => condition(context));
}

function compileEntry(operator: string, key: string, values: unknown, place: string, variables: boolean): Condition {
  const qualified = qualify(operator);
  const texts = textsOf(values, place);
  if (qualified.name === "Null") return nullCondition(qualified, key, texts, place);
  const known = Object.hasOwn(operators, qualified.name) ? operators[qualified.name] : undefined;
  if (!known) throw new PolicyError(place, `unknown condition operator ${shown(operator)}`);
  const matchers = texts.map((text) => compileValue(known, text, place, variables));
  return comparison(known, qualified, key, matchers);
}

function qualify(operator: string): Qualified {
  const [, quantifier, name = operator, ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(.*?)(IfExists)?$/.exec(operator) ?? [];
  return { quantifier: quantifier as Quantifier, name, ifExists: ifExists !== undefined };
}

function compileValue(operator: Operator, text: string, place: string, variables: boolean): ValueMatcher {
  try {
    return operator.compile(text, variables);
  } catch (cause) {
    throw new PolicyError(place, cause instanceof Error ? cause.message : String(cause));
  }
}

function textsOf(values: unknown, place: string): readonly string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : [values];
  if (list.length === 0) throw new PolicyError(place, "must have a value");
  return list.map((value) => {
    if (typeof value === "string") return value;
    if (typeof value === "number" || typeof value === "boolean") return String(value);
    throw new PolicyError(place, `${shown(value)} is not a text, a number or a boolean`);
  });
}

/** `Null: true` asks for the absence of the key. */
function nullCondition(
  { quantifier, ifExists }: Qualified,
  key: string,
  texts: readonly string[],
  place: string,
): Condition {
  if (quantifier || ifExists) throw new PolicyError(place, "Null takes neither a quantifier nor IfExists");
  const wanted = texts.map((text) => text.toLowerCase());
  if (!wanted.every((text) => text === "true" || text === "false"))
    throw new PolicyError(place, "must be true or false");
  return (context) => {
    const absent = (context.get(key)?.length ?? 0) === 0;
    return wanted.includes(absent ? "true" : "false");
  };
}

/**
 * IAM User Guide, "Single-valued vs. multivalued context keys". A key that the request does not have fulfils negated
 * operators, `…IfExists` and `ForAllValues:`, and nothing else.
 */
function comparison(
  { negated }: Operator,
  { quantifier, ifExists }: Qualified,
  key: string,
  matchers: readonly ValueMatcher[],
): Condition {
  return (context) => {
    const given = context.get(key) ?? [];
    const holds = (value: string): boolean => matchers.some((matches) => matches(value, context)) !== negated;
    if (given.length === 0) return ifExists || quantifier === "ForAllValues" || (negated && quantifier === undefined);
    if (quantifier === "ForAnyValue") return given.some(holds);
    // Without a quantifier a negated operator must hold for every value, or a second value would get around it.
    return quantifier === "ForAllValues" || negated ? given.every(holds) : given.some(holds);
  };
}
