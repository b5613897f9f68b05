/** Checks that a model's text is a JSON Schema of draft 4, by the draft's own meta-schema ("JSON Schema: core", draft 4). */

/** A JSON object whose members have not been looked at. */
export type JsonObject = Readonly<Record<string, unknown>>;

type Check = (value: unknown, path: string, depth: number) => string | undefined;

const TYPES: ReadonlySet<unknown> = new Set(["array", "boolean", "integer", "null", "number", "object", "string"]);
const DRAFT_4 = /^https?:\/\/json-schema\.org\/(?:draft-04\/)?schema#?$/;
/** API Gateway Developer Guide, "Data models": the only form of a reference to another model. */
const MODEL_REFERENCE =
  /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/(?<name>[a-zA-Z0-9]+)(?:#.*)?$/;
/** Our choice: schemas are checked, and later compiled, by recursion. */
const MAXIMUM_DEPTH = 100;

/** Whether the value is a JSON object. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The name of the model that a `$ref` outside of its own document names. */
export function referencedModel(reference: string): string | undefined {
  return MODEL_REFERENCE.exec(reference)?.groups?.["name"];
}

/** What is wrong with the text of a schema, by the place in it; undefined when nothing is. */
export function schemaFault(text: string): string | undefined {
  let schema: unknown;
  try {
    schema = JSON.parse(text);
  } catch {
    return "The schema is not valid JSON";
  }
  if (!isJsonObject(schema)) return "The schema is not a JSON object";
  const dialect = schema["$schema"];
  if (typeof dialect === "string" && !DRAFT_4.test(dialect)) return `$schema must be JSON Schema draft 4: ${dialect}`;
  return checkSchema(schema, "#", 0);
}

const checkSchema: Check = (value, path, depth) => {
  if (depth > MAXIMUM_DEPTH) return `${path} is nested too deeply`;
  if (!isJsonObject(value)) return `${path} must be an object`;
  const reference = value["$ref"];
  if (typeof reference === "string") return checkReference(reference, path);
  for (const [keyword, member] of Object.entries(value)) {
    const fault = Object.hasOwn(KEYWORDS, keyword)
      ? KEYWORDS[keyword]?.(member, `${path}/${keyword}`, depth + 1)
      : undefined;
    if (fault !== undefined) return fault;
  }
  for (const [bound, limit] of [
    ["exclusiveMaximum", "maximum"],
    ["exclusiveMinimum", "minimum"],
  ] as const) {
    if (bound in value && !(limit in value)) return `${path}/${bound} needs ${limit}`;
  }
  return undefined;
};

function checkReference(reference: string, path: string): string | undefined {
  if (reference.startsWith("#") || referencedModel(reference) !== undefined) return undefined;
  return `${path}/$ref must be in the schema itself or https://apigateway.amazonaws.com/restapis/{apiId}/models/{name}`;
}

const must =
  (holds: (value: unknown) => boolean, rule: string): Check =>
  (value, path) =>
    holds(value) ? undefined : `${path} must be ${rule}`;

const isCount = (value: unknown): boolean => Number.isInteger(value) && (value as number) >= 0;
const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((item) => typeof item === "string") &&
  new Set(value).size === value.length;
const isType = (value: unknown): boolean =>
  typeof value === "string" ? TYPES.has(value) : isTexts(value) && value.every((type) => TYPES.has(type));

/** Patterns are ECMA 262 in draft 4. */
function isPattern(value: unknown): boolean {
  if (typeof value !== "string") return false;
  try {
    return new RegExp(value) instanceof RegExp;
  } catch {
    return false;
  }
}

const text = must((value) => typeof value === "string", "a string");
const number = must((value) => typeof value === "number", "a number");
const boolean = must((value) => typeof value === "boolean", "a boolean");
const count = must(isCount, "a whole number that is not negative");

const schemas: Check = (value, path, depth) => {
  if (!Array.isArray(value) || value.length === 0) return `${path} must be an array of schemas that is not empty`;
  return firstFault(value.entries(), path, depth);
};

const schemasByName: Check = (value, path, depth) =>
  isJsonObject(value) ? firstFault(Object.entries(value), path, depth) : `${path} must be an object of schemas`;

function firstFault(entries: Iterable<readonly [string | number, unknown]>, path: string, depth: number) {
  for (const [name, schema] of entries) {
    const fault = checkSchema(schema, `${path}/${name}`, depth);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const schemasByPattern: Check = (value, path, depth) => {
  const wrong = isJsonObject(value) ? Object.keys(value).find((name) => !isPattern(name)) : undefined;
  return wrong === undefined ? schemasByName(value, path, depth) : `${path}/${wrong} must be named by a pattern`;
};

const booleanOrSchema: Check = (value, path, depth) =>
  typeof value === "boolean" ? undefined : checkSchema(value, path, depth);

const schemaOrSchemas: Check = (value, path, depth) =>
  Array.isArray(value) ? schemas(value, path, depth) : checkSchema(value, path, depth);

const dependencies: Check = (value, path, depth) => {
  if (!isJsonObject(value)) return `${path} must be an object`;
  const nested = Object.entries(value).filter(([, dependency]) => !isTexts(dependency));
  return firstFault(nested, path, depth);
};

const KEYWORDS: Readonly<Record<string, Check>> = {
  $schema: text,
  id: text,
  title: text,
  description: text,
  format: text,
  type: must(isType, "a type name or an array of different ones"),
  enum: must((value) => Array.isArray(value) && value.length > 0, "an array that is not empty"),
  required: must(isTexts, "an array of different names that is not empty"),
  pattern: must(isPattern, "a regular expression"),
  multipleOf: must((value) => typeof value === "number" && value > 0, "a number above 0"),
  maximum: number,
  minimum: number,
  exclusiveMaximum: boolean,
  exclusiveMinimum: boolean,
  uniqueItems: boolean,
  maxLength: count,
  minLength: count,
  maxItems: count,
  minItems: count,
  maxProperties: count,
  minProperties: count,
  items: schemaOrSchemas,
  additionalItems: booleanOrSchema,
  additionalProperties: booleanOrSchema,
  properties: schemasByName,
  definitions: schemasByName,
  patternProperties: schemasByPattern,
  dependencies,
  allOf: schemas,
  anyOf: schemas,
  oneOf: schemas,
  not: checkSchema,
};
