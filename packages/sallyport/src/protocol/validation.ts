import { shapePattern } from "./pattern.ts";
import type { ServiceModel, ShapeModel } from "./service-model.ts";
import { shapeOf } from "./service-model.ts";

interface Place {
  /** Path by model names: `CorsConfiguration.MaxAge`, `AuthorizationScopes[0]`, `RouteSettings["GET /x"].LoggingLevel`. */
  readonly member: string;
  readonly value: unknown;
}

/** A rule of the model that an input breaks. */
export type Violation =
  | (Place & { readonly rule: "required" })
  | (Place & { readonly rule: "enum"; readonly values: readonly string[] })
  /** Characters of a text, elements of a list, entries of a map. */
  | (Place & { readonly rule: "length" | "range"; readonly min?: number; readonly max?: number })
  | (Place & { readonly rule: "pattern"; readonly pattern: string });

type Check = (value: unknown, path: string, found: Violation[]) => void;

const checks = new WeakMap<ServiceModel, Map<string, Check | undefined>>();

/**
 * The rules of the model that an input breaks, in the order of the model. Types are taken for granted: the parser has
 * seen to them. An optional text that is empty breaks no length and no pattern: it means "clear" ("Reading and
 * patching"); the same holds for the values of maps.
 */
export function violations(model: ServiceModel, operation: string, input: object): Violation[] {
  const shape = model.operations[operation]?.input;
  const found: Violation[] = [];
  if (shape !== undefined) checkOf(model, shape)?.(input, "", found);
  return found;
}

/** A default text for a violation, with the field, the value and the rule. Texts are unverified. */
export function violationMessage(violation: Violation): string {
  const { member, value } = violation;
  switch (violation.rule) {
    case "required":
      return `${member} is required`;
    case "enum":
      return `Invalid value ${excerpt(value)} for ${member}. Must be one of [${violation.values.join(", ")}]`;
    case "pattern":
      return `Invalid value ${excerpt(value)} for ${member}. Must match ${violation.pattern}`;
    case "range":
      return `Invalid value ${excerpt(value)} for ${member}. Must be ${limits(violation)}`;
    case "length":
      return `Invalid length ${sizeOf(value)} of ${member}. Must be ${limits(violation)}`;
  }
}

function limits({ min, max }: { readonly min?: number; readonly max?: number }): string {
  if (min === undefined) return `at most ${max}`;
  return max === undefined ? `at least ${min}` : `between ${min} and ${max}`;
}

/** Long values would make a message unreadable. */
function excerpt(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}

function checkOf(model: ServiceModel, name: string): Check | undefined {
  const known = checks.get(model) ?? new Map<string, Check | undefined>();
  checks.set(model, known);
  if (known.has(name)) return known.get(name);
  let target: Check | undefined;
  // A recursive shape finds this while it is compiled.
  known.set(name, (value, path, found) => target?.(value, path, found));
  target = compile(model, shapeOf(model, name));
  known.set(name, target);
  return target;
}

function compile(model: ServiceModel, shape: ShapeModel): Check | undefined {
  switch (shape.type) {
    case "structure":
      return structureCheck(model, shape);
    case "list":
      return both(sizeCheck(shape), elementsCheck(checkOf(model, shape.member ?? "")));
    case "map":
      return both(sizeCheck(shape), entriesCheck(checkOf(model, shape.key ?? ""), checkOf(model, shape.value ?? "")));
    case "string":
      return both(enumCheck(shape), both(sizeCheck(shape), patternCheck(shape)));
    case "integer":
    case "long":
    case "double":
    case "float":
      return rangeCheck(shape);
    default:
      return undefined;
  }
}

function both(first: Check | undefined, second: Check | undefined): Check | undefined {
  if (!first || !second) return first ?? second;
  return (value, path, found) => {
    first(value, path, found);
    second(value, path, found);
  };
}

function structureCheck(model: ServiceModel, shape: ShapeModel): Check | undefined {
  const plan = Object.entries(shape.members ?? {}).map(([member, { shape: target }]) => {
    const { type, enum: values } = shapeOf(model, target);
    const required = shape.required?.includes(member) ?? false;
    return { member, required, check: checkOf(model, target), clearable: type === "string" && !values && !required };
  });
  const relevant = plan.filter(({ required, check }) => required || check);
  if (relevant.length === 0) return undefined;
  return (value, path, found) => {
    const given = value as Readonly<Record<string, unknown>>;
    for (const { member, required, check, clearable } of relevant) {
      const item = given[member];
      const at = path === "" ? member : `${path}.${member}`;
      if (item === undefined || item === null) {
        if (required) found.push({ rule: "required", member: at, value: undefined });
      } else if (!(clearable && item === "")) check?.(item, at, found);
    }
  };
}

function elementsCheck(check: Check | undefined): Check | undefined {
  if (!check) return undefined;
  return (value, path, found) => {
    (value as readonly unknown[]).forEach((element, index) => check(element, `${path}[${index}]`, found));
  };
}

function entriesCheck(keyCheck: Check | undefined, check: Check | undefined): Check | undefined {
  if (!keyCheck && !check) return undefined;
  return (value, path, found) => {
    for (const [key, item] of Object.entries(value as Readonly<Record<string, unknown>>)) {
      const at = `${path}[${JSON.stringify(key)}]`;
      keyCheck?.(key, at, found);
      if (item !== "") check?.(item, at, found);
    }
  };
}

/** The narrower of what the model enforces and what the reference documents. */
function limitsOf({ min, max, documentedMin, documentedMax }: ShapeModel): { min?: number; max?: number } {
  const lower = Math.max(min ?? -Infinity, documentedMin ?? -Infinity);
  const upper = Math.min(max ?? Infinity, documentedMax ?? Infinity);
  return {
    ...(lower === -Infinity ? {} : { min: lower }),
    ...(upper === Infinity ? {} : { max: upper }),
  };
}

function boundsCheck(shape: ShapeModel, rule: "length" | "range", measure: (value: unknown) => number) {
  const { min, max } = limitsOf(shape);
  if (min === undefined && max === undefined) return undefined;
  return (value: unknown, member: string, found: Violation[]): void => {
    const size = measure(value);
    if (size >= (min ?? -Infinity) && size <= (max ?? Infinity)) return;
    found.push({ rule, member, value, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) });
  };
}

const sizeCheck = (shape: ShapeModel): Check | undefined => boundsCheck(shape, "length", sizeOf);
const rangeCheck = (shape: ShapeModel): Check | undefined => boundsCheck(shape, "range", Number);

/** Characters are counted, not UTF-16 units: Smithy specification, "length trait". */
function sizeOf(value: unknown): number {
  if (typeof value === "string") return /[\ud800-\udbff]/.test(value) ? [...value].length : value.length;
  return Array.isArray(value) ? value.length : Object.keys(value as object).length;
}

function enumCheck({ enum: values }: ShapeModel): Check | undefined {
  if (!values) return undefined;
  return (value, member, found) => {
    if (!values.includes(value as string)) found.push({ rule: "enum", member, value, values });
  };
}

function patternCheck({ pattern }: ShapeModel): Check | undefined {
  if (pattern === undefined) return undefined;
  const expression = shapePattern(pattern);
  return (value, member, found) => {
    if (!expression.test(value as string)) found.push({ rule: "pattern", member, value, pattern });
  };
}
